"""Signals on their way from the instance that threw them to all that wait for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, delete, exists, or_, select

from engine.store import retrying
from engine.store.pipeline import Statement
from engine.store.tables import instance, signal_letter, subscription

# One row for each instance that waits now, but for the one that threw it: that has heard it. And
# one for each process that it starts.
_THROW = """
    INSERT INTO engine.signal_letter
        (name, instance_id, process, element_id, payload, key, actor, thrown_at)
    SELECT %(name)s, waits.instance_id, NULL, NULL, %(payload)s,
        %(key)s || ':' || waits.instance_id, %(actor)s, %(now)s
    FROM (
        SELECT DISTINCT instance_id FROM engine.subscription
        WHERE kind = 'signal' AND message = %(name)s AND instance_id IS DISTINCT FROM %(thrower)s
    ) waits
    UNION ALL
    SELECT %(name)s, NULL, process, element_id, %(payload)s,
        %(key)s || ':' || process || ':' || element_id, %(actor)s, %(now)s
    FROM engine.start_event WHERE kind = 'signal' AND name = %(name)s
    ON CONFLICT (key) DO NOTHING
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignalLetter:
    """A signal on its way to one instance, or to a process that it starts.

    Args:
        instance_id: The instance; None: it starts one.
        process: The process that it starts an instance of.
        element_id: At which start event.
    """

    id: int
    name: str
    instance_id: int | None
    process: str | None
    element_id: str | None
    payload: Mapping[str, Any]
    key: str
    actor: str


def throw(
    name: str,
    *,
    thrower: int | None,
    payload: Mapping[str, Any],
    key: str,
    actor: str,
    now: datetime,
) -> Statement:
    """Return the statement that puts a signal on its way to every instance that waits for it.

    Args:
        name: The signal's name in the diagrams.
        thrower: The instance that threw it; None: it came from outside.
        payload: Goes into the variables of whoever hears it.
        key: Of this throw: the same again writes nothing.
        actor: Who threw it.
        now: The command's clock.
    """
    return _THROW, {
        "name": name,
        "thrower": thrower,
        "payload": Jsonb(dict(payload)),
        "key": key,
        "actor": actor,
        "now": now,
    }


def deliverable(connection: Connection, *, now: datetime, limit: int) -> list[SignalLetter]:
    """Read signals whose addressee goes on, the oldest first; what is in other hands is left out.

    One that failed is left alone until its time, so that it keeps nobody else waiting.

    Args:
        connection: The sweep's transaction.
        now: The engine's clock.
        limit: How many at the most.
    """
    due = or_(signal_letter.c.not_before.is_(None), signal_letter.c.not_before <= now)
    rows = connection.execute(
        select(signal_letter)
        .outerjoin(instance, instance.c.id == signal_letter.c.instance_id)
        .where(signal_letter.c.stopped_at.is_(None), due)
        .where(or_(instance.c.id.is_(None), instance.c.state != "suspended"))
        .order_by(signal_letter.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=signal_letter)
    )
    return [
        SignalLetter(
            id=row.id,
            name=row.name,
            instance_id=row.instance_id,
            process=row.process,
            element_id=row.element_id,
            payload=row.payload,
            key=row.key,
            actor=row.actor,
        )
        for row in rows
    ]


def remove(connection: Connection, letter_id: int) -> bool:
    """Remove a signal that is delivered in this transaction; return whether it was there."""
    gone = connection.execute(delete(signal_letter).where(signal_letter.c.id == letter_id))
    return gone.rowcount == 1


def failed(connection: Connection, letter_id: int, *, now: datetime, spread: float) -> int:
    """Leave a signal that failed alone for a while, each time twice as long.

    Args:
        connection: The caller's transaction.
        letter_id: Which.
        now: The engine's clock.
        spread: By what the wait is multiplied, so that many that failed together part.

    Returns:
        How often it has failed; 0 where it is gone.
    """
    return retrying.failed(connection, "signal_letter", letter_id, now=now, spread=spread)


def drop_unheard(connection: Connection) -> int:
    """Remove signals whose addressee has stopped to wait for them since; return how many.

    A signal is not kept: what begins to wait after it was thrown does not hear it (BPMN 2.0,
    10.5.1).
    """
    waits = exists().where(
        subscription.c.instance_id == signal_letter.c.instance_id,
        subscription.c.kind == "signal",
        subscription.c.message == signal_letter.c.name,
        subscription.c.created_at <= signal_letter.c.thrown_at,
    )
    return connection.execute(
        delete(signal_letter).where(~waits, signal_letter.c.instance_id.is_not(None))
    ).rowcount
