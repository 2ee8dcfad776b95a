"""Batches and their items: one row an instance, settled in the transaction of its repair."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, literal, select, update

from engine.store.pipeline import run
from engine.store.tables import batch, batch_item, instance

# Whoever works on a batch holds its row: one worker at a time, and none after a pause. A worker
# that dies lets go of it with its connection.
_SERVE = """
    UPDATE engine.batch SET served_at = clock_timestamp() WHERE id = (
        SELECT id FROM engine.batch
        WHERE state = 'running' AND id <> ALL(%(passed)s)
        ORDER BY served_at NULLS FIRST, id LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id, kind, parameters, reason, actor
"""
# Instances that someone else holds are left for the next time: nobody waits for a batch, and it
# for nobody.
_CLAIM = """
    SELECT b.instance_id FROM engine.batch_item b JOIN engine.instance i ON i.id = b.instance_id
    WHERE b.batch_id = %(batch)s AND b.state = 'waiting' AND b.instance_id > %(after)s
    ORDER BY b.instance_id LIMIT %(limit)s
    FOR UPDATE OF i SKIP LOCKED
"""
_SETTLE = """
    UPDATE engine.batch_item b
    SET state = r.state, reason = r.reason, attempts = b.attempts + 1, settled_at = %(now)s,
        step = CASE WHEN r.state = 'done' THEN i.steps END
    FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[])
        AS r (id, state, reason)
    JOIN engine.instance i ON i.id = r.id
    WHERE b.batch_id = %(batch)s AND b.instance_id = r.id
"""
_SETTLE_GONE = """
    UPDATE engine.batch_item b SET state = 'skipped', reason = %(reason)s, settled_at = %(now)s
    WHERE b.batch_id = %(batch)s AND b.state = 'waiting'
      AND NOT EXISTS (SELECT 1 FROM engine.instance i WHERE i.id = b.instance_id)
"""
_BLAME = """
    UPDATE engine.batch_item SET attempts = attempts + 1,
        state = CASE WHEN attempts + 1 >= %(most)s THEN 'failed' ELSE state END,
        reason = %(reason)s,
        settled_at = CASE WHEN attempts + 1 >= %(most)s THEN %(now)s END
    WHERE batch_id = %(batch)s AND instance_id = %(id)s AND state = 'waiting'
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchRow:
    """A batch as its worker finds it."""

    id: int
    kind: str
    parameters: Mapping[str, Any]
    reason: str
    actor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What became of one instance's repair.

    Args:
        instance_id: Which instance.
        state: "done", "skipped" or "failed".
        reason: Why it was not done, for people; None where it was.
    """

    instance_id: int
    state: str
    reason: str | None = None


def add(
    connection: Connection,
    *,
    kind: str,
    selection: Mapping[str, Any],
    parameters: Mapping[str, Any],
    reason: str,
    actor: str,
    now: datetime,
) -> int:
    """Add a batch without items; return its id."""
    values = {
        "kind": kind,
        "selection": dict(selection),
        "parameters": dict(parameters),
        "reason": reason,
        "actor": actor,
        "state": "running",
        "created_at": now,
    }
    return int(connection.execute(insert(batch).values(values).returning(batch.c.id)).scalar_one())


def freeze(connection: Connection, batch_id: int, ids: Select[Any]) -> int:
    """Add an item for each instance of a query, in one statement; return how many."""
    rows = ids.with_only_columns(literal(batch_id), instance.c.id)
    added = connection.execute(
        insert(batch_item).from_select(["batch_id", "instance_id"], rows),
        execution_options={"preserve_rowcount": True},
    ).rowcount
    connection.execute(update(batch).where(batch.c.id == batch_id).values(total=added))
    return added


def serve(connection: Connection, passed: Collection[int]) -> BatchRow | None:
    """Take the running batch whose turn it is, until the transaction ends; None where none is.

    Args:
        connection: The worker's transaction.
        passed: Batches that nothing can be done for just now.
    """
    (answer,) = run(connection, [(_SERVE, {"passed": list(passed)})])
    row = answer.fetchone()
    if row is None:
        return None
    number, kind, parameters, reason, actor = row
    return BatchRow(id=number, kind=kind, parameters=parameters, reason=reason, actor=actor)


def claim(connection: Connection, batch_id: int, *, after: int, limit: int) -> list[int]:
    """Lock the next instances of a batch that nobody else holds; return their ids."""
    asked = {"batch": batch_id, "after": after, "limit": limit}
    (answer,) = run(connection, [(_CLAIM, asked)])
    return [row[0] for row in answer.fetchall()]


def settle(connection: Connection, batch_id: int, results: Sequence[Result], now: datetime) -> None:
    """Write down what became of some instances, in the transaction of their repairs."""
    values = {
        "batch": batch_id,
        "ids": [result.instance_id for result in results],
        "states": [result.state for result in results],
        "reasons": [result.reason for result in results],
        "now": now,
    }
    run(connection, [(_SETTLE, values)])


def settle_gone(connection: Connection, batch_id: int, *, reason: str, now: datetime) -> None:
    """Pass over instances that are not in the database any more."""
    run(connection, [(_SETTLE_GONE, {"batch": batch_id, "reason": reason, "now": now})])


def blame(
    connection: Connection,
    batch_id: int,
    instance_id: int,
    *,
    reason: str,
    most: int,
    now: datetime,
) -> None:
    """Count a try that the database ended; after the last one the item has failed."""
    values = {"batch": batch_id, "id": instance_id, "reason": reason, "most": most, "now": now}
    run(connection, [(_BLAME, values)])


def lock(connection: Connection, batch_id: int) -> str | None:
    """Lock a batch, which waits for its worker's transaction; return its state."""
    return connection.execute(
        select(batch.c.state).where(batch.c.id == batch_id).with_for_update()
    ).scalar()


