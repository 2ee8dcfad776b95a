"""Messages that came before anything waited for them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select

from engine.commands import DeliverMessage
from engine.store import retrying
from engine.store.pipeline import Statement, run
from engine.store.tables import inbox_message, instance, subscription

_KEEP = """
    INSERT INTO engine.inbox_message
        (process, business_key, name, payload, actor, key, arrived_at, expires_at)
    VALUES (%(process)s, %(business_key)s, %(name)s, %(payload)s, %(actor)s, %(key)s, %(now)s,
        %(expires_at)s)
    ON CONFLICT (key) DO NOTHING
    RETURNING id
"""
# Of a message that came again while the first one was being taken: it waited for that.
_UNKEEP = """
    DELETE FROM engine.inbox_message m USING engine.remembered_command done
    WHERE m.key = %(key)s AND done.key = m.key
    RETURNING done.instance_id, done.state
"""
# The oldest one first; the instance's lock keeps two commands from taking the same. One whose key
# was used by another command meanwhile is done.
_TAKE = """
    DELETE FROM engine.inbox_message WHERE id = (
        SELECT id FROM engine.inbox_message
        WHERE process = %(process)s AND business_key = %(business_key)s
          AND name = ANY(%(names)s)
          AND (%(now)s::timestamptz IS NULL OR expires_at > %(now)s)
          AND NOT EXISTS (
              SELECT 1 FROM engine.remembered_command done WHERE done.key = inbox_message.key
          )
        ORDER BY id LIMIT 1
    )
    RETURNING id, process, business_key, name, payload, actor, key
"""


_OTHER_IS_KEPT = """
    SELECT 1 FROM engine.inbox_message
    WHERE process = %(process)s AND business_key = %(business_key)s AND name = %(name)s
      AND (%(key)s::text IS NULL OR key IS DISTINCT FROM %(key)s)
    LIMIT 1
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A message out of the inbox."""

    id: int
    process: str
    business_key: str
    name: str
    payload: Mapping[str, Any]
    actor: str
    key: str | None


def keep(command: DeliverMessage, *, now: datetime, expires_at: datetime) -> Statement:
    """Return the statement that keeps a message; it answers with nothing where it is kept already.

    Args:
        command: The message.
        now: The command's clock.
        expires_at: Until when it is worth delivering.
    """
    return _KEEP, {
        "process": command.process,
        "business_key": command.business_key,
        "name": command.name,
        "payload": Jsonb(dict(command.payload)),
        "actor": command.actor,
        "key": command.key,
        "now": now,
        "expires_at": expires_at,
    }


def unkeep(key: str) -> Statement:
    """Return the statement that takes a kept message away which is done by now.

    It answers with the instance and state that the first one led to.
    """
    return _UNKEEP, {"key": key}


def take(
    connection: Connection,
    *,
    process: str,
    business_key: str,
    names: Collection[str],
    now: datetime | None,
) -> Letter | None:
    """Take the oldest message that an instance can use now, in the command's transaction.

    Args:
        connection: The command's, which holds the instance's lock.
        process: Of the instance.
        business_key: Of the instance.
        names: The messages that it waits for.
        now: The command's clock; what is older than its time to live stays. None: nothing is too
            old.
    """
    asked = {
        "process": process,
        "business_key": business_key,
        "names": list(names),
        "now": now,
    }
    (answer,) = run(connection, [(_TAKE, asked)])
    row = answer.fetchone()
    if row is None:
        return None
    number, process, business_key, name, payload, actor, key = row
    return Letter(
        id=number,
        process=process,
        business_key=business_key,
        name=name,
        payload=payload,
        actor=actor,
        key=key,
    )


def deliverable(connection: Connection, *, now: datetime, limit: int) -> list[Letter]:
    """Read messages that something waits for by now: they came while it was being started.

    One that failed is left alone until its time, so that it keeps nobody else waiting.

    Args:
        connection: The sweep's transaction.
        now: The engine's clock.
        limit: How many at the most.
    """
    rows = connection.execute(
        select(inbox_message)
        .join(
            instance,
            (instance.c.process == inbox_message.c.process)
            & (instance.c.business_key == inbox_message.c.business_key),
        )
        .join(
            subscription,
            (subscription.c.instance_id == instance.c.id)
            & (subscription.c.kind == "message")
            & (subscription.c.message == inbox_message.c.name),
        )
        .where(inbox_message.c.expires_at > now, instance.c.state == "running")
        .where(or_(inbox_message.c.not_before.is_(None), inbox_message.c.not_before <= now))
        .order_by(inbox_message.c.id)
        .limit(limit)
    )
    return [
        Letter(
            id=row.id,
            process=row.process,
            business_key=row.business_key,
            name=row.name,
            payload=row.payload,
            actor=row.actor,
            key=row.key,
        )
        for row in rows
    ]


def remove(connection: Connection, letter_id: int) -> bool:
    """Remove a message that is delivered in this transaction; return whether it was there."""
    gone = connection.execute(delete(inbox_message).where(inbox_message.c.id == letter_id))
    return gone.rowcount == 1


def failed(connection: Connection, letter_id: int, *, now: datetime, spread: float) -> None:
    """Leave a message that failed alone for a while, each time twice as long, while it lives."""
    retrying.failed(connection, "inbox_message", letter_id, now=now, spread=spread)


def other_is_kept(connection: Connection, command: DeliverMessage) -> bool:
    """Return whether another message of that name waits for the instance already."""
    asked = {
        "process": command.process,
        "business_key": command.business_key,
        "name": command.name,
        "key": command.key,
    }
    (answer,) = run(connection, [(_OTHER_IS_KEPT, asked)])
    return answer.fetchone() is not None


def expire(connection: Connection, now: datetime) -> list[tuple[str, str]]:
    """Remove what is too old; return process and message of each, for the log.

    What a suspended instance waits for is kept until it goes on.
    """
    rows = connection.execute(
        delete(inbox_message)
        .where(inbox_message.c.expires_at <= now, ~_waited_for_by_a_suspended_instance())
        .returning(inbox_message.c.process, inbox_message.c.name)
    )
    return [(row.process, row.name) for row in rows]


def _waited_for_by_a_suspended_instance() -> ColumnElement[bool]:
    """Return the condition that the addressee stands still and waits for the message."""
    return exists().where(
        instance.c.process == inbox_message.c.process,
        instance.c.business_key == inbox_message.c.business_key,
        instance.c.state == "suspended",
        subscription.c.instance_id == instance.c.id,
        subscription.c.message == inbox_message.c.name,
    )
