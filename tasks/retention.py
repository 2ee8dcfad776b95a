"""What is kept for a time only: deleted when that time is over, whoever else works."""

import logging
from datetime import timedelta
from typing import Final

from celery import Celery

from engine.runtime import Runtime
from orquestra import access_cases, kinds

_log = logging.getLogger(__name__)

TASK: Final = "retention.sweep"
#: Often, since the beat forgets at each start when it asked last; most times there is nothing.
EVERY: Final = timedelta(hours=1)


def sweep(runtime: Runtime) -> tuple[int, int]:
    """Delete networks that count no more, and blank access cases that were answered long ago.

    Args:
        runtime: Where the base and the clock are.

    Returns:
        How many of each.
    """
    now = runtime.clock.now()
    with runtime.database.begin() as connection:
        networks = kinds.forget_networks(connection, now=now)
        cases = access_cases.forget(connection, now=now)
    if networks or cases:
        facts = {"action": "forgotten", "networks": networks, "access_cases": cases}
        _log.info("What was kept long enough is gone", extra=facts)
    return networks, cases


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