def read(connection: Connection, batch_id: int) -> BatchRow:
    """Return a batch that is there."""
    columns = (batch.c.id, batch.c.kind, batch.c.parameters, batch.c.reason, batch.c.actor)
    row = connection.execute(select(*columns).where(batch.c.id == batch_id)).mappings().one()
    return BatchRow(**row)


def counts(connection: Connection, batch_id: int) -> dict[str, int]:
    """Return how many items are in each state."""
    rows = connection.execute(
        select(batch_item.c.state, func.count().label("items"))
        .where(batch_item.c.batch_id == batch_id)
        .group_by(batch_item.c.state)
    )
    return {row.state: row.items for row in rows}


def has(connection: Connection, batch_id: int, state: str) -> bool:
    """Return whether any item is in a state."""
    found = select(literal(1)).where(batch_item.c.batch_id == batch_id, batch_item.c.state == state)
    return connection.execute(found.limit(1)).first() is not None


def set_state(
    connection: Connection,
    batch_id: int,
    state: str,
    *,
    ended_at: datetime | None,
    note: Sequence[str] | None = None,
) -> None:
    """Set a batch's state, and keep who did so and why."""
    values: dict[str, Any] = {"state": state, "ended_at": ended_at}
    if note is not None:
        values["log"] = batch.c.log + literal([list(note)], batch.c.log.type)
    connection.execute(update(batch).where(batch.c.id == batch_id).values(values))


def change_items(
    connection: Connection,
    batch_id: int,
    *,
    before: str,
    after: str,
    reason: str | None,
    now: datetime | None,
) -> int:
    """Put all items of one state into another; return how many."""
    changed = connection.execute(
        update(batch_item)
        .where(batch_item.c.batch_id == batch_id, batch_item.c.state == before)
        .values(state=after, reason=reason, settled_at=now, attempts=0)
    )
    return changed.rowcount


def lock_some(connection: Connection, ids: Select[Any], limit: int) -> list[Row[Any]]:
    """Lock the first instances of a query that nobody holds; return id, key and state of each."""
    columns = (instance.c.id, instance.c.business_key, instance.c.state)
    query = ids.with_only_columns(*columns).order_by(instance.c.id).limit(limit)
    return list(connection.execute(query.with_for_update(of=instance, skip_locked=True)))


def count(connection: Connection, ids: Select[Any]) -> dict[str, int]:
    """Return how many instances of a query there are in each state."""
    query = ids.with_only_columns(instance.c.state, func.count().label("items"))
    rows = connection.execute(query.group_by(instance.c.state))
    return {row.state: row.items for row in rows}
