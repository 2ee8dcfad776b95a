"""Fires what is due: timers are claimed a few at a time by whoever has a hand free, and fired.

Nothing is handed out that nobody works on: a claim is a lease of the few timers that its worker
fires next, so that after a long downtime workers take the overdue timers in due order, as fast as
they fire them and no faster, and the broker hears of none of them.
"""

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError

from engine.commands import FireTimer
from engine.errors import Busy, InstanceNotRunning, TimerNotWaiting
from engine.failures import SPREAD, Jitter, attempts_are_used_up, said
from engine.runtime import Runtime
from engine.store import incidents, timers
from engine.store.timers import DueTimer

_log = logging.getLogger(__name__)

#: After which a timer whose instance was busy is claimed again.
_BUSY_FOR = timedelta(seconds=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class DueTimers:
    """Claims and fires due timers.

    Args:
        runtime: Whose timers.
        lease_seconds: How long a claimed timer is left to whoever fires it.
        late_after: How late a timer may fire before the log says so.
        jitter: Spreads the retries of many timers that failed together.
    """

    runtime: Runtime
    lease_seconds: float = 60.0
    late_after: timedelta = timedelta(seconds=5)
    jitter: Jitter = field(default_factory=random.SystemRandom)

    def waiting(self, limit: int) -> int:
        """Count timers that are due and that nobody has claimed, up to a limit."""
        with self.runtime.database.connect() as connection:
            return timers.count_due(connection, now=self.runtime.clock.now(), limit=limit)

    def claim(self, limit: int) -> list[DueTimer]:
        """Claim due timers, the one that is due longest first."""
        with self.runtime.database.begin() as connection:
            return timers.take_due(
                connection,
                now=self.runtime.clock.now(),
                lease_seconds=self.lease_seconds,
                limit=limit,
            )

    def work(self, seconds: float, *, at_once: int = 25) -> int:
        """Claim and fire for a while, or until nothing is due; return how many fired.

        Args:
            seconds: After how long not to claim more: others want the worker, too.
            at_once: How many are claimed together.
        """
        until = time.monotonic() + seconds
        fired, first_due = 0, None
        while claimed := self.claim(at_once):
            first_due = min(first_due or claimed[0].due_at, claimed[0].due_at)
            fired += self.fire([timer.id for timer in claimed])
            if time.monotonic() >= until:
                break
        self._say_if_late(fired, first_due)
        return fired

    def fire(self, timer_ids: Sequence[int]) -> int:
        """Fire claimed timers in order, each its own command; return how many fired.

        One that fails waits longer each time, and keeps nobody else waiting.
        """
        return sum(self._fire(timer_id) for timer_id in timer_ids)

    def _fire(self, timer_id: int) -> bool:
        """Fire one timer; return whether it did."""
        facts = {"timer": timer_id}
        try:
            self.runtime.execute(FireTimer(timer_id=timer_id))
        except (TimerNotWaiting, InstanceNotRunning):
            _log.debug("A timer was gone", extra={"action": "timer_gone", **facts})
        except Busy:
            _log.info("A timer waits for a command", extra={"action": "timer_busy", **facts})
            self._put_off(timer_id)
        except OperationalError:  # the database is away: the claim ends, and it is tried again
            raise
        except Exception as error:  # noqa: BLE001 — whatever it is, others are due, too
            _log.exception("A timer failed", extra={"action": "timer_failed", **facts})
            self._repeat_or_stop(timer_id, error)
        else:
            return True
        return False

    def _put_off(self, timer_id: int) -> None:
        """Leave a timer alone until the command on its instance is over."""
        with self.runtime.database.begin() as connection:
            timers.put_off(connection, timer_id, wait=_BUSY_FOR)

    def _repeat_or_stop(self, timer_id: int, error: Exception) -> None:
        """Try a timer again later, or give it up with an incident."""
        spread = self.jitter.uniform(*SPREAD)
        with self.runtime.database.begin() as connection:
            if attempts_are_used_up(timers.failed(connection, timer_id, spread=spread)):
                now = self.runtime.clock.now()
                incidents.stop_timer(connection, timer_id, error=said(error), now=now)

    def _say_if_late(self, fired: int, first_due: datetime | None) -> None:
        """Tell the log that what fired was late."""
        if first_due is None:
            return
        late = self.runtime.clock.now() - first_due
        if late > self.late_after:
            facts = {"action": "timers_late", "fired": fired, "seconds": late.total_seconds()}
            _log.warning("Timers fire late", extra=facts)
