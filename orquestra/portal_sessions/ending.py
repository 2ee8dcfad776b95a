"""How a visit ends: its holder leaves, its time is up, or its login is linked."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from orquestra.portal_sessions.model import PortalSession, not_open, read_session
from orquestra.store.tables import portal_session


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


def end_open(connection: Connection, session_id: int, reason: str, now: datetime) -> PortalSession:
    """End an open visit and give it back.

    Args:
        connection: The caller's transaction.
        session_id: Which session.
        reason: Why.
        now: The instant.

    Returns:
        The session as it ended.

    Raises:
        SessionNotFound: It is not there or has ended.
    """
    ended = _end(connection, session_id, reason, now)
    if ended is None:
        raise not_open(session_id)
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
    return read_session(row) if row is not None else None
