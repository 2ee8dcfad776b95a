"""Faults of the way back: what comes to the client in place of a code and its state, or nothing."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import sqlalchemy as sa
from flask import redirect, render_template
from werkzeug import Response

from govbr.simulator import authorizations, faults, storage
from govbr.simulator.authorizations import Authorization
from govbr.simulator.context import Simulator

Query = dict[str, str]

#: Acted out once somebody is logged in, in place of the consent and the way back.
INSTEAD_OF_CONSENT = ("denied", "window_closed", "lost_flow", "server_error", "invalid_scope")


def instead_of_consent(simulator: Simulator, authorization: Authorization, fault: str) -> Response:
    """Answer in place of the consent page.

    Args:
        simulator: Its settings and storage.
        authorization: Where the browser is at.
        fault: One of INSTEAD_OF_CONSENT.

    Returns:
        The page, or the way back.
    """
    if fault == "window_closed":
        return Response(render_template("window_closed.html"))
    if fault == "lost_flow":
        return redirect(home_of(simulator, authorization), 303)
    error = "access_denied" if fault == "denied" else fault
    told = {"access_denied": "User denied access"}.get(error, "Falha simulada")
    query = authorization.query
    answer = {"error": error, "error_description": told, "state": query["state"]}
    location = f"{query['redirect_uri']}?{urlencode(answer)}"
    sent = authorizations.answer_once(simulator, authorization=authorization, location=location)
    return redirect(sent, 303)


def after_detour(simulator: Simulator, authorization: Authorization, cpf: str) -> Response | None:
    """Lose the way, where that is ordered: seen at gov.br after a sign-up or a recovery.

    Args:
        simulator: Its settings and storage.
        authorization: Where the browser was at.
        cpf: Who has an account, or a password, now.

    Returns:
        The way to the service's first page, without a code; None where nothing is ordered.
    """
    ordered = faults.take_content(
        simulator.store, endpoint="authorize", cpf=cpf, among=("lost_flow_after_sign_up",)
    )
    return redirect(home_of(simulator, authorization), 303) if ordered else None


def home_of(simulator: Simulator, authorization: Authorization) -> str:
    """Give the first page of the service that a request came from.

    Args:
        simulator: Where it is registered.
        authorization: Its request.

    Returns:
        The address; the settings' where the service was taken out meanwhile.
    """
    client = simulator.client(authorization.client_id)
    return simulator.config.home_url if client is None else client.home_url


def changed(simulator: Simulator, fault: str, location: str) -> str:
    """Change the way back to the client.

    Args:
        simulator: Its settings and storage.
        fault: One of CHANGED.
        location: The right way back.

    Returns:
        Where the browser is sent.
    """
    parts = urlsplit(location)
    query = _CHANGES[fault](dict(parse_qsl(parts.query)))
    if fault in ("code_used", "code_expired"):
        _spoil_code(simulator, query.get("code", ""), used=fault == "code_used")
    return urlunsplit(parts._replace(query=urlencode(query)))


def _without(name: str) -> Callable[[Query], Query]:
    return lambda query: {key: value for key, value in query.items() if key != name}


_CHANGES: Mapping[str, Callable[[Query], Query]] = {
    "state_lost": _without("state"),
    "state_changed": lambda query: query | {"state": "um-state-que-nao-e-do-servico"},
    "foreign_iss": lambda query: query | {"iss": "https://outro.emissor.example/"},
    "code_missing": _without("code"),
    "code_used": dict,
    "code_expired": dict,
}
#: Acted out on the way back.
CHANGED = tuple(_CHANGES)


def _spoil_code(simulator: Simulator, code: str, *, used: bool) -> None:
    """Let a code be used up, or over."""
    table = storage.authorization_code
    values = {"used": True} if used else {"expires_at": simulator.timestamp() - 1}
    with simulator.store.writing() as connection:
        connection.execute(sa.update(table).where(table.c.code == code).values(**values))
