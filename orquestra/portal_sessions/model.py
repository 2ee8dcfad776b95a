"""What a visit is, and the row that it is kept in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row

from orquestra.errors import SessionNotFound

Kind = Literal["anonymous", "legacy", "person", "staff"]


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
        ended_reason: "saiu", "vinculado", "expirou", "rodizio" or "senha_trocada".
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


def read_session(row: Row[Any]) -> PortalSession:
    """Turn a row into a session.

    Args:
        row: A row of the table.

    Returns:
        The session.
    """
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


def not_open(session_id: int) -> SessionNotFound:
    """Make the error for a session that is not open.

    Args:
        session_id: Which.

    Returns:
        The error, to be raised.
    """
    return SessionNotFound(f"Portal session {session_id} is not open; let the browser begin anew.")
