"""The browser's return from gov.br: the state decides, the message is handed on, no waiting."""

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for

from engine.commands import DeliverMessage, StartInstance
from engine.errors import InstanceNotFound, InstanceNotRunning, MessageNotExpected
from govbr import attempts
from govbr.errors import CallbackRefused
from orquestra import consent, linking
from orquestra.portal_sessions import LINKED, PortalSession
from web import sessions
from web.customer import direct_entry, road
from web.errors import SessionLinked
from web.services import current_services
from web.visitors import current_visitor

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

blueprint = Blueprint("callback", __name__)

_log = logging.getLogger(__name__)

# Why a return is refused before its state is looked at.
_NO_SESSION = "sem_sessao"
_ENDED = "sessao_encerrada"

DENIED = (
    "Você escolheu Negar no gov.br, então não foi possível entrar. "
    "Se mudar de ideia, clique em Entrar com gov.br."
)
FAILED = (
    "O gov.br não concluiu a entrada. Tente de novo em alguns minutos; se continuar, veja a Ajuda."
)


@blueprint.get("/govbr/callback")
def receive() -> "Response":
    """Take the return and send the browser on at once to the page that shows how it goes.

    Returns:
        The redirection; it names no state and no code, and sends no referrer.

    Raises:
        CallbackRefused: The state opens nothing in this browser.
        SessionLinked: The legacy session ended with its login's link meanwhile.
    """
    browser = sessions.current_session()
    if browser.row is None:
        raise _without_session(browser.ended)
    try:
        taken = _take(browser.row.id)
    except CallbackRefused as refused:
        _note_refused(browser.row.id, refused.cause, current_visitor().road_login_id)
        raise
    answer = redirect(_next_page(taken), HTTPStatus.SEE_OTHER)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _take(session_id: int) -> attempts.CallbackTaken:
    """Use the state up, and hand on what came."""
    services = current_services()
    with services.runtime.transaction() as connection:
        taken = attempts.take_callback(
            connection,
            services.sealer,
            session_id=session_id,
            login_id=current_visitor().road_login_id,
            params=request.args.to_dict(),
            settings=services.relying_party,
            now=services.clock.now(),
        )
        direct = taken.purpose == "entrar"
        (_enter if direct else _hand_on)(connection, taken)
    return taken


def _without_session(ended: PortalSession | None) -> SessionLinked | CallbackRefused:
    """Refuse a return whose visit is over, or that has none: the state cannot be anybody's."""
    if ended is None:
        _note_refused(None, _NO_SESSION, None)
        return CallbackRefused(_NO_SESSION)
    _note_refused(ended.id, _ENDED, ended.login_id)
    return SessionLinked() if ended.ended_reason == LINKED else CallbackRefused(_ENDED)


def _note_refused(session_id: int | None, cause: str, login_id: int | None) -> None:
    """Keep why a return was refused, for the staff."""
    services = current_services()
    with services.database.begin() as connection:
        attempts.note_refused(
            connection,
            state=request.args.get("state", ""),
            session_id=session_id,
            login_id=login_id,
            cause=cause,
            now=services.clock.now(),
        )


def _hand_on(connection: "Connection", taken: attempts.CallbackTaken) -> None:
    """Deliver the return to the login's process; one that comes too late is put away."""
    services = current_services()
    assert taken.login_id is not None  # noqa: S101 - a road is always some login's
    message = DeliverMessage(
        name="govbr_retorno",
        process=road.PROCESS,
        business_key=linking.road_key(connection, taken.login_id),
        payload={"attempt_id": taken.attempt_id, "resultado": taken.outcome},
        actor=f"login:{taken.login_id}",
    )
    try:
        with connection.begin_nested():
            services.runtime.execute(message, connection=connection)
    except (MessageNotExpected, InstanceNotRunning, InstanceNotFound):
        attempts.close(connection, taken.attempt_id, "fora_de_hora", services.clock.now())
        _log.info(
            "a return came that nothing waits for",
            extra={"action": "return_not_expected", "attempt_id": taken.attempt_id},
        )


def _enter(connection: "Connection", taken: attempts.CallbackTaken) -> None:
    """Start the process of a direct entry, or record why there is none."""
    services = current_services()
    if taken.outcome == "codigo":
        direct_entry.remember_attempt(taken.attempt_id)
        services.runtime.execute(
            StartInstance(
                process=direct_entry.PROCESS,
                business_key=f"attempt:{taken.attempt_id}",
                variables={"attempt_id": taken.attempt_id},
            ),
            connection=connection,
        )
        return
    denied = taken.outcome == "negado"
    consent.record(
        connection,
        attempt_id=taken.attempt_id,
        login_id=None,
        person_id=None,
        outcome="negado" if denied else "falhou",
        detail=taken.error,
        scopes_asked=services.relying_party.scopes,
        scopes_granted="",
        now=services.clock.now(),
    )
    flash(DENIED if denied else FAILED, "warning")


def _next_page(taken: attempts.CallbackTaken) -> str:
    """Say where the browser goes on."""
    if taken.purpose != "entrar":
        return url_for("progress.show")
    return url_for("direct_entry.show" if taken.outcome == "codigo" else "entrance.show")
