"""The browsers' visits: who a cookie stands for, and why it stopped standing for anybody.

The table holds the SHA-256 of a token, never the token. A session ends when it is idle for 30
minutes, 12 hours after it began, when its holder leaves, or at once when its legacy login is
linked: `find` asks the login's own row too, so that not even a request that is under way while
the link begins keeps a session alive.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from orquestra.errors import SessionNotFound
from orquestra.store.tables import login, portal_session

Kind = Literal["anonymous", "legacy", "person", "staff"]

IDLE_LIMIT = timedelta(minutes=30)
AGE_LIMIT = timedelta(hours=12)
#: A visit is written down at most this often, so that a polling page is not a stream of writes.
SEEN_GRAIN = timedelta(seconds=15)

EXPIRED = "expirou"
LINKED = "vinculado"
ROTATED = "rodizio"

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSession:
    """One visit of one browser.

    Args:
        id: Its number; a gov.br attempt is bound to it.
        kind: What the visitor has shown so far.
        login_id: Of a "legacy" session.
        person_id: Of a "person" session.
        staff_id: Of a "staff" session.
        data: Small facts of the visit.
        created_at: When it began.
        last_seen_at: The last request, to within `SEEN_GRAIN`.
        ended_at: None while it is open.
        ended_reason: "saiu", "vinculado", "expirou" or "rodizio".
    """

    id: int
    kind: Kind
    login_id: int | None
    person_id: int | None
    staff_id: int | None
    data: Mapping[str, Any] = field(repr=False)
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    ended_reason: str | None


def create(
    connection: Connection,
    *,
    kind: Kind,
    now: datetime,
    login_id: int | None = None,
    person_id: int | None = None,
    staff_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> tuple[str, PortalSession]:
    """Begin a visit, so that later requests of the same browser are known.

    Args:
        connection: The caller's transaction.
        kind: What the visitor has shown.
        now: The instant.
        login_id: For "legacy".
        person_id: For "person".
        staff_id: For "staff".
        data: Small facts to keep.

    Returns:
        The token for the cookie, which is nowhere else, and the session.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = connection.execute(
        insert(portal_session)
        .values(
            token_hash=_hashed(token),
            kind=kind,
            login_id=login_id,
            person_id=person_id,
            staff_id=staff_id,
            data=dict(data or {}),
            created_at=now,
            last_seen_at=now,
        )
        .returning(portal_session)
    ).one()
    return token, _read(row)


def find(connection: Connection, token: str, now: datetime) -> PortalSession | None:
    """Find the session that a cookie stands for and note the visit; the caller commits.

    Args:
        connection: The caller's transaction.
        token: The cookie's value.
        now: The instant of the request.

    Returns:
        The session; with an `ended_reason` it opens nothing, but the answer can say why. None
        when there never was such a session.
    """
    row = connection.execute(
        select(portal_session, login.c.state.label("login_state"))
        .outerjoin(login, login.c.id == portal_session.c.login_id)
        .where(portal_session.c.token_hash == _hashed(token))
    ).one_or_none()
    if row is None or row.ended_at is not None:
        return _read(row) if row is not None else None
    reason = _over(row, now)
    if reason is not None:
        return _ended(connection, row.id, reason, now)
    if now - row.last_seen_at >= SEEN_GRAIN:
        connection.execute(
            update(portal_session).where(portal_session.c.id == row.id).values(last_seen_at=now)
        )
    return _read(row)


def save_data(
    connection: Connection, *, session_id: int, data: Mapping[str, Any], now: datetime
) -> None:
    """Replace the small facts of an open visit.

    Args:
        connection: The caller's transaction.
        session_id: Which session.
        data: All of its facts from now on.
        now: The instant.

    Raises:
        SessionNotFound: It is not there or has ended.
    """
    found = connection.execute(
        update(portal_session)
        .where(portal_session.c.id == session_id, portal_session.c.ended_at.is_(None))
        .values(data=dict(data), last_seen_at=now)
        .returning(portal_session.c.id)
    ).one_or_none()
    if found is None:
        raise _not_open(session_id)


