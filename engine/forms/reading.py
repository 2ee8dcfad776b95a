"""Reads the `.form` files of a deployment: form-js schemas, as its editor writes them.

All that is wrong is found at once, each with the component, the rule and what to do. What our pages
do not draw is refused, so that no form says something to its author and less to its reader.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.errors import Finding
from engine.forms.components import Components
from engine.forms.model import Form

SUFFIX: Final = ".form"
#: Attack: a form of a million fields.
MOST_FIELDS: Final = 300
_MARKS: Final = 200_000  # characters of one file


def read(files: Mapping[str, str]) -> tuple[dict[str, Form], list[Finding]]:
    """Read the forms among a deployment's files.

    Args:
        files: Name → text; those that end in `.form` are read.

    Returns:
        The forms by id, and all that keeps some from being used.
    """
    forms: dict[str, Form] = {}
    findings: list[Finding] = []
    for name in sorted(files):
        if name.endswith(SUFFIX):
            form = _read_file(name, files[name], findings)
            if form is not None and form.id in forms:
                findings.append(_finding(form.id, "form-id", "Two forms have this id: rename one."))
            elif form is not None:
                forms[form.id] = form
    return forms, findings


def form_of(files: Mapping[str, str], form_id: str | None) -> Form | None:
    """Find a form of a deployment that was checked.

    Args:
        files: Of the version that the task's instance runs on.
        form_id: What the diagram names.

    Returns:
        The form; None where the task names none.
    """
    if form_id is None:
        return None
    forms, _ = read(files)
    return forms.get(form_id)


def _read_file(name: str, text: str, findings: list[Finding]) -> Form | None:
    schema = _schema(text)
    if schema is None:
        said = f"This is no form-js schema, or longer than {_MARKS} characters: save it again."
        findings.append(_finding(name, "form-file", said))
        return None
    form_id = schema.get("id")
    if not isinstance(form_id, str) or not form_id:
        findings.append(_finding(name, "form-id", "The form has no id: give it one."))
        return None
    reading = Components(form_id)
    fields = reading.read(schema["components"])
    form = Form(id=form_id, fields=fields)
    findings += reading.findings
    findings += _whole(form)
    return form


def _schema(text: str) -> dict[str, Any] | None:
    if len(text) > _MARKS:
        return None
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(schema, dict) and isinstance(schema.get("components"), list)
    return schema if whole else None


def _whole(form: Form) -> Iterator[Finding]:
    """Yield what only all components together show."""
    every = list(form.every())
    if len(every) > MOST_FIELDS:
        said = f"A form has at most {MOST_FIELDS} components, not {len(every)}: split it."
        yield _finding(form.id, "form-size", said)
    seen: set[str] = set()
    for each in every:
        if each.answered and each.key in seen:
            said = f"Two fields write the variable «{each.key}»: give one another key."
            yield _finding(f"{form.id}#{each.id}", "form-key", said)
        seen.add(each.key)


def _finding(place: str, rule: str, sentence: str) -> Finding:
    return Finding(element_id=place[:100], rule=rule, message=sentence)
