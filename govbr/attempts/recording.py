"""The record of what happened at gov.br: rows are added, never changed; a trigger sees to it.

It answers "what happened to this login at 14:03?" and holds nothing that names a person: no CPF, no
name, no state, no code, no address.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, delete, insert, or_, select, text

from govbr.store.tables import attempt, attempt_event

Event = Literal[
    "started",
    "returned",
    "denied",
    "refused",
    "exchanged",
    "identified",
    "linked",
    "closed",
    "failed",
    "expired",
]

#: How long the record is kept.
KEPT: Final = timedelta(days=5 * 365)


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One line of the record.

    Attributes:
        at: When.
        event: What.
        cause: Why, where there is one: of a failure, a refusal, an end.
        attempt_id: In which attempt; None for a return that belongs to none.
        session_id: In which browser session.
        login_id: Of which login.
        scopes_granted: What the person released, where it is known by then.
        amr: How the person came in at gov.br.
        level: The account's level.
    """

    at: datetime
    event: Event
    cause: str | None
    attempt_id: int | None
    session_id: int | None
    login_id: int | None
    scopes_granted: str | None
    amr: str | None
    level: str | None


def note(connection: Connection, attempt_id: int, event: Event, now: datetime, **more: Any) -> None:  # noqa: ANN401 - the columns of the record
    """Add a line about an attempt, with its session and login.

    Args:
        connection: The caller's transaction.
        attempt_id: Which attempt.
        event: What happened.
        now: The instant, aware, in UTC.
        more: `cause`, `scopes_granted`, `amr`, `level`.
    """
    note_all(connection, [attempt_id], event, now, **more)


def note_all(
    connection: Connection,
    attempt_ids: list[int],
    event: Event,
    now: datetime,
    **more: Any,  # noqa: ANN401 - the columns of the record
) -> None:
    """Add the same line about many attempts.

    Args:
        connection: The caller's transaction.
        attempt_ids: Which attempts.
        event: What happened.
        now: The instant, aware, in UTC.
        more: As for `note`.
    """
    if not attempt_ids:
        return
    whose = select(attempt.c.id, attempt.c.session_id, attempt.c.login_id).where(
        attempt.c.id.in_(attempt_ids)
    )
    rows = [
        {
            "attempt_id": row.id,
            "session_id": row.session_id,
            "login_id": row.login_id,
            "event": event,
            "at": now,
            **more,
        }
        for row in connection.execute(whose)
    ]
    connection.execute(insert(attempt_event), rows)


def read(connection: Connection, *, login_id: int, limit: int) -> list[Happened]:
    """Read what happened to a login and in its attempts, the newest first.

    A return that was brought by another login's browser stands with both.

    Args:
        connection: Read from.
        login_id: Which login.
        limit: How many lines at the most.

    Returns:
        The lines.
    """
    columns = [attempt_event.c[name] for name in Happened.__dataclass_fields__]
    rows = connection.execute(
        select(*columns)
        .where(
            or_(
                attempt_event.c.login_id == login_id,
                attempt_event.c.attempt_id.in_(
                    select(attempt.c.id).where(attempt.c.login_id == login_id)
                ),
            )
        )
        .order_by(attempt_event.c.id.desc())
        .limit(limit)
    )
    return [_happened(row) for row in rows]


def forget(connection: Connection, *, now: datetime, kept: timedelta = KEPT) -> int:
    """Delete lines that were kept long enough.

    Args:
        connection: The caller's transaction.
        now: The instant, aware, in UTC.
        kept: How long lines are kept.

    Returns:
        How many lines.
    """
    # The trigger lets nobody else delete, and this transaction only.
    connection.execute(text("SET LOCAL govbr.retention = 'over'"))
    gone = connection.execute(delete(attempt_event).where(attempt_event.c.at < now - kept))
    return gone.rowcount


def _happened(row: Row[Any]) -> Happened:
    return Happened(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
