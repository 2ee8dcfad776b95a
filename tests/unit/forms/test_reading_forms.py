"""A form is read once at the deployment; what our pages do not draw is refused with its place."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import forms

from .schemas import component, file_of, made, wrong

NOW, ZONE = datetime(2026, 3, 10, 15, tzinfo=UTC), ZoneInfo("America/Sao_Paulo")
CHOICES = [{"label": "Sim", "value": "sim"}, {"label": "Não", "value": "nao"}]


def test_each_component_becomes_its_kind() -> None:
    form = made(
        component("text", text="## Pedido", id="Text_1"),
        component("textfield", "nome"),
        component("textarea", "motivo"),
        component("number", "valor", decimalDigits=2),
        component("checkbox", "ciente"),
        component("radio", "tipo", values=CHOICES),
        component("select", "area", valuesKey="areas"),
        component("checklist", "itens", values=CHOICES),
        component("datetime", "dia", subtype="date", dateLabel="Dia"),
        component("datetime", "hora", subtype="time", timeLabel="Hora"),
        component("datetime", "quando", subtype="datetime"),
        component("filepicker", "anexos", multiple=True, accept=".pdf, image/png"),
        component("separator"),
        component("group", components=[component("textfield", "dentro")]),
        component("button", action="submit"),
    )
    assert [each.kind for each in form.every()] == [
        "words",
        "text",
        "long_text",
        "number",
        "yes_no",
        "one_of",
        "one_of",
        "many_of",
        "date",
        "time",
        "instant",
        "file",
        "line",
        "group",
        "text",
    ]
    assert form.by_key["anexos"].accepts == (".pdf", "image/png")
    assert form.by_key["area"].choices_from == "areas"
    assert set(form.by_key) >= {"nome", "dentro"}


def test_limits_conditions_and_translations_are_read() -> None:
    form = made(
        component(
            "textfield",
            "cnpj",
            validate={"required": True, "minLength": 14, "maxLength": 18, "pattern": "[0-9./-]+"},
            properties={"formato": "cnpj", "label:en": "Company number"},
            conditional={"hide": '=tipo != "cnpj"'},
            readonly="=fixo",
        )
    )
    (field,) = form.fields
    assert field.limits.required
    assert (field.limits.shortest, field.limits.longest) == (14, 18)
    assert field.limits.written_as == "cnpj"
    assert field.label == {"": "Cnpj", "en": "Company number"}
    assert field.hidden_when is not None
    assert field.fixed_when is not None


@pytest.mark.parametrize(
    ("components", "rule"),
    [
        ([component("html", content="<b>x</b>")], "form-component-html"),
        ([component("iframe", url="https://e.example")], "form-component-iframe"),
        ([component("image", source="https://e.example/x.png")], "form-component-image"),
        ([component("dynamiclist", components=[])], "form-component-dynamiclist"),
        ([component("novidade", "x")], "form-component-novidade"),
        ([component("textfield", "com espaço")], "form-key"),
        ([component("textfield")], "form-key"),
        ([component("textfield", "a"), component("textarea", "a", id="x")], "form-key"),
        ([component("radio", "a")], "form-choices"),
        ([component("radio", "a", values=[CHOICES[0], CHOICES[0]])], "form-choices"),
        ([component("select", "a", values=[{"label": "", "value": "x"}])], "form-choices"),
        ([component("textfield", "a", conditional={"hide": "=import os"})], "form-condition"),
        ([component("textfield", "a", readonly="=for")], "form-condition"),
        ([component("textfield", "a", validate={"pattern": "(a+)+"})], "form-pattern"),
        ([component("textfield", "a", validate={"pattern": "["})], "form-pattern"),
        ([component("textfield", "a", validate={"pattern": "(?=x)a"})], "form-pattern"),
        ([component("textfield", "a", validate={"maxLength": "muito"})], "form-limits"),
        ([7], "form-component"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(components: list[object], rule: str) -> None:
    found = wrong(*components)
    assert [each.rule for each in found] == [rule]
    assert found[0].element_id.startswith("pedido#")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = wrong(component("html"), component("textfield", "a b"), component("radio", "c"))
    assert len(found) == 3


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"components": 7}', "{" * 100_000, "x" * 300_000]
)
def test_what_is_no_form_is_refused(text: str) -> None:
    _, (found,) = forms.read({"a.form": text})
    assert found.rule in ("form-file", "form-id")


def test_two_forms_of_one_id_and_a_form_without_one_are_refused() -> None:
    one = file_of(component("textfield", "a"))["pedido.form"]
    nameless = json.dumps({"components": []})
    _, findings = forms.read({"a.form": one, "b.form": one, "c.form": nameless})
    assert [each.rule for each in findings] == ["form-id", "form-id"]


def test_groups_are_not_read_without_end() -> None:
    nested: dict[str, object] = component("textfield", "a")
    for _ in range(50):
        nested = component("group", components=[nested])
    assert [each.rule for each in wrong(nested)] == ["form-depth"]


def test_a_form_is_found_by_the_name_that_the_diagram_says() -> None:
    files = file_of(component("textfield", "a"))
    found = forms.form_of(files, "pedido")
    assert found is not None
    assert found.id == "pedido"
    assert forms.form_of(files, None) is None
    assert forms.form_of(files, "outro") is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
_WORDS = st.sampled_from(
    ["key", "id", "label", "values", "validate", "conditional", "properties", "components"]
)
_TYPES = st.sampled_from(
    ["textfield", "select", "group", "number", "datetime", "html", "checklist", "filepicker"]
)
_COMPONENT = st.builds(
    lambda type_, more: {"type": type_, **more}, _TYPES, st.dictionaries(_WORDS, _JSON, max_size=6)
)


@settings(max_examples=150)
@given(st.lists(_COMPONENT, max_size=4))
def test_whatever_a_file_holds_it_can_be_shown_and_answered_or_says_why_not(
    components: list[dict[str, object]],
) -> None:
    read, findings = forms.read(file_of(*components))
    for finding in findings:
        assert finding.rule.startswith("form-")
        assert finding.message
    for form in read.values():
        shown = forms.show(form, variables={}, written=None, now=NOW)
        assert len(shown.fields) == len(form.fields)
        answers = forms.read_answers(form, {}, variables={}, now=NOW, zone=ZONE)
        assert set(answers.values) <= set(form.by_key)
