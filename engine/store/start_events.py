"""The start events that wait for a message, a signal or an instant: of newest versions only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from engine.store.tables import start_event


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingStart:
    """A start event that waits.

    Args:
        kind: "message", "signal" or "timer".
        name: The message's or signal's name; of a timer, its text in the diagram.
        due_at: When a timer begins its next instance.
        cycle: What is left of a repeating timer after that, as ISO 8601 text.
    """

    process: str
    element_id: str
    kind: str
    name: str
    due_at: datetime | None = None
    cycle: str | None = None


def of_process(connection: Connection, process: str) -> dict[str, WaitingStart]:
    """Read the waiting start events of a process, by element."""
    rows = connection.execute(select(start_event).where(start_event.c.process == process))
    return {row.element_id: _view(row) for row in rows}


def replace(
    connection: Connection,
    process: str,
    starts: Sequence[WaitingStart],
    *,
    definition_id: int,
    now: datetime,
) -> None:
    """Write the waiting start events of a process's newest version in place of an older one's.

    Args:
        connection: The deployment's transaction.
        process: The BPMN id of the process.
        starts: All of them.
        definition_id: The newest version.
        now: The instant.
    """
    connection.execute(delete(start_event).where(start_event.c.process == process))
    if starts:
        connection.execute(
            insert(start_event),
            [
                {
                    "process": process,
                    "definition_id": definition_id,
                    "element_id": start.element_id,
                    "kind": start.kind,
                    "name": start.name,
                    "due_at": start.due_at,
                    "cycle": start.cycle,
                    "created_at": now,
                }
                for start in starts
            ],
        )


def for_message(connection: Connection, process: str, name: str) -> str | None:
    """Return the start event of a process that a message begins an instance at, or None."""
    return connection.execute(
        select(start_event.c.element_id).where(
            start_event.c.process == process,
            start_event.c.kind == "message",
            start_event.c.name == name,
        )
    ).scalar()


def take_due(connection: Connection, now: datetime) -> tuple[int, WaitingStart] | None:
    """Lock the timer that is due longest, not put off, and in no other hands; None without one."""
    row = connection.execute(
        select(start_event)
        .where(
            start_event.c.due_at <= now,
            or_(start_event.c.leased_until.is_(None), start_event.c.leased_until <= now),
        )
        .order_by(start_event.c.due_at, start_event.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    return (row.id, _view(row)) if row is not None else None


def wait_on(
    connection: Connection, number: int, *, due_at: datetime | None, cycle: str | None
) -> None:
    """Write when a timer begins its next instance; None: never again."""
    values = {"due_at": due_at, "cycle": cycle, "leased_until": None}
    connection.execute(update(start_event).where(start_event.c.id == number).values(values))


def put_off(connection: Connection, number: int, until: datetime) -> None:
    """Leave a timer that could not begin its instance alone for a while; it stays due."""
    connection.execute(
        update(start_event).where(start_event.c.id == number).values(leased_until=until)
    )


def _view(row: object) -> WaitingStart:
    names = ("process", "element_id", "kind", "name", "due_at", "cycle")
    return WaitingStart(**{name: getattr(row, name) for name in names})