def promote(
    connection: Connection,
    *,
    session_id: int,
    kind: Kind,
    now: datetime,
    login_id: int | None = None,
    person_id: int | None = None,
    staff_id: int | None = None,
) -> str:
    """Change what a visitor is and replace the token, so that one planted before is worth nothing.

    The old session ends with "rodizio"; its facts go on in a new one (OWASP Session Management,
    "Renew the Session ID After Any Privilege Level Change").

    Args:
        connection: The caller's transaction.
        session_id: The session so far.
        kind: What the visitor has shown now.
        now: The instant.
        login_id: For "legacy".
        person_id: For "person".
        staff_id: For "staff".

    Returns:
        The new token.

    Raises:
        SessionNotFound: The session so far is not there or has ended.
    """
    before = _ended(connection, session_id, ROTATED, now)
    token, _ = create(
        connection,
        kind=kind,
        login_id=login_id,
        person_id=person_id,
        staff_id=staff_id,
        data=before.data,
        now=now,
    )
    return token


def end(connection: Connection, session_id: int, reason: str, now: datetime) -> bool:
    """End a visit; one that has ended keeps its first reason.

    Args:
        connection: The caller's transaction.
        session_id: Which session.
        reason: "saiu", "vinculado" or "expirou".
        now: The instant.

    Returns:
        Whether it was open.
    """
    return _end(connection, session_id, reason, now) is not None


def end_of_login(connection: Connection, *, login_id: int, reason: str, now: datetime) -> int:
    """End every legacy visit of a login.

    A session that a request holds locked at this instant is passed over rather than waited for,
    since that request may itself wait for the login's row; `find` ends it at its next visit.

    Args:
        connection: The caller's transaction, which has taken the login out of state "legacy".
        login_id: Whose.
        reason: Why.
        now: The instant.

    Returns:
        How many were open.
    """
    open_ones = (
        select(portal_session.c.id)
        .where(
            portal_session.c.login_id == login_id,
            portal_session.c.kind == "legacy",
            portal_session.c.ended_at.is_(None),
        )
        .with_for_update(skip_locked=True)
    )
    return connection.execute(
        update(portal_session)
        .where(portal_session.c.id.in_(open_ones))
        .values(ended_at=now, ended_reason=reason)
    ).rowcount


def _over(row: Row[Any], now: datetime) -> str | None:
    """Say why an open row opens nothing any more, None when it does."""
    if row.kind == "legacy" and row.login_state != "legacy":
        return LINKED
    if now - row.last_seen_at > IDLE_LIMIT or now - row.created_at > AGE_LIMIT:
        return EXPIRED
    return None


def _ended(connection: Connection, session_id: int, reason: str, now: datetime) -> PortalSession:
    """End an open session and give it back, or say that there is none."""
    ended = _end(connection, session_id, reason, now)
    if ended is None:
        raise _not_open(session_id)
    return ended


def _end(
    connection: Connection, session_id: int, reason: str, now: datetime
) -> PortalSession | None:
    """End an open session and give it back."""
    row = connection.execute(
        update(portal_session)
        .where(portal_session.c.id == session_id, portal_session.c.ended_at.is_(None))
        .values(ended_at=now, ended_reason=reason)
        .returning(portal_session)
    ).one_or_none()
    return _read(row) if row is not None else None


def _not_open(session_id: int) -> SessionNotFound:
    """Make the error for a session that is not open."""
    return SessionNotFound(f"Portal session {session_id} is not open; let the browser begin anew.")


def _hashed(token: str) -> str:
    """Hash a token; it is random and long, so that one round without salt is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _read(row: Row[Any]) -> PortalSession:
    """Turn a row into a session."""
    return PortalSession(
        id=row.id,
        kind=row.kind,
        login_id=row.login_id,
        person_id=row.person_id,
        staff_id=row.staff_id,
        data=row.data,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        ended_at=row.ended_at,
        ended_reason=row.ended_reason,
    )
