"""Checks the answers to a form by the form itself, whatever a browser sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.errors import ExpressionError
from engine.expressions import Evaluator
from engine.forms.model import Choice, Field, Form
from engine.forms.values import Formats, Reading, Wrong

#: Field → every text that was sent under its name.
Submitted = Mapping[str, Sequence[str]]

#: Conditions may hang on fields that others hide: so often they are asked again at the most.
_ROUNDS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with an answer.

    Attributes:
        key: Of which field; of one that the form does not have, its name as it was sent.
        code: In one word: "required", "too_long" …; the caller has the sentence.
        told: What the sentence needs: `number`, `word`.
    """

    key: str
    code: str
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What came of a form.

    Attributes:
        values: Variable → value, of the fields that were shown and could be answered; None for
            those that were left empty or are hidden.
        problems: In the order of the form; none where all is well.
    """

    values: Mapping[str, Any]
    problems: tuple[Problem, ...]

    @property
    def good(self) -> bool:
        """Whether the task may be completed with them."""
        return not self.problems


def read_answers(
    form: Form,
    submitted: Submitted,
    *,
    variables: Mapping[str, Any],
    now: datetime,
    zone: ZoneInfo,
    formats: Formats | None = None,
) -> Answers:
    """Check what was sent.

    A field that is hidden is not answered, and its variable is emptied; one that is fixed keeps
    what the variables hold. What names no field of the form is told, and kept nowhere.

    Args:
        form: The form.
        submitted: What was sent.
        variables: The task's, for conditions, fixed fields and choices.
        now: The instant.
        zone: In which dates are meant.
        formats: The caller's own forms of texts, by the schema's word for them.

    Returns:
        Values and problems.
    """
    reading = Reading(
        zone=zone,
        today=now.astimezone(zone).date(),
        formats=formats or {},
        choices={
            each.key: choices_in(variables, each.choices_from)
            for each in form.every()
            if each.choices_from
        },
    )
    evaluator, by_key = Evaluator(now), form.by_key
    read, wrong = _read_all(by_key, submitted, reading)
    fixed = fixed_keys(by_key, variables, read, evaluator)
    for key in fixed:
        read[key] = variables.get(key)
        wrong.pop(key, None)
    shown = _empty_what_is_hidden(form, variables, read, evaluator)
    values = {key: read[key] if key in shown else None for key in by_key if key not in fixed}
    problems = [wrong[key] for key in by_key if key in wrong and key in shown]
    unknown = [Problem(key=name, code="unknown_field") for name in submitted if name not in by_key]
    return Answers(values=values, problems=(*problems, *unknown))


def choices_in(variables: Mapping[str, Any], name: str | None) -> tuple[Choice, ...]:
    """Read the choices that a variable holds: texts, or pairs of label and value.

    Args:
        variables: The task's.
        name: Which holds them.

    Returns:
        The choices; what is neither is left out.
    """
    held = variables.get(name or "")
    found = []
    for each in held if isinstance(held, list | tuple) else ():
        if isinstance(each, str) and each:
            found.append(Choice(value=each, label={"": each}))
        elif isinstance(each, Mapping) and each.get("value"):
            label = str(each.get("label") or each["value"])
            found.append(Choice(value=str(each["value"]), label={"": label}))
    return tuple(found)


def open_fields(
    fields: Sequence[Field], variables: Mapping[str, Any], evaluator: Evaluator
) -> dict[str, Field]:
    """Find the fields that are shown: neither hidden themselves nor by a group around them.

    Args:
        fields: Of a form or a group.
        variables: With the answers so far.
        evaluator: Asks the conditions.

    Returns:
        They, by key.
    """
    found: dict[str, Field] = {}
    for each in fields:
        if holds(each.hidden_when, variables, evaluator):
            continue
        if each.answered:
            found[each.key] = each
        found |= open_fields(each.children, variables, evaluator)
    return found


def holds(condition: str | None, variables: Mapping[str, Any], evaluator: Evaluator) -> bool:
    """Ask a condition; one that cannot be worked out on these values does not hold.

    Args:
        condition: CEL, or none.
        variables: With the answers so far.
        evaluator: Asks it.

    Returns:
        Whether it is true.
    """
    if condition is None:
        return False
    try:
        return evaluator.evaluate(condition, variables) is True
    except ExpressionError:
        return False


def fixed_keys(
    by_key: Mapping[str, Field],
    variables: Mapping[str, Any],
    answers: Mapping[str, Any],
    evaluator: Evaluator,
) -> set[str]:
    """Find the fields whose value is the process's own, whatever was sent in their place.

    What one condition reads may be fixed by another: each round asks with what the round before
    found to be fixed, so that a forged value unlocks nothing.

    Args:
        by_key: The form's fields.
        variables: The task's.
        answers: What was answered so far.
        evaluator: Asks the conditions.

    Returns:
        Their keys.
    """
    fixed: set[str] = set()
    for _ in range(_ROUNDS):
        own = {key: variables.get(key) for key in fixed}
        seen = {**variables, **answers, **own}
        now = {key for key, each in by_key.items() if holds(each.fixed_when, seen, evaluator)}
        if now == fixed:
            break
        fixed = now
    return fixed


def _read_all(
    by_key: Mapping[str, Field], submitted: Submitted, reading: Reading
) -> tuple[dict[str, Any], dict[str, Problem]]:
    """Read every field by itself."""
    read: dict[str, Any] = {}
    wrong: dict[str, Problem] = {}
    for key, each in by_key.items():
        try:
            read[key] = reading.value(each, submitted.get(key, ()))
        except Wrong as verdict:
            read[key] = None
            wrong[key] = Problem(key=key, code=verdict.code, told=verdict.told)
    return read, wrong


def _empty_what_is_hidden(
    form: Form, variables: Mapping[str, Any], read: dict[str, Any], evaluator: Evaluator
) -> Mapping[str, Field]:
    """Empty hidden fields until that hides no more, and give those that are shown."""
    shown: Mapping[str, Field] = {}
    for _ in range(_ROUNDS):
        shown = open_fields(form.fields, {**variables, **read}, evaluator)
        hidden = [key for key, value in read.items() if key not in shown and value is not None]
        if not hidden:
            break
        read |= dict.fromkeys(hidden)
    return shown
