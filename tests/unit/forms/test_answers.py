"""Answers are checked by the form itself, whatever was sent: no page decides what is right."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import forms

from .schemas import component, made

NOW, ZONE = datetime(2026, 3, 11, 1, 30, tzinfo=UTC), ZoneInfo("America/Sao_Paulo")
CHOICES = [{"label": "Sim", "value": "sim"}, {"label": "Não", "value": "nao"}]


def answer(
    form: forms.Form,
    variables: dict[str, Any] | None = None,
    /,
    **sent: str | list[str],
) -> forms.Answers:
    """Send texts as a browser does."""
    submitted = {key: [value] if isinstance(value, str) else value for key, value in sent.items()}
    return forms.read_answers(
        form,
        submitted,
        variables=variables or {},
        now=NOW,
        zone=ZONE,
        formats={"sigla": _upper},
    )


def _upper(text: str) -> str:
    if not text.isalpha():
        raise ValueError("no letters")
    return text.upper()


def value(field: dict[str, Any], *sent: str) -> Any:  # noqa: ANN401 - any JSON value
    """Read one field that is right."""
    answers = answer(made(field), **{field["key"]: list(sent)})
    assert answers.problems == ()
    return answers.values[field["key"]]


def problem(field: dict[str, Any], *sent: str) -> str:
    """Read one field that is not."""
    (found,) = answer(made(field), **{field["key"]: list(sent)}).problems
    assert found.key == field["key"]
    return found.code


@pytest.mark.parametrize(
    ("field", "sent", "expected"),
    [
        (component("textfield", "a"), "  Ana\tBela \x00 ", "Ana Bela"),
        (component("textfield", "a"), "uma\nlinha", "uma linha"),
        (component("textarea", "a"), "uma\r\nduas ", "uma\nduas"),
        (component("textfield", "a", properties={"formato": "sigla"}), "mg", "MG"),
        (component("textfield", "a", validate={"validationType": "email"}), "a@b.br", "a@b.br"),
        (component("number", "a"), "12", 12),
        (component("number", "a"), "1.234,56", 1234.56),
        (component("number", "a"), "1.234", 1234),
        (component("number", "a"), "1.5", 1.5),
        (component("number", "a"), "-0,25", -0.25),
        (component("checkbox", "a"), "true", True),
        (component("radio", "a", values=CHOICES), "nao", "nao"),
        (component("datetime", "a", subtype="date"), "2026-03-10", "2026-03-10"),
        (component("datetime", "a", subtype="date"), "1/4/2026", "2026-04-01"),
        (component("datetime", "a", subtype="time"), "09:05:59", "09:05"),
        (
            component("datetime", "a", subtype="datetime"),
            "2026-03-10T09:05",
            "2026-03-10T12:05:00+00:00",
        ),
    ],
)
def test_a_good_answer_is_brought_to_one_form(
    field: dict[str, Any], sent: str, expected: object
) -> None:
    assert value(field, sent) == expected


@pytest.mark.parametrize(
    ("field", "sent", "code"),
    [
        (component("textfield", "a", validate={"required": True}), "  ", "required"),
        (component("checkbox", "a", validate={"required": True}), "", "required"),
        (component("textfield", "a", validate={"minLength": 3}), "ab", "too_short"),
        (component("textfield", "a", validate={"maxLength": 3}), "abcd", "too_long"),
        (component("textfield", "a"), "x" * 4001, "too_long"),
        (component("textfield", "a", validate={"pattern": "[0-9]{2}"}), "123", "pattern"),
        (component("textfield", "a", validate={"validationType": "email"}), "a@b", "written_as"),
        (component("textfield", "a", properties={"formato": "sigla"}), "m1", "written_as"),
        (component("number", "a"), "dez", "not_a_number"),
        (component("number", "a"), "1.23,4.5", "not_a_number"),
        (component("number", "a"), "1e9", "not_a_number"),
        (component("number", "a"), "\u0661", "not_a_number"),
        (component("number", "a"), "9" * 40, "not_a_number"),
        (component("number", "a", validate={"min": 1}), "0", "too_small"),
        (component("number", "a", validate={"max": 9}), "9,01", "too_great"),
        (component("number", "a", decimalDigits=2), "1,234", "too_many_digits"),
        (component("number", "a", increment="0.5"), "1,3", "not_a_step"),
        (component("radio", "a", values=CHOICES), "talvez", "not_a_choice"),
        (component("datetime", "a", subtype="date"), "31/02/2026", "not_a_date"),
        (
            component("datetime", "a", subtype="date", disallowPassedDates=True),
            "2026-03-09",
            "past_date",
        ),
        (component("datetime", "a", subtype="time"), "25:00", "not_a_time"),
    ],
)
def test_a_bad_answer_is_told_by_its_code(field: dict[str, Any], sent: str, code: str) -> None:
    assert problem(field, sent) == code


def test_today_is_the_day_in_brasilia() -> None:
    """At 01:30 in Greenwich it is still the evening before there."""
    field = component("datetime", "a", subtype="date", disallowPassedDates=True)
    assert value(field, "2026-03-10") == "2026-03-10"


def test_of_several_choices_each_is_kept_once_in_the_forms_order() -> None:
    field = component("checklist", "a", values=CHOICES)
    assert value(field, "nao", "sim", "nao") == ["sim", "nao"]
    assert problem(field, "sim", "outro") == "not_a_choice"
    assert value(field) == []


def test_choices_may_come_from_a_variable() -> None:
    form = made(component("select", "a", valuesKey="empresas"))
    held = {"empresas": [{"label": "Serra", "value": "17"}, "outra", 7, {"label": "x"}]}
    assert answer(form, held, a="17").values == {"a": "17"}
    assert answer(form, held, a="outra").good
    assert not answer(form, held, a="7").good
    assert not answer(form, a="17").good


def test_a_field_that_the_form_does_not_have_is_told_and_kept_nowhere() -> None:
    answers = answer(made(component("textfield", "a")), a="x", admin="true", login_id="7")
    assert answers.values == {"a": "x"}
    assert [(each.key, each.code) for each in answers.problems] == [
        ("admin", "unknown_field"),
        ("login_id", "unknown_field"),
    ]


def test_a_fixed_field_cannot_be_answered() -> None:
    form = made(component("textfield", "a", readonly=True), component("textfield", "b"))
    answers = answer(form, {"a": "da casa"}, a="forjado", b="x")
    assert answers.values == {"b": "x"}
    assert answers.good


def test_a_forged_value_of_a_fixed_field_unlocks_no_other() -> None:
    form = made(
        component("textfield", "situacao", readonly=True),
        component("textfield", "parecer", readonly='=situacao = "fechado"'),
    )
    answers = answer(form, {"situacao": "fechado"}, situacao="aberto", parecer="forjado")
    assert answers.values == {}
    assert answer(form, {"situacao": "aberto"}, parecer="meu").values == {"parecer": "meu"}


CNPJ_OR_CPF = (
    component("radio", "tipo", values=CHOICES, validate={"required": True}),
    component(
        "textfield",
        "documento",
        validate={"required": True},
        conditional={"hide": '=tipo != "sim"'},
    ),
    component(
        "group",
        conditional={"hide": "=documento = null"},
        components=[component("textfield", "orgao", validate={"required": True})],
    ),
)


def test_what_is_hidden_is_not_asked_for_and_its_variable_is_emptied() -> None:
    form = made(*CNPJ_OR_CPF)
    answers = answer(form, {"documento": "antigo"}, tipo="nao", documento="forjado", orgao="x")
    assert answers.good
    assert answers.values == {"tipo": "nao", "documento": None, "orgao": None}


def test_what_is_shown_by_another_answer_is_asked_for() -> None:
    form = made(*CNPJ_OR_CPF)
    assert [each.key for each in answer(form, tipo="sim").problems] == ["documento"]
    told = answer(form, tipo="sim", documento="1")
    assert [(each.key, each.code) for each in told.problems] == [("orgao", "required")]
    assert answer(form, tipo="sim", documento="1", orgao="SSP").good


def test_a_condition_that_cannot_be_worked_out_hides_nothing() -> None:
    form = made(
        component("textfield", "a", validate={"required": True}, conditional={"hide": "=b > 3"})
    )
    assert [each.key for each in answer(form, {"b": "texto"}).problems] == ["a"]
    assert answer(form, {"b": 4}).good


def test_files_are_named_and_counted() -> None:
    one = component("filepicker", "a", validate={"required": True})
    assert problem(one) == "required"
    assert value(one, "anexo-1") == ["anexo-1"]
    assert problem(one, "anexo-1", "anexo-2") == "one_file"
    assert value(component("filepicker", "a", multiple=True), "b", "c") == ["b", "c"]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False))
def test_a_number_written_the_brazilian_way_is_that_number(number: Decimal) -> None:
    written = f"{number:,.2f}".translate(str.maketrans(",.", ".,"))
    found = value(component("number", "a"), written)
    assert found == pytest.approx(float(number))


@given(st.text(max_size=30), st.sampled_from(["textfield", "textarea", "number", "datetime"]))
def test_whatever_is_sent_there_is_a_value_or_a_problem(sent: str, type_: str) -> None:
    answers = answer(made(component(type_, "a")), a=sent)
    assert len(answers.problems) <= 1
    if answers.good and isinstance(answers.values["a"], str):
        assert answers.values["a"].strip() == answers.values["a"]
        assert "\x00" not in answers.values["a"]


@given(
    st.dictionaries(
        st.sampled_from(["tipo", "documento", "orgao", "x"]),
        st.lists(st.sampled_from(["sim", "nao", "", "1"]), max_size=2),
    )
)
def test_what_is_accepted_is_accepted_again_as_it_was_kept(sent: dict[str, list[str]]) -> None:
    form = made(*CNPJ_OR_CPF)
    first = answer(form, **sent)
    if first.good:
        again = {key: str(kept) for key, kept in first.values.items() if kept is not None}
        assert answer(form, **again).values == first.values
