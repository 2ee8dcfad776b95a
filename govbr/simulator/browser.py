"""What the simulator knows of a browser: its own mark and the SSO login, in one signed cookie."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import abort, request, session

from govbr.simulator.context import Simulator
from govbr.simulator.people import Person, find
from govbr.simulator.storage import recall, remember

#: Its own name: cookies ignore ports, and the client may live on the same host.
COOKIE_NAME = "simulador_sessao"
_SECRET = "cookie_secret"  # noqa: S105 - the name of a setting


@dataclass(frozen=True)
class Login:
    """The SSO login of a browser."""

    cpf: str
    amr: tuple[str, ...]
    #: Seconds since 1970.
    auth_time: int
    #: The company whose certificate was used, and the name in it.
    cnpj: str | None = None
    certificate_name: str | None = None


def cookie_secret(simulator: Simulator) -> str:
    """Read the cookie's signing secret, made at the first start."""
    with simulator.store.writing() as connection:
        secret = recall(connection, name=_SECRET)
        if secret is None:
            secret = secrets.token_hex(32)
            remember(connection, name=_SECRET, value=secret)
    return secret


def mark() -> str:
    """Tell this browser from others, before and after it logs in."""
    if "browser" not in session:
        session["browser"] = secrets.token_urlsafe(16)
    return str(session["browser"])


def log_in(
    simulator: Simulator,
    *,
    cpf: str,
    amr: tuple[str, ...] = ("passwd",),
    cnpj: str | None = None,
    certificate_name: str | None = None,
) -> None:
    """Begin an SSO session.

    Args:
        simulator: Whose clock says when.
        cpf: Who.
        amr: How they came in, in gov.br's words.
        cnpj: The company whose certificate was used.
        certificate_name: The name in it.
    """
    session["login"] = {
        "cpf": cpf,
        "amr": list(amr),
        "auth_time": int(simulator.timestamp()),
        "cnpj": cnpj,
        "certificate_name": certificate_name,
    }


def log_out() -> None:
    """End the SSO session."""
    session.pop("login", None)


def login() -> Login | None:
    """Read the SSO session, if there is one."""
    stored: dict[str, Any] | None = session.get("login")
    if stored is None:
        return None
    return Login(
        stored["cpf"],
        tuple(stored["amr"]),
        stored["auth_time"],
        stored.get("cnpj"),
        stored.get("certificate_name"),
    )


def person(simulator: Simulator) -> Person | None:
    """Load who is logged in; a login of a person who is gone counts for nothing."""
    present = login()
    if present is None:
        return None
    with simulator.store.reading() as connection:
        return find(connection, cpf=present.cpf)


def refuse_foreign_posts() -> None:
    """Refuse a form that another site's page sends (cross-site request forgery)."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and origin.partition("://")[2] != request.host:
        abort(403)
