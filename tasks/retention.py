"""What is kept for a time only: deleted when that time is over, whoever else works."""

import logging
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from celery import Celery

from engine import command_keys
from engine.runtime import Runtime
from govbr.attempts import recording
from orquestra import access_cases, kinds

_log = logging.getLogger(__name__)

TASK: Final = "retention.sweep"
#: Often, since the beat forgets at each start when it asked last; most times there is nothing.
EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """How much was deleted or blanked.

    Args:
        networks: Networks of sign-ins.
        access_cases: Answered access cases.
        attempt_events: Lines of what happened at gov.br.
        command_keys: Keys of the engine's commands.
    """

    networks: int
    access_cases: int
    attempt_events: int
    command_keys: int


def sweep(runtime: Runtime) -> Forgotten:
    """Delete networks and keys that count no more, and blank access cases answered long ago.

    Args:
        runtime: Where the base and the clock are.

    Returns:
        How many of each.
    """
    now = runtime.clock.now()
    with runtime.database.begin() as connection:
        networks = kinds.forget_networks(connection, now=now)
        cases = access_cases.forget(connection, now=now)
        events = recording.forget(connection, now=now)
    gone = Forgotten(
        networks=networks,
        access_cases=cases,
        attempt_events=events,
        command_keys=_forget_keys(runtime),
    )
    if any(asdict(gone).values()):
        facts = {"action": "forgotten", **asdict(gone)}
        _log.info("What was kept long enough is gone", extra=facts)
    return gone


def _forget_keys(runtime: Runtime) -> int:
    """Forget keys of commands, a few in each transaction, until none is old enough."""
    total = 0
    while True:
        with runtime.database.begin() as connection:
            gone = command_keys.forget(connection, now=runtime.clock.now())
        total += gone
        if not gone:
            return total


def register(celery: Celery, runtime: Runtime) -> None:
    """Register the sweep as a Celery task.

    Args:
        celery: The worker's own.
        runtime: Where the base and the clock are.
    """

    # Celery reads a task's own name: a lambda has none.
    def sweep_retention() -> None:
        sweep(runtime)

    celery.task(name=TASK, shared=False)(sweep_retention)
