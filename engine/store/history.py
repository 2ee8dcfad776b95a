"""The append-only record of what happened to an instance."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from engine.store.tables import history


def append(
    connection: Connection,
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
) -> None:
    """Add one step; its number is unique, so that nothing is written over."""
    connection.execute(
        insert(history).values(
            instance_id=instance_id,
            step=step,
            command=command,
            element_id=element_id,
            actor=actor,
            at=at,
            input=dict(given),
            moves=[list(move) for move in moves],
            changes=dict(changes),
        )
    )
