"""How late timers fire, and what waits to: for the staff's page and for alarms."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from engine.store.pipeline import run
from engine.store.tables import timer

# Every firing keeps when it was due: see engine.handling.timers.
_LATENESS = """
    SELECT count(*),
        coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY late), 0),
        coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY late), 0),
        coalesce(max(late), 0)
    FROM (
        SELECT extract(epoch FROM at - (input ->> 'due_at')::timestamptz)::float8 AS late
        FROM engine.history
        WHERE command = 'FireTimer' AND at >= %(since)s AND at < %(until)s AND input ? 'due_at'
    ) fired
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lateness:
    """How long after their due times timers fired, in seconds; nought where none did."""

    fired: int
    p50: float
    p95: float
    worst: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Backlog:
    """What waits beside the timers whose time has not come.

    Args:
        overdue: Due and not fired yet.
        oldest: For how long the first of those has been due.
        held: Whose clock stands.
        paused: Of suspended instances.
    """

    overdue: int
    oldest: timedelta
    held: int
    paused: int


def lateness(connection: Connection, *, since: datetime, until: datetime) -> Lateness:
    """Measure the timers that fired in a while.

    Args:
        connection: Any.
        since: The first instant that counts.
        until: The first that counts no more.
    """
    (answer,) = run(connection, [(_LATENESS, {"since": since, "until": until})])
    ((fired, p50, p95, worst),) = answer.fetchall()
    return Lateness(fired=fired, p50=p50, p95=p95, worst=worst)


def backlog(connection: Connection, now: datetime) -> Backlog:
    """Count what waits to fire, and what may not.

    Args:
        connection: Any.
        now: The engine's clock.
    """
    runs = ~timer.c.paused & timer.c.held_at.is_(None)
    overdue, first = connection.execute(
        select(func.count(), func.min(timer.c.due_at)).where(timer.c.due_at <= now, runs)
    ).one()
    held, paused = connection.execute(
        select(
            func.count().filter(timer.c.held_at.is_not(None)),
            func.count().filter(timer.c.paused),
        ).where(~runs)
    ).one()
    oldest = now - first if first is not None else timedelta()
    return Backlog(overdue=overdue, oldest=oldest, held=held, paused=paused)
