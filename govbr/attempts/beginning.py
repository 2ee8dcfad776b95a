"""The start of an attempt: state, nonce and PKCE verifier are made, the browser is sent off."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, insert

from govbr.addresses import authorization_url
from govbr.attempts import recording
from govbr.attempts.states import hash_of_state
from govbr.sealing import Sealer
from govbr.settings import RelyingPartySettings
from govbr.store.tables import attempt

Purpose = Literal["normalizar", "entrar"]

# From the start to the callback, and to the end of what is sealed.
LIFETIME: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class BegunAttempt:
    """An attempt that has just begun.

    Attributes:
        id: Its number.
        authorization_url: Where to send the browser. It holds the state: never log it.
    """

    id: int
    authorization_url: str = field(repr=False)


def begin(
    connection: Connection,
    settings: RelyingPartySettings,
    sealer: Sealer,
    *,
    session_id: int,
    login_id: int | None,
    purpose: Purpose,
    now: datetime,
) -> BegunAttempt:
    """Begin an attempt, bound to the browser's session and to the login that asks for it.

    Args:
        connection: The caller's transaction.
        settings: The provider and our registration.
        sealer: Seals what must wait for the return.
        session_id: The portal session of this browser.
        login_id: The legacy login of that session, or None.
        purpose: "normalizar" links a login, "entrar" only comes in.
        now: The instant, aware, in UTC.

    Returns:
        The attempt's number and the address to redirect to.
    """
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    state_hash = hash_of_state(state)
    statement = insert(attempt).values(
        state_hash=state_hash,
        session_id=session_id,
        login_id=login_id,
        purpose=purpose,
        status="started",
        nonce_sealed=sealer.seal(nonce.encode(), purpose="nonce", bound_to=state_hash),
        verifier_sealed=sealer.seal(verifier.encode(), purpose="verifier", bound_to=state_hash),
        scopes_asked=settings.scopes,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    attempt_id = connection.execute(statement.returning(attempt.c.id)).scalar_one()
    recording.note(connection, attempt_id, "started", now)
    return BegunAttempt(
        attempt_id, authorization_url(settings, state=state, nonce=nonce, verifier=verifier)
    )
