"""The return of the browser: the state decides first, once, and for this browser only.

The linking attack (an attacker's code opened in a victim's session would move the victim's
processes to the attacker) is closed here: the state belongs to one portal session and to one
login, and one UPDATE consumes it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, select, update

from govbr.attempts import recording
from govbr.attempts.ending import fail
from govbr.attempts.rows import Failure
from govbr.attempts.states import hash_of_state
from govbr.errors import CallbackRefused
from govbr.sealing import Sealer
from govbr.settings import RelyingPartySettings
from govbr.store.tables import attempt

Outcome = Literal["codigo", "negado", "erro"]

# gov.br's code is a long JWE; its characters are RFC 6749's VSCHAR.
_CODE: Final = re.compile(r"[\x21-\x7e]{1,8192}")
_LONGEST_STATE: Final = 512  # characters; ours are shorter

# RFC 6749 section 4.1.2.1 and OpenID Connect Core section 3.1.2.6. Anything else may be text
# made to be read in a log, and is not kept.
_KNOWN_ERRORS: Final = frozenset(
    {
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    }
)
_DOWN: Final = frozenset({"server_error", "temporarily_unavailable"})


@dataclass(frozen=True)
class CallbackTaken:
    """What a return that was ours brought.

    Attributes:
        attempt_id: The attempt, whose state is now used up.
        login_id: The login that began it, or None.
        purpose: "normalizar" or "entrar".
        outcome: "codigo" (stored, sealed), "negado" or "erro"; the last two ended the attempt.
        error: For "negado" and "erro" the OAuth error code, or "codigo_ausente",
            "emissor_estranho", "desconhecido".
    """

    attempt_id: int
    login_id: int | None
    purpose: str
    outcome: Outcome
    error: str | None = None


def take_callback(
    connection: Connection,
    sealer: Sealer,
    *,
    session_id: int,
    login_id: int | None,
    params: Mapping[str, str],
    settings: RelyingPartySettings,
    now: datetime,
) -> CallbackTaken:
    """Take what the browser brought back from gov.br.

    The state is checked and used up before anything else is looked at, errors included. The
    caller commits also when the outcome is no code: the state must stay used.

    Args:
        connection: The caller's transaction.
        sealer: Seals the code.
        session_id: The portal session of this browser now.
        login_id: The legacy login of that session now, or None.
        params: The query of the callback.
        settings: The provider, for the `iss` of RFC 9207.
        now: The instant, aware, in UTC.

    Returns:
        The attempt and what came.

    Raises:
        CallbackRefused: The state is missing, unknown, used, expired, or of another session or
            login: always with the same text.
    """
    state = params.get("state", "")
    if not 0 < len(state) <= _LONGEST_STATE or not state.isascii():
        raise CallbackRefused("estado_ausente")
    row = _consume(connection, hash_of_state(state), session_id, login_id, now)
    outcome, error, failure = _judge(params, settings)
    event: recording.Event = "denied" if outcome == "negado" else "returned"
    recording.note(connection, row.id, event, now, cause=error)
    if failure is not None:
        fail(connection, row.id, failure, now)
    else:
        sealed = sealer.seal(params["code"].encode(), purpose="code", bound_to=row.state_hash)
        connection.execute(update(attempt).where(attempt.c.id == row.id).values(code_sealed=sealed))
    return CallbackTaken(row.id, row.login_id, row.purpose, outcome, error)


def _consume(
    connection: Connection, state_hash: str, session_id: int, login_id: int | None, now: datetime
) -> Row[Any]:
    """Use the state up, in one statement, so that of two returns one at most goes on."""
    row = connection.execute(
        update(attempt)
        .where(
            attempt.c.state_hash == state_hash,
            attempt.c.session_id == session_id,
            attempt.c.login_id.is_not_distinct_from(login_id),
            attempt.c.status == "started",
            attempt.c.expires_at > now,
        )
        .values(status="returned", returned_at=now)
        .returning(attempt.c.id, attempt.c.login_id, attempt.c.purpose, attempt.c.state_hash)
    ).first()
    if row is None:
        raise CallbackRefused(_cause(connection, state_hash, session_id, login_id, now))
    return row


def _cause(
    connection: Connection, state_hash: str, session_id: int, login_id: int | None, now: datetime
) -> str:
    """Find why a state was refused, for the record of the staff."""
    row = connection.execute(select(attempt).where(attempt.c.state_hash == state_hash)).first()
    if row is None:
        return "estado_desconhecido"
    if row.session_id != session_id:
        return "outra_sessao"
    if row.login_id != login_id:
        return "outro_login"
    if row.status == "started" and row.expires_at <= now:
        return "estado_expirado"
    return "estado_usado"


def _judge(
    params: Mapping[str, str], settings: RelyingPartySettings
) -> tuple[Outcome, str | None, Failure | None]:
    """Say what a return with a good state brought: outcome, error and the failure it is."""
    says_who = "iss" in params or settings.return_names_issuer
    if says_who and params.get("iss") != settings.issuer:
        return "erro", "emissor_estranho", "resposta_invalida"  # RFC 9207 section 2.4
    if "error" in params:
        error = params["error"] if params["error"] in _KNOWN_ERRORS else "desconhecido"
        if error == "access_denied":
            return "negado", error, "negado"
        return "erro", error, "govbr_fora_do_ar" if error in _DOWN else "resposta_invalida"
    if not _CODE.fullmatch(params.get("code", "")):
        return "erro", "codigo_ausente", "resposta_invalida"
    return "codigo", None, None
