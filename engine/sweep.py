"""Finds what is due and what nobody heard of: the broker may lose everything.

Two sweeps at once are harmless: rows are claimed with `SKIP LOCKED` and a lease.
"""

import logging
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import OperationalError

from engine.commands import DeliverMessage
from engine.due_timers import DueTimers
from engine.errors import Busy, InstanceNotRunning, MessageNotExpected
from engine.failures import SPREAD, Jitter
from engine.runtime import Runtime
from engine.signals import Signals
from engine.start_events import StartEvents
from engine.store import announcing, inbox
from engine.store.inbox import Letter
from engine.store.waiting import FIRST_PATIENCE

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
        batch: How many timers and messages at the most.
        most_nudges: How many jobs are announced at the most, each topic its share.
        jitter: Spreads the retries of what failed together.
    """

    runtime: Runtime
    timer_lease_seconds: float = 60.0
    nudge_after_seconds: float = FIRST_PATIENCE
    batch: int = 200
    most_nudges: int = 500
    jitter: Jitter = field(default_factory=random.SystemRandom)

    @property
    def due(self) -> DueTimers:
        """What is due, to be claimed and fired."""
        return DueTimers(
            runtime=self.runtime, lease_seconds=self.timer_lease_seconds, jitter=self.jitter
        )

    def run(self) -> Swept:
        """Claim due timers for the caller to fire, and do all else that a sweep does."""
        claimed = self.due.claim(self.batch)
        return Swept(
            timers=tuple(timer.id for timer in claimed),
            nudged=self.announce(),
            letters=self.deliver(),
        )

    def fire(self, timer_ids: Sequence[int]) -> int:
        """Fire claimed timers in order, each its own command; return how many fired."""
        return self.due.fire(timer_ids)

    def announce(self, *, full: Collection[str] = ()) -> int:
        """Announce jobs that could run but that nobody heard of lately; return how many.

        Args:
            full: Queues in which enough waits already.
        """
        topics = [
            operator.topic
            for operator in self.runtime.operators
            if not operator.inline and operator.queue not in full
        ]
        with self.runtime.transaction() as connection:
            lost = announcing.unannounced(
                connection,
                topics=topics,
                now=self.runtime.clock.now(),
                older_than=self.nudge_after_seconds,
                limit=self.most_nudges,
            )
            self.runtime.note(connection, lost)
        return len(lost)

    def deliver(self) -> int:
        """Begin what is due to begin, deliver signals and messages, drop what is too old."""
        now = self.runtime.clock.now()
        with self.runtime.transaction() as connection:
            for process, name in inbox.expire(connection, now):
                facts = {"action": "message_expired", "bpmn_process": process, "bpmn_message": name}
                _log.warning("A message waited in vain", extra=facts)
            waiting = inbox.deliverable(connection, now=now, limit=self.batch)
        StartEvents(runtime=self.runtime).begin_due(self.batch)
        heard = Signals(runtime=self.runtime, jitter=self.jitter).deliver(self.batch)
        return heard + sum(self._deliver(letter) for letter in waiting)

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
        except OperationalError:  # the database is away
            raise
        except Exception:  # noqa: BLE001 — whatever it is, other messages wait, too
            facts = {"action": "message_failed", "letter": letter.id}
            _log.exception("A message could not be delivered", extra=facts)
            now, spread = self.runtime.clock.now(), self.jitter.uniform(*SPREAD)
            with self.runtime.database.begin() as connection:
                inbox.failed(connection, letter.id, now=now, spread=spread)
            return False
        return True
