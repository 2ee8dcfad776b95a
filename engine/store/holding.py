"""Stops the clocks of timers and lets them go on with what was left.

A hold is in the timer's row, beside its due time: whoever moves a deadline meanwhile moves what is
left of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.store.locks import busy_when_locked
from engine.store.pipeline import Statement, run

_HOLD = """
    UPDATE engine.timer SET held_at = %(now)s, leased_until = NULL
    WHERE instance_id = %(instance_id)s AND element_id = ANY(%(elements)s) AND held_at IS NULL
    RETURNING element_id, due_at
"""
# What an undone move goes back to is later by the same.
_RELEASE = """
    UPDATE engine.timer
    SET due_at = due_at + (%(now)s - held_at), due_before_move = due_before_move
        + (%(now)s - held_at), held_at = NULL, leased_until = NULL
    WHERE instance_id = %(instance_id)s AND element_id = ANY(%(elements)s) AND held_at IS NOT NULL
    RETURNING element_id, due_at
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A timer whose clock was stopped or let go on.

    Args:
        element: The timer event.
        due_at: When it would fire were it not held, or will by now.
    """

    element: str
    due_at: datetime


def hold(
    connection: Connection, instance_id: int, elements: Collection[str], now: datetime
) -> list[Clock]:
    """Stop clocks that run; return which, the next one first."""
    return _changed(connection, _HOLD, instance_id, elements, now)


def release(
    connection: Connection, instance_id: int, elements: Collection[str], now: datetime
) -> list[Clock]:
    """Let held clocks go on, each due later by as long as it was held; return which."""
    return _changed(connection, _RELEASE, instance_id, elements, now)


def _changed(
    connection: Connection, sql: str, instance_id: int, elements: Collection[str], now: datetime
) -> list[Clock]:
    """Run one of the statements above."""
    asked: Statement = (
        sql,
        {"instance_id": instance_id, "elements": list(elements), "now": now},
    )
    with busy_when_locked():
        (answer,) = run(connection, [asked])
    found = [Clock(element=element, due_at=due_at) for element, due_at in answer.fetchall()]
    return sorted(found, key=lambda clock: (clock.due_at, clock.element))
