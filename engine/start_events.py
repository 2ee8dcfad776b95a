"""Begins instances at start events that wait for an instant (BPMN 2.0, 10.5.2).

A timer of the newest version waits in a row; whoever locks it begins the instance and writes the
next due time in one transaction, so that two sweeps begin one. Its business key is the start event
and the instant.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from engine.commands import StartInstance
from engine.durations import parse_cycle
from engine.runtime import Runtime
from engine.starting_points import left_of
from engine.store import start_events
from engine.store.start_events import WaitingStart

_log = logging.getLogger(__name__)

#: After how long an instance is begun again that could not begin.
_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class StartEvents:
    """Begins the instances whose time has come.

    Args:
        runtime: The engine.
    """

    runtime: Runtime

    def begin_due(self, limit: int) -> int:
        """Begin instances, the one that is due longest first; return how many were tried.

        One that cannot begin stays due and is tried again after a while.

        Args:
            limit: How many at the most.
        """
        begun = 0
        while begun < limit and self._begin_one():
            begun += 1
        return begun

    def _begin_one(self) -> bool:
        """Begin one instance, where one is due."""
        now = self.runtime.clock.now()
        with self.runtime.transaction() as connection:
            found = start_events.take_due(connection, now)
            if found is None or found[1].due_at is None:
                return False
            number, start = found
            if self._begin(connection, start, found[1].due_at):
                due_at, cycle = _following(start, found[1].due_at, now)
                start_events.wait_on(connection, number, due_at=due_at, cycle=cycle)
            else:
                start_events.put_off(connection, number, now + _AGAIN_AFTER)
        return True

    def _begin(self, connection: Connection, start: WaitingStart, due_at: datetime) -> bool:
        """Begin an instance; return whether it could: one that cannot keeps no other waiting."""
        command = StartInstance(
            process=start.process,
            business_key=f"{start.element_id}:{due_at.isoformat()}",
            actor="clock",
            start_event=start.element_id,
        )
        try:
            with connection.begin_nested():
                self.runtime.execute(command, connection=connection)
        except OperationalError:  # the database is away
            raise
        except Exception:  # noqa: BLE001 — whatever it is, other start events wait, too
            facts = {"action": "start_failed", "bpmn_process": start.process}
            _log.exception("A timer could not begin its instance", extra=facts)
            return False
        return True


def _following(
    start: WaitingStart, due_at: datetime, now: datetime
) -> tuple[datetime | None, str | None]:
    """Return when the next instance begins, and what is left then; what was missed is left out."""
    if start.cycle is None:
        return None, None
    cycle = parse_cycle(start.cycle)
    following, missed = cycle.following(due_at, now)
    left = None if cycle.times is None else cycle.times - 1 - missed
    if left is not None and left < 0:
        return None, None
    return following, left_of(start.cycle, left)
