"""Reads and writes of instances, and of the commands that are remembered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.exc import OperationalError

from engine.errors import Busy, InstanceNotFound
from engine.store.tables import instance, remembered_command

#: How long a command waits for another one on the same instance.
LOCK_WAIT_MS = 5_000

_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True, kw_only=True, slots=True)
class InstanceRow:
    """An instance as a command finds it."""

    id: int
    process: str
    business_key: str
    definition_id: int
    state: str
    group_key: str | None
    steps: int
    tokens: bytes


_COLUMNS = (
    instance.c.id,
    instance.c.process,
    instance.c.business_key,
    instance.c.definition_id,
    instance.c.state,
    instance.c.group_key,
    instance.c.steps,
    instance.c.tokens,
)


def lock(connection: Connection, instance_id: int) -> InstanceRow:
    """Return an instance, locked until the transaction ends.

    Raises:
        InstanceNotFound: There is none.
        Busy: Another command held it for too long.
    """
    return _lock(connection, instance.c.id == instance_id, f"with id {instance_id}")


def lock_by_key(connection: Connection, process: str, business_key: str) -> InstanceRow:
    """Return the instance of a business key, locked until the transaction ends.

    Raises:
        InstanceNotFound: There is none.
        Busy: Another command held it for too long.
    """
    condition = (instance.c.process == process) & (instance.c.business_key == business_key)
    return _lock(connection, condition, f"of «{process}» with that business key")


def _lock(connection: Connection, condition: object, described: str) -> InstanceRow:
    """Lock one row, waiting a bounded time."""
    connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}"))
    try:
        row: Any = connection.execute(
            select(*_COLUMNS).where(condition).with_for_update()  # type: ignore[arg-type]  # a column expression
        ).first()
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise Busy from error
        raise
    if row is None:
        raise InstanceNotFound(described)
    return _row(row)


def find(connection: Connection, process: str, business_key: str) -> tuple[int, str] | None:
    """Return the id and state of the instance with a business key."""
    row = connection.execute(
        select(instance.c.id, instance.c.state).where(
            instance.c.process == process, instance.c.business_key == business_key
        )
    ).first()
    return (row.id, row.state) if row else None


def reserve(
    connection: Connection,
    *,
    process: str,
    business_key: str,
    definition_id: int,
    group_key: str | None,
    now: datetime,
) -> InstanceRow | None:
    """Add an empty instance, or return None where the business key is taken."""
    row = connection.execute(
        pg_insert(instance)
        .values(
            process=process,
            business_key=business_key,
            definition_id=definition_id,
            group_key=group_key,
            state="running",
            tokens=b"",
            started_at=now,
        )
        .on_conflict_do_nothing(index_elements=["process", "business_key"])
        .returning(*_COLUMNS)
    ).first()
    return _row(row) if row else None


def save(
    connection: Connection,
    *,
    instance_id: int,
    tokens: bytes,
    state: str,
    ended_at: datetime | None,
) -> None:
    """Write an instance back after a command."""
    connection.execute(
        update(instance)
        .where(instance.c.id == instance_id)
        .values(tokens=tokens, state=state, ended_at=ended_at, steps=instance.c.steps + 1)
    )


def recall(connection: Connection, key: str) -> tuple[int, str] | None:
    """Return what a command with that key did before: instance id and state."""
    row = connection.execute(
        select(remembered_command.c.instance_id, remembered_command.c.state).where(
            remembered_command.c.key == key
        )
    ).first()
    return (row.instance_id, row.state) if row else None


def remember(
    connection: Connection, *, key: str, instance_id: int, state: str, now: datetime
) -> None:
    """Keep what a command did; the primary key lets only one of two at once through."""
    connection.execute(
        insert(remembered_command).values(key=key, instance_id=instance_id, state=state, at=now)
    )


def _row(row: Any) -> InstanceRow:  # noqa: ANN401 — a row of _COLUMNS
    """Return a database row as plain data."""
    return InstanceRow(**row._asdict())
