"""What the beat asks for so that nothing that is due is forgotten."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil
from typing import Final

from celery import Celery

from engine.runtime import Runtime
from engine.sweep import Sweep
from tasks import queues

SWEEP: Final = "engine.sweep"
FIRE_TIMERS: Final = "engine.fire_timers"
EVERY: Final = timedelta(seconds=1)

#: How long a worker fires timers before it looks what else there is: half of what a person's job
#: waits for at the most.
_SECONDS: Final = 0.5
#: How many a worker claims together.
_AT_ONCE: Final = 25
#: A call for workers that nobody heard is out of date after so many seconds.
_EXPIRES: Final = 5.0


def register(celery: Celery, runtime: Runtime) -> None:
    """Register the sweep, and the firing of due timers, as Celery tasks.

    A sweep claims no timers: it calls as many workers as have something to do, at the most as many
    as the queue may hold, and each claims what it fires. Two sweeps at once call a few in vain.

    Args:
        celery: The worker's own.
        runtime: Whose tables are swept.
    """
    sweep = Sweep(runtime=runtime)

    def fire_timers(timer_ids: Sequence[int] = ()) -> int:
        if timer_ids:  # a message of an earlier release names the timers that it is about
            return sweep.fire(timer_ids)
        return sweep.due.work(_SECONDS, at_once=_AT_ONCE)

    def sweep_once() -> None:
        _call_workers(celery, sweep)
        sweep.announce(full=queues.full(celery, queues.QUEUES))
        sweep.deliver()

    celery.task(name=FIRE_TIMERS, shared=False)(fire_timers)
    celery.task(name=SWEEP, shared=False)(sweep_once)


def _call_workers(celery: Celery, sweep: Sweep) -> None:
    """Ask for hands, as many as there are timers for."""
    most = queues.MOST_WAITING[queues.TIMERS]
    wanted = ceil(sweep.due.waiting(most * _AT_ONCE) / _AT_ONCE)
    for _ in range(min(wanted, queues.room(celery, queues.TIMERS)) if wanted else 0):
        celery.send_task(FIRE_TIMERS, queue=queues.TIMERS, expires=_EXPIRES)
