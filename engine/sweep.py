"""Finds what is due and what nobody heard of: the broker may lose everything.

Two sweeps at once are harmless: rows are claimed with `SKIP LOCKED` and a lease.
"""

import logging
from dataclasses import dataclass

from engine.commands import FireTimer
from engine.errors import Busy, InstanceNotRunning, TimerNotWaiting
from engine.runtime import Runtime
from engine.store import jobs, timers

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """What one sweep found."""

    timers: tuple[int, ...]
    nudged: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweep:
    """Looks for due timers and lost nudges.

    Args:
        runtime: Whose tables are swept.
        timer_lease_seconds: How long a claimed timer is left to whoever fires it.
        nudge_after_seconds: After how long a job that still waits counts as unheard of.
        batch: How many of each at the most.
    """

    runtime: Runtime
    timer_lease_seconds: float = 60.0
    nudge_after_seconds: float = 10.0
    batch: int = 200

    def run(self) -> Swept:
        """Claim due timers and announce unheard-of jobs; return what was found."""
        now = self.runtime.clock.now()
        with self.runtime.transaction() as connection:
            due = timers.take_due(
                connection, now=now, lease_seconds=self.timer_lease_seconds, limit=self.batch
            )
            lost = jobs.unannounced(
                connection, now=now, older_than=self.nudge_after_seconds, limit=self.batch
            )
            self.runtime.note(connection, lost)
        return Swept(timers=tuple(due), nudged=len(lost))

    def fire(self, timer_ids: tuple[int, ...]) -> int:
        """Fire claimed timers in order, each its own command; return how many fired."""
        fired = 0
        for timer_id in timer_ids:
            try:
                self.runtime.execute(FireTimer(timer_id=timer_id))
                fired += 1
            except (TimerNotWaiting, InstanceNotRunning):
                _log.debug("A timer was gone", extra={"action": "timer_gone", "timer": timer_id})
            except Busy:
                _log.info(
                    "A timer waits for another command",
                    extra={"action": "timer_busy", "timer": timer_id},
                )
        return fired
