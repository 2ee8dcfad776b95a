"""Reads and writes of instances, and of the commands that are remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from engine.errors import KeyTaken
from engine.store.locks import busy_when_locked
from engine.store.pipeline import Answer, Statement, run

#: How long a command waits for another one on the same instance.
LOCK_WAIT = timedelta(seconds=5)

_KEYS = "pk_remembered_command"

_COLUMNS = (
    "i.id, i.process, i.business_key, i.definition_id, i.state, i.group_key, i.steps, i.tokens, "
    "i.troubled"
)
# A row is locked after its join is made (PostgreSQL manual, SELECT, "The Locking Clause"), so that
# the bound holds by then.
_WAIT_AT_MOST = (
    "WITH bound AS MATERIALIZED (SELECT set_config('lock_timeout', %(lock_wait)s, true))"
)

_BY_ID = f"""
    {_WAIT_AT_MOST}
    SELECT {_COLUMNS} FROM bound, engine.instance i WHERE i.id = %(id)s FOR UPDATE OF i
"""
_BY_KEY = f"""
    {_WAIT_AT_MOST}
    SELECT {_COLUMNS} FROM bound, engine.instance i
    WHERE i.process = %(process)s AND i.business_key = %(business_key)s FOR UPDATE OF i
"""
# The table's name is one of the engine's own.
_BY_WAIT = f"""
    {_WAIT_AT_MOST}
    SELECT {_COLUMNS}, w.task_uid FROM bound, engine.instance i
    JOIN engine.{{table}} w ON w.instance_id = i.id
    WHERE w.id = %(id)s FOR UPDATE OF i
"""
# Locks the timer, too, so that what is read of it is what it is once the instance is had.
_BY_DUE_TIMER = f"""
    {_WAIT_AT_MOST}
    SELECT {_COLUMNS}, w.task_uid, w.due_at, w.moved_by FROM bound, engine.instance i
    JOIN engine.timer w ON w.instance_id = i.id
    WHERE w.id = %(id)s AND w.due_at <= %(now)s AND NOT w.paused AND w.held_at IS NULL
      AND w.stopped_at IS NULL
    FOR UPDATE OF i, w
"""
_RESERVE = (
    f"""
    {_WAIT_AT_MOST}
    INSERT INTO engine.instance AS i
        (process, business_key, definition_id, group_key, state, tokens, started_at)
    SELECT %(process)s, %(business_key)s, newest.id, %(group_key)s, 'running', '', %(now)s
    FROM bound, (
        SELECT id FROM engine.definition WHERE process = %(process)s
        ORDER BY version DESC LIMIT 1
    ) newest
    ON CONFLICT (process, business_key) DO NOTHING
    RETURNING """
    + _COLUMNS
)
_UNRESERVE = "DELETE FROM engine.instance WHERE id = %(id)s AND steps = 0"
_FIND = """
    SELECT id, state FROM engine.instance
    WHERE process = %(process)s AND business_key = %(business_key)s
"""
_RECALL = "SELECT instance_id, state FROM engine.remembered_command WHERE key = %(key)s"
# The primary key lets only one of two at once through.
_REMEMBER = """
    INSERT INTO engine.remembered_command (key, instance_id, state, at)
    VALUES (%(key)s, %(id)s, %(state)s, %(now)s)
"""


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
    troubled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What one round trip found.

    Args:
        row: The instance, locked until the transaction ends; None: there is none.
        uid: The task that the command names, where it names one by its row.
        known: Instance and state of the command with this key, if it was carried out before.
        check: Whether what was asked beside it holds.
        told: What the statement said beside instance and task.
    """

    row: InstanceRow | None
    uid: UUID | None
    known: tuple[int, str] | None
    check: bool
    told: tuple[Any, ...] = ()


def by_id(instance_id: int) -> Statement:
    """Return the statement that locks an instance by its number."""
    return _BY_ID, {"id": instance_id}


def by_key(process: str, business_key: str) -> Statement:
    """Return the statement that locks an instance by its business key."""
    return _BY_KEY, {"process": process, "business_key": business_key}


