"""Reads and writes of moving instances between versions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Select, select

from engine.store.pipeline import Statement, run
from engine.store.tables import definition, instance, job
from engine.waits import Waits

_LAST = """
    SELECT m.id, m.from_definition_id, m.step, h.delta, h.input
    FROM engine.instance_migration m
    LEFT JOIN engine.history h ON h.instance_id = m.instance_id AND h.step = m.step
    WHERE m.instance_id = %(instance_id)s AND m.undone_at IS NULL
    ORDER BY m.id DESC LIMIT 1
"""
_STEP = """
    SELECT command, at FROM engine.history
    WHERE instance_id = %(instance_id)s AND step = %(step)s
"""
_TIMERS = """
    SELECT row_to_json(t) FROM engine.timer t
    WHERE t.instance_id = %(instance_id)s AND t.task_uid = ANY(%(uids)s)
"""
_SET_VERSION = "UPDATE engine.instance SET definition_id = %(to)s WHERE id = %(instance_id)s"
_ADD = """
    INSERT INTO engine.instance_migration (instance_id, batch_id, from_definition_id,
        to_definition_id, mapping, step, actor, migrated_at)
    VALUES (%(instance_id)s, %(batch_id)s, %(from)s, %(to)s, %(mapping)s, %(step)s, %(actor)s,
        %(now)s)
"""
_UNDONE = "UPDATE engine.instance_migration SET undone_at = %(now)s WHERE id = %(id)s"
# Tables and columns are the engine's own.
_REHOME = """
    UPDATE engine.{table} SET {columns} WHERE instance_id = %(instance_id)s AND task_uid = %(uid)s
"""
_REHOME_INCIDENT = """
    UPDATE engine.incident i SET element_id = %(element_id)s FROM engine.{table} w
    WHERE w.instance_id = %(instance_id)s AND w.task_uid = %(uid)s AND i.{table}_id = w.id
      AND i.closed_at IS NULL
"""
# All that a person or a bulk move did to it meanwhile, too; nobody holds it now.
_SET_TIMER = """
    UPDATE engine.timer t SET due_at = r.due_at, due_before_move = r.due_before_move,
        moved_by = r.moved_by, held_at = r.held_at, created_at = r.created_at,
        attempts = coalesce(r.attempts, 0), stopped_at = r.stopped_at
    FROM jsonb_populate_record(NULL::engine.timer, %(row)s) r
    WHERE t.instance_id = %(instance_id)s AND t.task_uid = r.task_uid
"""

#: What of a wait is told by the diagram, by table.
_TOLD = {
    "user_task": ("element_id", "name", "form", "assignee", "candidate_groups"),
    "timer": ("element_id",),
    "subscription": ("element_id", "message"),
    "job": ("element_id",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LastMigration:
    """The migration of an instance that could be undone.

    Args:
        delta: The way back from its step; None where that is not kept any more.
        given: What the history keeps of it.
    """

    id: int
    from_definition_id: int
    step: int
    delta: bytes | None
    given: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An instance that may go to another version."""

    id: int
    definition_id: int
    tokens: bytes


def versions_of(connection: Connection, process: str) -> dict[int, int]:
    """Return the versions of a process: version → definition, the oldest first."""
    rows = connection.execute(
        select(definition.c.version, definition.c.id)
        .where(definition.c.process == process)
        .order_by(definition.c.version)
    )
    return {row.version: row.id for row in rows}


def rebound(connection: Connection, old: int, new: int) -> frozenset[str]:
    """Return what two definitions call in different versions."""
    rows = connection.execute(
        select(definition.c.id, definition.c.bindings).where(definition.c.id.in_([old, new]))
    )
    bound = {row.id: row.bindings for row in rows}
    return frozenset(key for key in bound[old] if bound[old][key] != bound[new].get(key))


def last_migration(connection: Connection, instance_id: int) -> LastMigration | None:
    """Return the last migration of an instance that was not undone."""
    (answer,) = run(connection, [(_LAST, {"instance_id": instance_id})])
    row = answer.fetchone()
    if row is None:
        return None
    return LastMigration(
        id=row[0],
        from_definition_id=row[1],
        step=row[2],
        delta=bytes(row[3]) if row[3] is not None else None,
        given=row[4] or {},
    )


def step(connection: Connection, instance_id: int, number: int) -> tuple[str, datetime] | None:
    """Return the command and the time of one step of an instance."""
    (answer,) = run(connection, [(_STEP, {"instance_id": instance_id, "step": number})])
    row = answer.fetchone()
    return (row[0], row[1]) if row is not None else None


