"""Works on the batches of repairs that staff have asked for, a little at a time."""

from datetime import timedelta
from typing import Final

from celery import Celery

from engine.batches.running import Batches
from engine.runtime import Runtime

TASK: Final = "engine.repair_batches"
EVERY: Final = timedelta(seconds=2)
#: How long one call works at most: the worker is free for others in between.
_SECONDS: Final = 1.5


def register(celery: Celery, runtime: Runtime) -> None:
    """Register what the beat asks for.

    Args:
        celery: The worker's own.
        runtime: Executes the repairs.
    """
    batches = Batches(runtime=runtime)

    def repair_batches() -> int:
        return batches.run(seconds=_SECONDS)

    celery.task(name=TASK, shared=False)(repair_batches)
