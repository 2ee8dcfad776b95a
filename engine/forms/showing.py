"""What of a form is shown now: by the variables, and by what was answered so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.expressions import Evaluator
from engine.forms.answers import choices_in, fixed_keys, holds
from engine.forms.model import Choice, Field, Form
from engine.forms.values import Wrong, decimal_of, is_yes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """One component as it stands on the page.

    Attributes:
        field: The component.
        value: What stands in it: as it was sent where it was sent, else as the variable holds it.
        choices: The answers that may be chosen.
        hidden: Whether it is hidden now; a page with a script may show it later.
        fixed: Whether it cannot be answered.
        children: Of a group.
    """

    field: Field
    value: Any
    choices: Sequence[Choice]
    hidden: bool
    fixed: bool
    children: tuple["ShownField", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A form as it stands on the page.

    Attributes:
        form: The form.
        fields: Its components.
    """

    form: Form
    fields: tuple[ShownField, ...]


def show(
    form: Form,
    *,
    variables: Mapping[str, Any],
    written: Mapping[str, Any] | None,
    now: datetime,
) -> Shown:
    """Work out how a form stands.

    Args:
        form: The form.
        variables: The task's.
        written: What was sent before, or kept as a draft, field → values; None: nothing yet.
        now: The instant.

    Returns:
        Its components, those that are hidden among them.
    """
    by_key, evaluator = form.by_key, Evaluator(now)
    values = {key: _standing(each, variables, written) for key, each in by_key.items()}
    answers = {key: _plain(by_key[key], value) for key, value in values.items()}
    fixed = fixed_keys(by_key, variables, answers, evaluator)
    for key in fixed:
        values[key] = answers[key] = variables.get(key)
    seen = {**variables, **answers}

    def shown(fields: Sequence[Field]) -> tuple[ShownField, ...]:
        return tuple(
            ShownField(
                field=each,
                value=values.get(each.key),
                choices=choices_in(variables, each.choices_from) or each.choices,
                hidden=holds(each.hidden_when, seen, evaluator),
                fixed=each.key in fixed,
                children=shown(each.children),
            )
            for each in fields
        )

    return Shown(form=form, fields=shown(form.fields))


def _standing(field: Field, variables: Mapping[str, Any], written: Mapping[str, Any] | None) -> Any:  # noqa: ANN401 - by the field's kind
    """Say what stands in a field."""
    if written is not None:
        sent = list(written.get(field.key, ()))
        return sent if field.kind in ("many_of", "file") else (sent[0] if sent else "")
    held = variables.get(field.key)
    return field.usual if held is None else held


def _plain(field: Field, value: Any) -> Any:  # noqa: ANN401 - by the field's kind
    """Give conditions what an answer would be, where it was only sent yet."""
    if value == "":
        return None
    if field.kind == "yes_no" and isinstance(value, str):
        return is_yes(value)
    if field.kind == "number" and isinstance(value, str):
        try:
            return float(decimal_of(value))
        except Wrong:
            return None
    return value
