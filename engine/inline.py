"""Runs inline operators inside the command's own transaction."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from engine.operators import Effect, OperatorRegistry, Outputs


@dataclass(frozen=True, kw_only=True, slots=True)
class InlineJob:
    """What an inline operator is given: the command's own connection."""

    instance_id: int
    element_id: str
    attempt: int
    idempotency_key: str
    now: datetime
    connection: Connection
    #: An inline operator is part of its command and is never repeated by itself.
    last_attempt: bool = True

    def batch(self) -> AbstractContextManager[Connection]:
        """Refuse: an inline operator has the command's transaction and no other."""
        raise TypeError("An inline operator cannot commit batches: make it a job.")

    def effect(self, name: str) -> AbstractContextManager[Effect]:
        """Refuse: what is called outside cannot be undone with the command."""
        raise TypeError(f"An inline operator cannot call «{name}» outside: make it a job.")


def inline_runner(
    connection: Connection, operators: OperatorRegistry, instance_id: int, now: datetime
) -> Callable[[str, str, UUID, Mapping[str, Any]], Outputs]:
    """Return the function that runs inline operators for one command."""

    def run(topic: str, element_id: str, uid: UUID, inputs: Mapping[str, Any]) -> Outputs:
        job = InlineJob(
            instance_id=instance_id,
            element_id=element_id,
            attempt=1,
            idempotency_key=f"{instance_id}:{uid}",
            now=now,
            connection=connection,
        )
        return operators.get(topic).function(job, **inputs)

    return run
