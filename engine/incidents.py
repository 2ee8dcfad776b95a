"""What stands still until staff look at it, and what they do about it.

Kinds: "job", "timer" and "signal" were tried as often as the diagram or the engine says, and given
up; they are tried again when staff say so. "command" is an answer or a message that the diagram
refused: nothing of it was kept, and the next one that passes closes it. "stuck" is an instance
that nothing can move any more; a repair closes it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, update

from engine.errors import IncidentNotFound, InstanceNotRunning, NothingToRetry
from engine.repairs import RetryJobs
from engine.runtime import Runtime
from engine.store.incidents import Kind
from engine.store.tables import incident, instance, signal_letter

#: Kinds that can be tried again as they are.
RETRIED: frozenset[Kind] = frozenset({"job", "timer", "signal"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """One incident.

    Args:
        id: Its number.
        kind: What stands still.
        instance_id: In which instance; None: a signal that could not begin one.
        process: The instance's process, or the one that would have begun.
        business_key: The instance's.
        element_id: The element, or for one that is stuck all where tokens stand.
        topic: The service task's operator, or the signal's name.
        error: What was said; nobody's data.
        times: How often it happened while it was open.
        opened_at: When it happened first.
        last_at: When it happened last.
        closed_at: Since when it is over.
        closed_by: By whose doing.
    """

    id: int
    kind: Kind
    instance_id: int | None
    process: str | None
    business_key: str | None
    element_id: str
    topic: str | None
    error: str
    times: int
    opened_at: datetime
    last_at: datetime
    closed_at: datetime | None
    closed_by: str | None


def count(connection: Connection) -> dict[Kind, int]:
    """Return how many incidents are open, by kind."""
    rows = connection.execute(
        select(incident.c.kind, func.count())
        .where(incident.c.closed_at.is_(None))
        .group_by(incident.c.kind)
    )
    return {row[0]: row[1] for row in rows}


def read(
    connection: Connection, *, closed: bool, kind: Kind | None, limit: int, offset: int
) -> tuple[list[Incident], int]:
    """Return incidents, the newest first, and how many there are in all.

    Args:
        connection: Read from.
        closed: Those that are over, instead of the open ones.
        kind: Only of one kind.
        limit: How many at the most.
        offset: How many to pass over.
    """
    over = incident.c.closed_at.is_not(None)
    which: list[ColumnElement[bool]] = [over if closed else ~over]
    if kind is not None:
        which.append(incident.c.kind == kind)
    newest = _incidents().where(*which).order_by(incident.c.id.desc())
    rows = connection.execute(newest.limit(limit).offset(offset)).mappings()
    total = connection.scalar(select(func.count()).select_from(incident).where(*which)) or 0
    return [Incident(**row) for row in rows], total


def load(connection: Connection, incident_id: int) -> Incident:
    """Return one incident.

    Raises:
        IncidentNotFound: There is none of that number.
    """
    row = connection.execute(_incidents().where(incident.c.id == incident_id)).mappings().first()
    if row is None:
        raise IncidentNotFound(incident_id)
    return Incident(**row)


def retry(
    runtime: Runtime, connection: Connection, incident_id: int, *, actor: str, reason: str
) -> bool:
    """Let what an incident stopped be tried again, with fresh attempts.

    Args:
        runtime: Announces jobs after the commit.
        connection: Of `runtime.transaction()`.
        incident_id: Which incident.
        actor: Who asked.
        reason: Why, for the history.

    Returns:
        Whether anything is tried again; not where somebody was faster.

    Raises:
        IncidentNotFound: There is none of that number.
    """
    found = load(connection, incident_id)
    if found.kind not in RETRIED or found.closed_at is not None:
        return False
    if found.instance_id is None:
        return _retry_beginning(connection, found, actor=actor, now=runtime.clock.now())
    return retry_all(
        runtime,
        connection,
        instance_id=found.instance_id,
        actor=actor,
        reason=reason,
        element=found.element_id,
    )


def dismiss(connection: Connection, incident_id: int, *, actor: str, now: datetime) -> bool:
    """Close the incident of a command: what it said was seen, and nothing stands still for it.

    Args:
        connection: The caller's transaction.
        incident_id: Which incident.
        actor: Who saw it.
        now: The engine's clock.

    Returns:
        Whether it was open and of a command.
    """
    closed = connection.execute(
        update(incident)
        .where(
            incident.c.id == incident_id,
            incident.c.kind == "command",
            incident.c.closed_at.is_(None),
        )
        .values(closed_at=now, closed_by=actor)
    )
    return closed.rowcount == 1


def retry_all(
    runtime: Runtime,
    connection: Connection,
    *,
    instance_id: int,
    actor: str,
    reason: str = "",
    element: str | None = None,
) -> bool:
    """Let everything that was given up in an instance be tried again, with fresh attempts.

    Args:
        runtime: Announces the jobs after the commit.
        connection: Of `runtime.transaction()`.
        instance_id: Which instance.
        actor: Who asked, for the incident's row and the history.
        reason: Why, for the history.
        element: Only what stands at that element.

    Returns:
        Whether anything is tried again; not where somebody was faster or nothing was given up.

    Raises:
        OutsideTransaction: The connection is of another kind.
    """
    command = RetryJobs(instance_id=instance_id, reason=reason, actor=actor, element=element)
    try:
        runtime.execute(command, connection=connection)
    except (NothingToRetry, InstanceNotRunning):
        return False
    return True


def _retry_beginning(connection: Connection, found: Incident, *, actor: str, now: datetime) -> bool:
    """Let a signal that could not begin an instance be tried again."""
    closed = connection.execute(
        update(incident)
        .where(incident.c.id == found.id, incident.c.closed_at.is_(None))
        .values(closed_at=now, closed_by=actor)
        .returning(incident.c.letter_id)
    ).scalar_one_or_none()
    if closed is None:
        return False
    connection.execute(
        update(signal_letter)
        .where(signal_letter.c.id == closed)
        .values(stopped_at=None, attempts=0, not_before=None)
    )
    return True


def _incidents() -> Select[Any]:
    return select(
        incident.c.id,
        incident.c.kind,
        incident.c.instance_id,
        func.coalesce(instance.c.process, incident.c.topic).label("process"),
        instance.c.business_key,
        incident.c.element_id,
        incident.c.topic,
        incident.c.error,
        incident.c.times,
        incident.c.opened_at,
        func.coalesce(incident.c.last_at, incident.c.opened_at).label("last_at"),
        incident.c.closed_at,
        incident.c.closed_by,
    ).outerjoin(instance, instance.c.id == incident.c.instance_id)