def by_wait(table: str, row_id: int) -> Statement:
    """Return the statement that locks the instance of a waiting row."""
    return _BY_WAIT.format(table=table), {"id": row_id}


def by_due_timer(timer_id: int, now: datetime) -> Statement:
    """Return the statement that locks the instance of a timer, and the timer, if it is due.

    What it tells beside: when the timer was due, and which bulk move put it there.
    """
    return _BY_DUE_TIMER, {"id": timer_id, "now": now}


def reserve(*, process: str, business_key: str, group_key: str | None, now: datetime) -> Statement:
    """Return the statement that adds an empty instance of the newest version."""
    return _RESERVE, {
        "process": process,
        "business_key": business_key,
        "group_key": group_key,
        "now": now,
    }


def unreserve(instance_id: int) -> Statement:
    """Return the statement that takes an empty instance away: its command had been done before."""
    return _UNRESERVE, {"id": instance_id}


def write(connection: Connection, statements: Sequence[Statement], *, commit: bool) -> list[Answer]:
    """Write what a command did, and commit if it is alone in its transaction.

    Raises:
        KeyTaken: Another command with its key was faster.
        Busy: Rows of what it waits for are held for too long, by a bulk move of timers.
    """
    try:
        with busy_when_locked():
            return run(connection, statements, commit=commit)
    except IntegrityError as error:
        diagnosis = getattr(error.orig, "diag", None)
        if getattr(diagnosis, "constraint_name", None) == _KEYS:
            raise KeyTaken from error
        raise


def lock(
    connection: Connection,
    which: Statement,
    *,
    key: str | None,
    check: Statement | None = None,
    wait: timedelta = LOCK_WAIT,
) -> Found:
    """Lock or add an instance and look at what belongs to the command, in one round trip.

    Args:
        connection: The command's transaction.
        which: One of the statements above.
        key: The command's key; looked up after the lock, so that of two at once the second finds
            what the first did.
        check: A question asked after the lock; it holds where it finds a row.
        wait: How long to wait for another command on the same instance.

    Raises:
        Busy: Another command held the instance for too long.
    """
    statement, values = which
    asked: list[Statement] = [
        (statement, {**values, "lock_wait": f"{wait / timedelta(milliseconds=1):.0f}"})
    ]
    asked += [(_RECALL, {"key": key})] if key is not None else []
    asked += [check] if check is not None else []
    with busy_when_locked():
        answers = run(connection, asked)
    found = answers[0].fetchone()
    return Found(
        row=_row(found) if found else None,
        uid=found[_WIDTH] if found and len(found) > _WIDTH else None,
        known=_known(answers[1]) if key is not None else None,
        check=check is None or answers[-1].fetchone() is not None,
        told=tuple(found[_WIDTH + 1 :]) if found else (),
    )


def find(connection: Connection, process: str, business_key: str) -> tuple[int, str] | None:
    """Return the id and state of the instance with a business key."""
    (answer,) = run(connection, [(_FIND, {"process": process, "business_key": business_key})])
    return _known(answer)


def remember(*, key: str, instance_id: int, state: str, now: datetime) -> Statement:
    """Return the statement that keeps what a command did."""
    return _REMEMBER, {"key": key, "id": instance_id, "state": state, "now": now}


_WIDTH = 9


def _row(found: tuple[Any, ...]) -> InstanceRow:
    """Return a database row of `_COLUMNS` as plain data."""
    number, process, business_key, definition_id, state, *rest = found[:_WIDTH]
    group_key, steps, tokens, troubled = rest
    return InstanceRow(
        id=number,
        process=process,
        business_key=business_key,
        definition_id=definition_id,
        state=state,
        group_key=group_key,
        steps=steps,
        tokens=bytes(tokens),
        troubled=troubled,
    )


def _known(answer: Answer) -> tuple[int, str] | None:
    """Return a row of instance and state, if there is one."""
    row = answer.fetchone()
    return (row[0], row[1]) if row else None
