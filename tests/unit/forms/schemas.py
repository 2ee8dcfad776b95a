"""Schemas as form-js's editor writes them, put together for tests."""

import json
from typing import Any

from engine import forms
from engine.errors import Finding


def component(type_: str, key: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - the schema's own words
    """Make a component."""
    named = {"key": key, "label": key.capitalize()} if key else {}
    return {"type": type_, "id": f"Field_{key or type_}", **named, **more}


def file_of(*components: object, form_id: str = "pedido") -> dict[str, str]:
    """Make a deployment's files with one form."""
    schema = {"type": "default", "id": form_id, "schemaVersion": 16, "components": components}
    return {"pedido.form": json.dumps(schema)}


def made(*components: object) -> forms.Form:
    """Read a form that is right."""
    read, findings = forms.read(file_of(*components))
    assert findings == [], findings
    return read["pedido"]


def wrong(*components: object) -> list[Finding]:
    """Read a form that is not, and give what is wrong."""
    _, findings = forms.read(file_of(*components))
    return findings
