"""The append-only record of what happened to an instance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from engine.store.pipeline import Statement

# Its number is unique, so that nothing is written over.
_APPEND = """
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


def append(step: Step, delta: bytes | None) -> Statement:
    """Return the statement that adds one step.

    Args:
        step: What was done.
        delta: The way back to the state before it; None at the start.
    """
    return _APPEND, {
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
