"""What pages ask of batches: how far each is, and what became of each instance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from engine.store import batches
from engine.store.tables import batch, batch_item, instance

#: Items that are read at once where all are wanted.
_PAGE = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchView:
    """A batch as a page shows it.

    Args:
        state: "running", "paused", "completed", "failed" or "cancelled".
        total: Instances that it is for.
        items: How many of them are "waiting", "done", "skipped" and "failed".
        log: [instant, who, what, why] of each change by hand, in order.
    """

    id: int
    kind: str
    selection: Mapping[str, Any]
    parameters: Mapping[str, Any]
    reason: str
    actor: str
    state: str
    total: int
    created_at: datetime
    ended_at: datetime | None
    log: Sequence[Sequence[str]]
    items: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemView:
    """What became of one instance.

    Args:
        state: "waiting", "done", "skipped" or "failed".
        reason: Why it was not done, for people.
        step: The step of the instance's history that it was.
        attempts: How often it was tried.
    """

    instance_id: int
    process: str | None
    business_key: str | None
    instance_state: str | None
    state: str
    reason: str | None
    step: int | None
    attempts: int
    settled_at: datetime | None


_COLUMNS = (
    batch.c.id,
    batch.c.kind,
    batch.c.selection,
    batch.c.parameters,
    batch.c.reason,
    batch.c.actor,
    batch.c.state,
    batch.c.total,
    batch.c.created_at,
    batch.c.ended_at,
    batch.c.log,
)


def newest(
    connection: Connection, *, before: int | None = None, limit: int = 50
) -> list[BatchView]:
    """Return batches, the newest first.

    Args:
        connection: To read by.
        before: Only those with a smaller id: the next page.
        limit: How many at the most.
    """
    query = select(*_COLUMNS).order_by(batch.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(batch.c.id < before)
    return [_batch(connection, row) for row in connection.execute(query).mappings()]


def by_id(connection: Connection, batch_id: int) -> BatchView | None:
    """Return one batch, or None."""
    row = connection.execute(select(*_COLUMNS).where(batch.c.id == batch_id)).mappings().first()
    return _batch(connection, row) if row else None


def _batch(connection: Connection, row: RowMapping) -> BatchView:
    """Return a batch with the counts of its items."""
    found = batches.counts(connection, row["id"])
    states = ("waiting", "done", "skipped", "failed")
    return BatchView(**row, items={state: found.get(state, 0) for state in states})


def items(
    connection: Connection,
    batch_id: int,
    *,
    state: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[ItemView]:
    """Return a page of a batch's items, by their instances' ids.

    Args:
        connection: To read by.
        batch_id: Which batch.
        state: Only items in that state.
        after: Only those with a larger instance id: the next page.
        limit: How many at the most.
    """
    query = _items().where(batch_item.c.batch_id == batch_id, batch_item.c.instance_id > after)
    if state is not None:
        query = query.where(batch_item.c.state == state)
    query = query.order_by(batch_item.c.instance_id).limit(limit)
    return [ItemView(**row) for row in connection.execute(query).mappings()]


def all_items(
    connection: Connection, batch_id: int, *, state: str | None = None
) -> Iterator[ItemView]:
    """Give all items of a batch, however many: for a file."""
    after = 0
    while page := items(connection, batch_id, state=state, after=after, limit=_PAGE):
        yield from page
        after = page[-1].instance_id


def _items() -> Select[Any]:
    """Return the query of items with what is known of their instances still."""
    return select(
        batch_item.c.instance_id,
        instance.c.process,
        instance.c.business_key,
        instance.c.state.label("instance_state"),
        batch_item.c.state,
        batch_item.c.reason,
        batch_item.c.step,
        batch_item.c.attempts,
        batch_item.c.settled_at,
    ).join(instance, instance.c.id == batch_item.c.instance_id, isouter=True)
