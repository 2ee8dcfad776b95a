"""What a visit is, and the row that it is kept in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row

from orquestra.errors import SessionNotFound

Kind = Literal["anonymous", "legacy", "person", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long visits last.

    Somebody's visit opens their files, so that it ends soon after its last use, and for good some
    hours after they showed who they are (OWASP ASVS 5.0, 7.3.1 and 7.3.2). Nobody's visit opens
    nothing: it lasts for as long as a person may take who went to gov.br to make an account there.

    Args:
        idle: Without use, for somebody's visit.
        age: Since the sign-in, for somebody's visit.
        anonymous: Since its begin, for nobody's.
    """

    idle: timedelta = timedelta(minutes=30)
    age: timedelta = timedelta(hours=12)
    anonymous: timedelta = timedelta(hours=24)


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

    def ends_at(self, limits: Limits, *, used_at: datetime) -> datetime:
        """Say when the visit ends, if it is used now for the last time.

        Args:
            limits: How long visits last.
            used_at: The instant of that use.

        Returns:
            The first instant at which it is over.
        """
        if self.kind == "anonymous":
            return self.created_at + limits.anonymous
        return min(used_at + limits.idle, self.last_possible_use(limits))

    def last_possible_use(self, limits: Limits) -> datetime:
        """Say when the visit ends however much it is used.

        Args:
            limits: How long visits last.

        Returns:
            The first instant at which it is over for good.
        """
        return self.created_at + (limits.anonymous if self.kind == "anonymous" else limits.age)


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
