"""Finds what is due and what nobody heard of: the broker may lose everything.

Two sweeps at once are harmless: rows are claimed with `SKIP LOCKED` and a lease.
"""

import logging
from dataclasses import dataclass

from engine.commands import DeliverMessage, FireTimer
from engine.errors import Busy, InstanceNotRunning, MessageNotExpected, TimerNotWaiting
from engine.runtime import Runtime
from engine.store import inbox, jobs, timers
from engine.store.inbox import Letter

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """What one sweep found."""

    timers: tuple[int, ...]
    nudged: int
    letters: int = 0


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
        return Swept(timers=tuple(due), nudged=len(lost), letters=self._letters())

    def _letters(self) -> int:
        """Deliver what came while its instance was being started, and drop what is too old."""
        now = self.runtime.clock.now()
        with self.runtime.transaction() as connection:
            for process, name in inbox.expire(connection, now):
                facts = {"action": "message_expired", "bpmn_process": process, "bpmn_message": name}
                _log.warning("A message waited in vain", extra=facts)
            waiting = inbox.deliverable(connection, now=now, limit=self.batch)
        return sum(self._deliver(letter) for letter in waiting)

    def _deliver(self, letter: Letter) -> bool:
        """Deliver one message out of the inbox; return whether it was this sweep that did."""
        command = DeliverMessage(
            name=letter.name,
            process=letter.process,
            business_key=letter.business_key,
            payload=letter.payload,
            actor=letter.actor,
            key=letter.key,
        )
        try:
            with self.runtime.transaction() as connection:
                if not inbox.remove(connection, letter.id):
                    return False
                self.runtime.execute(command, connection=connection)
        except (MessageNotExpected, InstanceNotRunning, Busy):
            _log.info("A message waits on", extra={"action": "message_waits", "letter": letter.id})
            return False
        return True

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
