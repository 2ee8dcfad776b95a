"""Incidents: what stands still until staff look at it, and what closes them.

An incident is of a kind, which says what stands still: a job or a timer or a signal whose attempts
are used up, a command that the diagram refuses whenever it comes, or an instance that nothing can
move any more. The instance is locked before what stands still, as every command does it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from engine.store.pipeline import Statement, run

Kind = Literal["job", "timer", "signal", "command", "stuck"]

#: Whoever closes an incident by what comes after it.
ENGINE = "engine"

# Before the row that stands still is written: a command that holds the instance may take that away.
_TROUBLE = "UPDATE engine.instance SET troubled = true WHERE id = %(instance_id)s"
_SETTLE = """
    UPDATE engine.instance SET troubled = EXISTS (
        SELECT 1 FROM engine.incident
        WHERE instance_id = %(instance_id)s AND closed_at IS NULL
    ) WHERE id = %(instance_id)s
"""
_AGAIN = """
    INSERT INTO engine.incident AS i
        (kind, instance_id, element_id, error, opened_at, last_at)
    VALUES (%(kind)s, %(instance_id)s, %(element_id)s, %(error)s, %(now)s, %(now)s)
    ON CONFLICT (instance_id, kind, element_id)
        WHERE closed_at IS NULL AND kind IN ('command', 'stuck')
    DO UPDATE SET times = i.times + 1, last_at = excluded.last_at, error = excluded.error
"""
_CLOSE_STUCK = """
    UPDATE engine.incident SET closed_at = %(now)s, closed_by = %(actor)s
    WHERE instance_id = %(instance_id)s AND kind = 'stuck' AND closed_at IS NULL
"""
_STOP_TIMER = """
    WITH troubled AS (
        UPDATE engine.instance SET troubled = true
        WHERE id = (SELECT instance_id FROM engine.timer WHERE id = %(id)s)
    ), stopped AS (
        UPDATE engine.timer SET stopped_at = %(now)s, leased_until = NULL
        WHERE id = %(id)s AND stopped_at IS NULL RETURNING instance_id, element_id, id, attempts
    )
    INSERT INTO engine.incident
        (kind, instance_id, timer_id, element_id, error, times, opened_at, last_at)
    SELECT 'timer', instance_id, id, element_id, %(error)s, attempts, %(now)s, %(now)s FROM stopped
"""
_STOP_LETTER = """
    WITH troubled AS (
        UPDATE engine.instance SET troubled = true
        WHERE id = (SELECT instance_id FROM engine.signal_letter WHERE id = %(id)s)
    ), stopped AS (
        UPDATE engine.signal_letter SET stopped_at = %(now)s
        WHERE id = %(id)s AND stopped_at IS NULL
        RETURNING id, instance_id, process, name, coalesce(element_id, name) AS element_id, attempts
    )
    INSERT INTO engine.incident
        (kind, instance_id, letter_id, element_id, topic, error, times, opened_at, last_at)
    SELECT 'signal', instance_id, id, element_id, coalesce(process, name), %(error)s, attempts,
        %(now)s, %(now)s
    FROM stopped
"""
_CLOSE_LETTERS = """
    UPDATE engine.incident i SET closed_at = %(now)s, closed_by = %(actor)s
    WHERE i.kind = 'signal' AND i.closed_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM engine.signal_letter s WHERE s.id = i.letter_id)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """A command that the diagram refused.

    Args:
        instance_id: The instance that it came to.
        element_id: The element that it was about.
        error: What was said; nobody's data.
        at: The command's clock.
    """

    instance_id: int
    element_id: str
    error: str
    at: datetime


def trouble(instance_id: int) -> Statement:
    """Return the statement that says that an incident of an instance opens.

    It comes first: until its transaction ends no command takes the instance's rows away.
    """
    return _TROUBLE, {"instance_id": instance_id}


def settle(instance_id: int) -> Statement:
    """Return the statement that says whether any incident of an instance is still open."""
    return _SETTLE, {"instance_id": instance_id}


def open_for_commands(connection: Connection, failed: Sequence[Failed]) -> None:
    """Write down commands that the diagram refused, each again under the one that is open."""
    for each in failed:
        run(connection, [trouble(each.instance_id), _again("command", each)])


def open_stuck(instance_id: int, *, elements: Sequence[str], now: datetime) -> list[Statement]:
    """Return the statements that say that nothing can move an instance any more.

    Args:
        instance_id: Which instance.
        elements: Where its tokens stand.
        now: The command's clock.
    """
    where = ", ".join(dict.fromkeys(elements))
    error = (
        f"Tokens stand at {where or 'no element'} and wait for nothing that can come: no task, "
        "timer, message or job is open. Move a token, repeat a step, or cancel the instance."
    )
    failed = Failed(instance_id=instance_id, element_id=where, error=error, at=now)
    return [trouble(instance_id), _again("stuck", failed)]


def close_stuck(instance_id: int, *, actor: str, now: datetime) -> Statement:
    """Return the statement that closes what said that nothing could move an instance."""
    return _CLOSE_STUCK, {"instance_id": instance_id, "actor": actor, "now": now}


def stop_timer(connection: Connection, timer_id: int, *, error: str, now: datetime) -> None:
    """Give a timer up until staff let it be tried again."""
    run(connection, [(_STOP_TIMER, {"id": timer_id, "error": error, "now": now})])


def stop_letter(connection: Connection, letter_id: int, *, error: str, now: datetime) -> None:
    """Give a signal on its way up until staff let it be tried again."""
    run(connection, [(_STOP_LETTER, {"id": letter_id, "error": error, "now": now})])


def close_letters(connection: Connection, *, now: datetime) -> None:
    """Close the incidents of signals that nobody waits for any more."""
    run(connection, [(_CLOSE_LETTERS, {"actor": ENGINE, "now": now})])


def _again(kind: Kind, failed: Failed) -> Statement:
    return _AGAIN, {
        "kind": kind,
        "instance_id": failed.instance_id,
        "element_id": failed.element_id,
        "error": failed.error,
        "now": failed.at,
    }
