"""Whose a request is, before it is looked at: a connection can break for one person alone.

What is read here is believed for choosing a fault only, never for letting somebody in.
"""

import base64
import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import sqlalchemy as sa

from govbr.simulator import storage
from govbr.simulator.storage import Storage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_LARGEST_FORM = 64 * 1024  # bytes


def person_of(store: Storage, environ: "WSGIEnvironment") -> str | None:
    """Find out whose a request is: by its token, by its code, or by the browser's request.

    Args:
        store: The simulator's database.
        environ: The request (PEP 3333); a form that is read here can be read again.

    Returns:
        The CPF; None where nothing says.
    """
    scheme, _, token = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if scheme.lower() == "bearer":
        return _subject(token)
    if environ["REQUEST_METHOD"] == "POST" and environ.get("PATH_INFO") == "/token":
        return _of_code(store, _form(environ).get("code", [""])[0])
    return None


def _subject(token: str) -> str | None:
    parts = token.strip().split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
    except (IndexError, ValueError):
        return None
    subject = claims.get("sub") if isinstance(claims, dict) else None
    return subject if isinstance(subject, str) else None


def _form(environ: "WSGIEnvironment") -> dict[str, list[str]]:
    length = min(int(environ.get("CONTENT_LENGTH") or 0), _LARGEST_FORM)
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    return parse_qs(body.decode("utf-8", "replace"))


def _of_code(store: Storage, code: str) -> str | None:
    table = storage.authorization_code
    with store.reading() as connection:
        details: dict[str, Any] | None = connection.execute(
            sa.select(table.c.details).where(table.c.code == code)
        ).scalar_one_or_none()
    return None if details is None else str(details["cpf"])
