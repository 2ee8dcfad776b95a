"""The append-only record of what happened to an instance."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from engine.store.pipeline import Statement

# Its number is unique, so that nothing is written over.
_APPEND = """
    INSERT INTO engine.history
        (instance_id, step, command, element_id, actor, at, input, moves, changes)
    VALUES (%(instance_id)s, %(step)s, %(command)s, %(element_id)s, %(actor)s, %(at)s,
        %(input)s, %(moves)s, %(changes)s)
"""


def append(
    *,
    instance_id: int,
    step: int,
    command: str,
    element_id: str | None,
    actor: str,
    at: datetime,
    given: Mapping[str, Any],
    moves: Sequence[Sequence[str]],
    changes: Mapping[str, Any],
) -> Statement:
    """Return the statement that adds one step."""
    return _APPEND, {
        "instance_id": instance_id,
        "step": step,
        "command": command,
        "element_id": element_id,
        "actor": actor,
        "at": at,
        "input": Jsonb(dict(given)),
        "moves": Jsonb([list(move) for move in moves]),
        "changes": Jsonb(dict(changes)),
    }
