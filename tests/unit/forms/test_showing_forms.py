"""What of a form is shown, by what was answered so far."""

from datetime import UTC, datetime
from typing import Any

from engine import forms

from .schemas import component, made

NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)


def _shown(
    form: forms.Form,
    *,
    variables: dict[str, Any] | None = None,
    written: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    shown = forms.show(form, variables=variables or {}, written=written, now=NOW)
    return {each.field.key: each for each in shown.fields}


def test_a_field_shows_what_was_sent_else_what_is_held_else_the_usual() -> None:
    form = made(component("textfield", "a", defaultValue="usual"))
    assert _shown(form)["a"].value == "usual"
    assert _shown(form, variables={"a": "guardado"})["a"].value == "guardado"
    assert _shown(form, variables={"a": "guardado"}, written={"a": ["x"]})["a"].value == "x"
    assert _shown(form, variables={"a": "guardado"}, written={})["a"].value == ""


def test_conditions_follow_what_stands_in_the_other_fields() -> None:
    form = made(
        component("checkbox", "tem"),
        component("number", "valor"),
        component("textfield", "qual", conditional={"hide": "=tem != true"}),
        component("textfield", "alto", readonly="=valor > 1000"),
    )
    assert _shown(form)["qual"].hidden
    seen = _shown(form, written={"tem": ["true"], "valor": ["1.000,50"]})
    assert not seen["qual"].hidden
    assert seen["alto"].fixed


def test_a_number_is_read_for_conditions_as_it_is_read_for_answers() -> None:
    form = made(component("number", "valor"), component("textfield", "b", readonly="=valor > 1000"))
    for written, fixed in (("1.234", True), ("1.2", False), ("nan", False), ("1e9", False)):
        assert _shown(form, written={"valor": [written]})["b"].fixed is fixed, written


def test_a_fixed_field_shows_the_processs_own_value_whatever_was_sent() -> None:
    form = made(component("textfield", "a", readonly=True))
    shown = _shown(form, variables={"a": "da casa"}, written={"a": ["forjado"]})["a"]
    assert (shown.value, shown.fixed) == ("da casa", True)


def test_choices_and_groups_are_shown_with_their_parts() -> None:
    form = made(
        component("select", "a", valuesKey="areas"),
        component("group", "g", components=[component("textfield", "b")]),
    )
    shown = forms.show(form, variables={"areas": ["DICOR"]}, written=None, now=NOW)
    assert [choice.value for choice in shown.fields[0].choices] == ["DICOR"]
    assert [child.field.key for child in shown.fields[1].children] == ["b"]
