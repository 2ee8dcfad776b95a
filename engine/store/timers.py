"""Due timers: which they are, and who has them in hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select, update

from engine.store.pipeline import run
from engine.store.tables import timer

_TAKE = """
    WITH free AS MATERIALIZED (
        SELECT id FROM engine.timer
        WHERE due_at <= %(now)s AND NOT paused AND held_at IS NULL AND stopped_at IS NULL
          AND (leased_until IS NULL OR leased_until < now())
        ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
    UPDATE engine.timer t SET leased_until = now() + make_interval(secs => %(seconds)s)
    FROM free WHERE t.id = free.id
    RETURNING t.id, t.due_at
"""
# The instance before the timer, as every command locks them.
_FAILED = """
    WITH held AS MATERIALIZED (
        SELECT i.id FROM engine.instance i JOIN engine.timer t ON t.instance_id = i.id
        WHERE t.id = %(id)s FOR KEY SHARE OF i
    )
    UPDATE engine.timer t
    SET attempts = attempts + 1,
        leased_until = now() + make_interval(secs => %(shortest)s * %(spread)s * 2 ^ t.attempts)
    FROM held WHERE t.id = %(id)s AND t.instance_id = held.id
    RETURNING t.attempts
"""
#: How long a timer that failed once is left alone; each time twice as long.
_SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class DueTimer:
    """A timer that may fire, and since when."""

    id: int
    due_at: datetime


def take_due(
    connection: Connection, *, now: datetime, lease_seconds: float, limit: int
) -> list[DueTimer]:
    """Return due timers in due order, each leased to the caller for a while.

    None that is held, or of an instance that is suspended. Two at once take different ones
    (`SKIP LOCKED`); one that dies gives its lease up.
    """
    asked = {"now": now, "seconds": lease_seconds, "limit": limit}
    (answer,) = run(connection, [(_TAKE, asked)])
    taken = [DueTimer(id=number, due_at=due_at) for number, due_at in answer.fetchall()]
    return sorted(taken, key=lambda due: (due.due_at, due.id))


def count_due(connection: Connection, *, now: datetime, limit: int) -> int:
    """Count timers that could be taken, up to a limit."""
    some = select(timer.c.id).where(_free(now)).limit(limit).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def put_off(connection: Connection, timer_id: int, *, wait: timedelta) -> None:
    """Let nobody take a timer for a while."""
    connection.execute(
        update(timer).where(timer.c.id == timer_id).values(leased_until=func.now() + literal(wait))
    )


def failed(connection: Connection, timer_id: int, *, spread: float) -> int:
    """Let nobody take a timer that failed for a while, each time twice as long.

    Args:
        connection: The caller's transaction.
        timer_id: Which.
        spread: By what the wait is multiplied, so that many that failed together part.

    Returns:
        How often it has failed; 0 where it is gone.
    """
    asked = {"id": timer_id, "shortest": _SHORTEST.total_seconds(), "spread": spread}
    (answer,) = run(connection, [(_FAILED, asked)])
    row = answer.fetchone()
    return int(row[0]) if row else 0


def _free(now: datetime) -> ColumnElement[bool]:
    """Return the condition of a timer that may be taken."""
    nobody_has_it = or_(timer.c.leased_until.is_(None), timer.c.leased_until < func.now())
    goes_on = and_(~timer.c.paused, timer.c.held_at.is_(None), timer.c.stopped_at.is_(None))
    return and_(timer.c.due_at <= now, goes_on, nobody_has_it)
