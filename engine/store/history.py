"""The append-only record of what happened to an instance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from engine.store.pipeline import Statement

# One statement for the two that every command writes. A step's number is unique, so that nothing
# is written over.
_SETTLE = """
    WITH saved AS (
        UPDATE engine.instance
        SET tokens = %(tokens)s, state = %(state)s, ended_at = %(ended_at)s, steps = steps + 1
        WHERE id = %(instance_id)s
    )
    INSERT INTO engine.history
        (instance_id, step, command, element_id, actor, at, input, moves, changes, delta)
    VALUES (%(instance_id)s, %(step)s, %(command)s, %(element_id)s, %(actor)s, %(at)s,
        %(input)s, %(moves)s, %(changes)s, %(delta)s)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What one command did.

    Args:
        given: Every input: answers, payload, outputs.
        moves: [element, "entered" | "completed" | "cancelled"], in order.
        changes: Variables set or changed; None for one taken away.
    """

    instance_id: int
    step: int
    command: str
    element_id: str | None
    actor: str
    at: datetime
    given: Mapping[str, Any]
    moves: Sequence[Sequence[str]]
    changes: Mapping[str, Any]


def settle(
    step: Step, *, tokens: bytes, delta: bytes | None, state: str, ended_at: datetime | None
) -> Statement:
    """Return the statement that writes an instance back after a command, and adds the step.

    Args:
        step: What was done.
        tokens: What the instance's row shall hold.
        delta: The way back to what it held; None at the start.
        state: The instance's, after it.
        ended_at: When it ended; None while it has not.
    """
    return _SETTLE, {
        "tokens": tokens,
        "state": state,
        "ended_at": ended_at,
        "instance_id": step.instance_id,
        "step": step.step,
        "command": step.command,
        "element_id": step.element_id,
        "actor": step.actor,
        "at": step.at,
        "input": Jsonb(dict(step.given)),
        "moves": Jsonb([list(move) for move in step.moves]),
        "changes": Jsonb(dict(step.changes)),
        "delta": delta,
    }