def timers(connection: Connection, instance_id: int, uids: Iterable[UUID]) -> list[dict[str, Any]]:
    """Return the rows of some timers as JSON, to be put back some day."""
    asked = {"instance_id": instance_id, "uids": list(uids)}
    (answer,) = run(connection, [(_TIMERS, asked)])
    return [row[0] for row in answer.fetchall()]


def candidates(connection: Connection, which: Select[Any]) -> Iterator[Candidate]:
    """Yield instances with their tokens, never many at a time in memory.

    Args:
        connection: Reads in one snapshot.
        which: The query of their ids.
    """
    query = (
        select(instance.c.id, instance.c.definition_id, instance.c.tokens)
        .where(instance.c.id.in_(which))
        .order_by(instance.c.id)
        .execution_options(yield_per=500)
    )
    with connection.execute(query) as rows:
        for row in rows:
            yield Candidate(id=row.id, definition_id=row.definition_id, tokens=bytes(row.tokens))


def candidate(connection: Connection, which: Select[Any]) -> Candidate | None:
    """Return the one instance that a query of ids means, with its tokens."""
    row = connection.execute(
        select(instance.c.id, instance.c.definition_id, instance.c.tokens).where(
            instance.c.id.in_(which)
        )
    ).one_or_none()
    if row is None:
        return None
    return Candidate(id=row.id, definition_id=row.definition_id, tokens=bytes(row.tokens))


def running_jobs(connection: Connection, which: Select[Any]) -> dict[int, set[str]]:
    """Return the service tasks that a worker is at now, by instance."""
    found: dict[int, set[str]] = {}
    rows = connection.execute(
        select(job.c.instance_id, job.c.element_id).where(
            job.c.state == "running", job.c.instance_id.in_(which)
        )
    )
    for row in rows:
        found.setdefault(row.instance_id, set()).add(row.element_id)
    return found


def running_elements(connection: Connection, instance_id: int) -> set[str]:
    """Return the service tasks of one instance that a worker is at now."""
    which = select(instance.c.id).where(instance.c.id == instance_id)
    return running_jobs(connection, which).get(instance_id, set())


def set_version(instance_id: int, definition_id: int) -> Statement:
    """Return the statement that puts an instance on another version."""
    return _SET_VERSION, {"instance_id": instance_id, "to": definition_id}


def add_migration(
    *,
    instance_id: int,
    batch_id: int | None,
    from_definition_id: int,
    to_definition_id: int,
    mapping: Mapping[str, str],
    step: int,
    actor: str,
    now: datetime,
) -> Statement:
    """Return the statement that keeps where an instance was moved."""
    return _ADD, {
        "instance_id": instance_id,
        "batch_id": batch_id,
        "from": from_definition_id,
        "to": to_definition_id,
        "mapping": Jsonb(dict(mapping)),
        "step": step,
        "actor": actor,
        "now": now,
    }


def undone(migration_id: int, now: datetime) -> Statement:
    """Return the statement that says that a migration was taken back."""
    return _UNDONE, {"id": migration_id, "now": now}


def set_timer(instance_id: int, row: Mapping[str, Any]) -> Statement:
    """Return the statement that gives a timer back what `timers` read."""
    return _SET_TIMER, {"instance_id": instance_id, "row": Jsonb(dict(row))}


def rehome(instance_id: int, before: Waits, after: Waits) -> list[Statement]:
    """Return the statements that tell the rows of waits what the new diagram says of them.

    What the diagram says the same of is left alone, and so are due times, leases and inputs.
    """
    pairs = [
        ("user_task", before.user_tasks, after.user_tasks),
        ("timer", before.timers, after.timers),
        ("subscription", before.messages, after.messages),
        ("job", before.jobs, after.jobs),
    ]
    made: list[Statement] = []
    for table, old, new in pairs:
        for uid in old.keys() & new.keys():
            changed = _changed(_TOLD[table], old[uid], new[uid])
            made += _rehomed(table, instance_id, uid, changed)
    return made


def _changed(told: Sequence[str], old: object, new: object) -> dict[str, Any]:
    """Return what the diagrams tell differently of one wait."""
    return {name: value for name in told if (value := getattr(new, name)) != getattr(old, name)}


def _rehomed(
    table: str, instance_id: int, uid: UUID, changed: Mapping[str, Any]
) -> Iterator[Statement]:
    """Yield the statements for one wait."""
    if not changed:
        return
    columns = ", ".join(f"{name} = %({name})s" for name in changed)
    values = {
        name: Jsonb(list(value)) if isinstance(value, tuple) else value
        for name, value in changed.items()
    }
    known = {"instance_id": instance_id, "uid": uid}
    yield _REHOME.format(table=table, columns=columns), {**known, **values}
    if table in ("job", "timer"):
        yield _REHOME_INCIDENT.format(table=table), {**known, **values}
