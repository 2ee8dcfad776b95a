"""Signals between instances (BPMN 2.0, 10.5.1): thrown once, heard by all that wait.

A throw writes a row for each instance that waits, in the throwing command's own transaction; each
row becomes a command of its own, so that nothing is lost with a process and nothing comes twice.
"""

import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import OperationalError

from engine.commands import DeliverSignal, StartInstance
from engine.errors import Busy, InstanceNotRunning, InstanceSuspended, SignalNotExpected
from engine.failures import SPREAD, Jitter, attempts_are_used_up, said
from engine.runtime import Runtime
from engine.store import incidents, signals
from engine.store.pipeline import run
from engine.store.signals import SignalLetter

_log = logging.getLogger(__name__)


def broadcast(
    runtime: Runtime,
    name: str,
    *,
    key: str,
    payload: Mapping[str, Any] | None = None,
    actor: str = "system",
) -> None:
    """Throw a signal from outside to every instance that waits for it.

    Args:
        runtime: The engine.
        name: The signal's name in the diagrams.
        key: Of this throw: the same again does nothing.
        payload: Goes into the variables of whoever hears it.
        actor: Who throws it.
    """
    thrown = signals.throw(
        name,
        thrower=None,
        payload=payload or {},
        key=f"signal:{key}",
        actor=actor,
        now=runtime.clock.now(),
    )
    with runtime.transaction() as connection:
        run(connection, [thrown])


@dataclass(frozen=True, kw_only=True, slots=True)
class Signals:
    """Delivers signals that are on their way.

    Args:
        runtime: The engine.
        jitter: Spreads the retries of many signals that failed together.
    """

    runtime: Runtime
    jitter: Jitter = field(default_factory=random.SystemRandom)

    def deliver(self, limit: int) -> int:
        """Deliver signals, the oldest first; return how many were heard.

        Args:
            limit: How many at the most.
        """
        with self.runtime.transaction() as connection:
            if signals.drop_unheard(connection):
                incidents.close_letters(connection, now=self.runtime.clock.now())
            letters = signals.deliverable(connection, now=self.runtime.clock.now(), limit=limit)
        return sum(self._deliver(letter) for letter in letters)

    def _deliver(self, letter: SignalLetter) -> bool:
        """Deliver one signal; return whether it was heard, and by this sweep."""
        command = _command(letter)
        try:
            with self.runtime.transaction() as connection:
                if not signals.remove(connection, letter.id):
                    return False
                self.runtime.execute(command, connection=connection)
        except (Busy, InstanceSuspended):
            _log.info("A signal waits on", extra={"action": "signal_waits", "letter": letter.id})
            return False
        except (SignalNotExpected, InstanceNotRunning):
            with self.runtime.transaction() as connection:
                signals.remove(connection, letter.id)
            return False
        except OperationalError:  # the database is away
            raise
        except Exception as error:  # noqa: BLE001 — whatever it is, other signals wait, too
            facts = {"action": "signal_failed", "letter": letter.id}
            _log.exception("A signal could not be delivered", extra=facts)
            self._repeat_or_stop(letter, error)
            return False
        return True

    def _repeat_or_stop(self, letter: SignalLetter, error: Exception) -> None:
        """Try a signal again later, or give it up with an incident."""
        now, spread = self.runtime.clock.now(), self.jitter.uniform(*SPREAD)
        with self.runtime.database.begin() as connection:
            attempts = signals.failed(connection, letter.id, now=now, spread=spread)
            if attempts_are_used_up(attempts):
                incidents.stop_letter(connection, letter.id, error=said(error), now=now)


def _command(letter: SignalLetter) -> DeliverSignal | StartInstance:
    """Return what a signal on its way becomes."""
    if letter.instance_id is None:
        return StartInstance(
            process=letter.process or "",
            business_key=letter.key,
            variables=letter.payload,
            actor=letter.actor,
            key=letter.key,
            start_event=letter.element_id,
        )
    return DeliverSignal(
        instance_id=letter.instance_id,
        name=letter.name,
        payload=letter.payload,
        actor=letter.actor,
        key=letter.key,
    )
