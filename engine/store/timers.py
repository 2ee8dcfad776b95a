"""Due timers."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, literal, or_, select, update

from engine.store.pipeline import Statement
from engine.store.tables import timer

_DUE = """
    SELECT 1 FROM engine.timer
    WHERE id = %(id)s AND due_at <= %(now)s AND NOT paused AND held_at IS NULL
"""


def take_due(
    connection: Connection, *, now: datetime, lease_seconds: float, limit: int
) -> list[int]:
    """Return due timers in due order, each leased to this sweep for a while.

    None that is held, or of an instance that is suspended.

    Two sweeps at once take different ones (`SKIP LOCKED`); one that dies gives its lease up.
    """
    free = or_(timer.c.leased_until.is_(None), timer.c.leased_until < func.now())
    ids = (
        select(timer.c.id)
        .where(timer.c.due_at <= now, ~timer.c.paused, timer.c.held_at.is_(None), free)
        .order_by(timer.c.due_at, timer.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(
        update(timer)
        .where(timer.c.id.in_(ids.scalar_subquery()))
        .values(leased_until=func.now() + literal(timedelta(seconds=lease_seconds)))
        .returning(timer.c.id, timer.c.due_at)
    )
    return [row.id for row in sorted(rows, key=lambda row: (row.due_at, row.id))]


def due(timer_id: int, now: datetime) -> Statement:
    """Return the question whether a timer still waits and its row says that it is due."""
    return _DUE, {"id": timer_id, "now": now}
