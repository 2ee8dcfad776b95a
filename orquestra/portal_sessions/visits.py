"""A browser's visit: begun, found again, written to, and made another's with a new token."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from orquestra.portal_sessions.ending import end_open
from orquestra.portal_sessions.model import (
    Kind,
    Limits,
    PortalSession,
    not_open,
    read_session,
)
from orquestra.store.tables import account_link, login, password_reset, portal_session

#: A visit is written down at most this often, so that a polling page is not a stream of writes.
SEEN_GRAIN = timedelta(seconds=15)

EXPIRED = "expirou"
LINKED = "vinculado"
PASSWORD_CHANGED = "senha_trocada"  # noqa: S105 - a reason, no password
ROTATED = "rodizio"

_TOKEN_BYTES = 32
_USUAL = Limits()


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
    return token, read_session(row)


def find(
    connection: Connection, token: str, now: datetime, limits: Limits = _USUAL
) -> PortalSession | None:
    """Find the session that a cookie stands for and note the visit; the caller commits.

    Args:
        connection: The caller's transaction.
        token: The cookie's value.
        now: The instant of the request.
        limits: How long visits last.

    Returns:
        The session; with an `ended_reason` it opens nothing, but the answer can say why. None
        when there never was such a session.
    """
    linked_since = (
        select(func.max(account_link.c.began_at) > portal_session.c.created_at)
        .where(account_link.c.login_id == portal_session.c.login_id)
        .scalar_subquery()
    )
    changed_since = (
        select(func.max(password_reset.c.used_at) > portal_session.c.created_at)
        .where(password_reset.c.login_id == portal_session.c.login_id)
        .scalar_subquery()
    )
    row = connection.execute(
        select(
            portal_session,
            login.c.state.label("login_state"),
            linked_since.label("linked_since"),
            changed_since.label("changed_since"),
        )
        .outerjoin(login, login.c.id == portal_session.c.login_id)
        .where(portal_session.c.token_hash == _hashed(token))
    ).one_or_none()
    if row is None or row.ended_at is not None:
        return read_session(row) if row is not None else None
    reason = _over(row, now, limits)
    if reason is not None:
        return end_open(connection, row.id, reason, now)
    if now - row.last_seen_at >= SEEN_GRAIN:
        connection.execute(
            update(portal_session).where(portal_session.c.id == row.id).values(last_seen_at=now)
        )
    return read_session(row)


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
        raise not_open(session_id)


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
    before = end_open(connection, session_id, ROTATED, now)
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


def _over(row: Row[Any], now: datetime, limits: Limits) -> str | None:
    """Say why an open row opens nothing any more, None when it does.

    A link ends what came in before it for good, also where it was undone since; a new password
    what came in by the old one.
    """
    if row.kind == "legacy" and (row.login_state != "legacy" or row.linked_since):
        return LINKED
    if row.kind == "legacy" and row.changed_since:
        return PASSWORD_CHANGED
    if now > read_session(row).ends_at(limits, used_at=row.last_seen_at):
        return EXPIRED
    return None


def _hashed(token: str) -> str:
    """Hash a token; it is random and long, so that one round without salt is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
