"""Does one job: takes its lease, calls its operator, brings the result in.

What an operator writes on `job.connection` commits with the command that finishes the job, so
that a worker killed at any line leaves either all of it or nothing. A lease is kept alive by a
heartbeat and carries a fencing token: a worker that lost it changes nothing.
"""

import logging
import random
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from engine.commands import FinishJob, RaiseJobError
from engine.durations import parse_duration
from engine.effects import Effect, Ledger
from engine.errors import Busy, EngineError, InstanceNotRunning, JobNotHeld, WorkersDied
from engine.failures import SPREAD, Jitter, said
from engine.operators import BpmnError, RetryLater
from engine.runtime import Runtime
from engine.store import jobs
from engine.store.jobs import HeldJob, Result

_log = logging.getLogger(__name__)

#: Both mean "not now": the lock was held, or the database was away for a moment.
_PASSING = (RetryLater, Busy, OperationalError)
#: How many workers a job may take along, beyond the attempts that the diagram gives it.
_MOST_DEATHS = 3
#: After which a result that could not be brought in is tried again.
_RESULT_DELAY = timedelta(seconds=5)


@dataclass(slots=True)
class RunningJob:
    """What an operator is given beside its inputs (see engine.operators.Job)."""

    held: HeldJob
    runtime: Runtime
    now: datetime
    ledger: Ledger
    _stack: ExitStack = field(default_factory=ExitStack)
    _connection: Connection | None = None

    @property
    def instance_id(self) -> int:
        """The instance that asked for it."""
        return self.held.instance_id

    @property
    def element_id(self) -> str:
        """The service task in the diagram."""
        return self.held.element_id

    @property
    def attempt(self) -> int:
        """1 for the first."""
        return self.held.attempts

    @property
    def last_attempt(self) -> bool:
        """Whether the diagram's retries are used up with this one."""
        return self.held.attempts > len(self.held.retry_delays)

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt at this job."""
        return self.ledger.key

    @property
    def connection(self) -> Connection:
        """The transaction that the finishing command will commit; opened when first used."""
        if self._connection is None:
            self._connection = self._stack.enter_context(self.runtime.transaction())
        return self._connection

    @contextmanager
    def batch(self) -> Iterator[Connection]:
        """A transaction of its own, for one idempotent batch of a long job."""
        with self.runtime.database.begin() as connection:
            yield connection

    def effect(self, name: str) -> AbstractContextManager[Effect]:
        """Enclose one call to the outside (see engine.effects)."""
        return self.ledger.call(name)


@dataclass(kw_only=True, slots=True)
class JobRunner:
    """Runs jobs by id, as the broker names them.

    Args:
        runtime: Brings the results in.
        lease_seconds: How long a worker may be silent before another takes over.
        jitter: Spreads the retries of many jobs that failed together.
    """

    runtime: Runtime
    lease_seconds: float = 30.0
    jitter: Jitter = field(default_factory=random.SystemRandom)

    def run(self, job_id: int) -> bool:
        """Do a job; return False where there was nothing to do.

        A job that is over, not due, or held by another worker is nothing to do: nudges may
        come twice.
        """
        now = self.runtime.clock.now()
        with self.runtime.database.begin() as connection:
            held = jobs.take(connection, job_id, now=now, lease_seconds=self.lease_seconds)
        if held is None:
            return False
        if held.result is None and held.attempts > len(held.retry_delays) + _MOST_DEATHS:
            self._stop(held, WorkersDied(held.attempts - 1))
            return True
        with self._heartbeat(held):
            self._attempt(held, now)
        return True

    def _attempt(self, held: HeldJob, now: datetime) -> None:
        """Call the operator and settle what came of it: done, to be caught, later, incident."""
        ledger = self._ledger(held)
        try:
            self._call(held, now, ledger)
        except BpmnError as error:
            self._throw(held, error, ledger)
        except (JobNotHeld, InstanceNotRunning):
            _log.info("A result came too late", extra=_facts(held, "job_superseded"))
        except _PASSING as error:
            self._repeat_or_stop(held, error)
        except Exception as error:  # noqa: BLE001 — whatever it is, it becomes an incident
            _log.exception("An operator failed", extra=_facts(held, "job_failed"))
            self._stop(held, error)

    def _ledger(self, held: HeldJob) -> Ledger:
        """Return what writes down the calls of one attempt."""
        return Ledger(
            held=held,
            key=f"{held.instance_id}:{held.task_uid}",
            database=self.runtime.database,
            clock=self.runtime.clock,
        )

    def _call(self, held: HeldJob, now: datetime, ledger: Ledger) -> None:
        """Run the operator; its writes and the finishing command are one transaction."""
        if held.result is not None:
            _bring_in(self.runtime, held, held.result)
            return
        operator = self.runtime.operators.get(held.topic)
        with ExitStack() as stack:
            job = RunningJob(held, self.runtime, now, ledger, stack)
            outputs = operator.function(job, **held.inputs)
            self.runtime.execute(
                FinishJob(
                    job_id=held.id,
                    lease=held.lease,
                    outputs=dict(outputs or {}),
                    effects=ledger.made,
                ),
                connection=job.connection,
            )

    def _throw(self, held: HeldJob, error: BpmnError, ledger: Ledger) -> None:
        """Hand the operator's error to the diagram; what nothing catches is an incident."""
        command = RaiseJobError(
            job_id=held.id,
            lease=held.lease,
            code=error.code,
            message=str(error),
            effects=ledger.made if held.result is None else held.result.effects,
        )
        try:
            self.runtime.execute(command)
        except (JobNotHeld, InstanceNotRunning):
            _log.info("A failure came too late", extra=_facts(held, "job_superseded"))
        except _PASSING as passing:
            self._repeat_or_stop(held, passing)
        except (BpmnError, EngineError):
            self._stop(held, error)

    def _repeat_or_stop(self, held: HeldJob, error: Exception) -> None:
        """Put the job back with the diagram's delay, or stop when its attempts are used up."""
        if held.result is None and held.attempts > len(held.retry_delays):
            self._stop(held, error)
            return
        seconds = _delay(held).total_seconds()
        asked = getattr(error, "seconds", None) or 0.0
        delay = max(asked, seconds * self.jitter.uniform(*SPREAD))
        due_at = self.runtime.clock.now() + timedelta(seconds=delay)
        with self.runtime.database.begin() as connection:
            jobs.put_back(connection, held, error=said(error), due_at=due_at)

    def _stop(self, held: HeldJob, error: Exception) -> None:
        """Open an incident, which staff see and retry."""
        with self.runtime.database.begin() as connection:
            jobs.open_incident(connection, held, error=said(error), now=self.runtime.clock.now())

    @contextmanager
    def _heartbeat(self, held: HeldJob) -> Iterator[None]:
        """Keep the lease while the operator works."""
        over = Event()

        def beat() -> None:
            while not over.wait(self.lease_seconds / 3):
                try:
                    with self.runtime.database.begin() as connection:
                        jobs.extend(connection, held.id, held.lease, self.lease_seconds)
                except OperationalError:
                    _log.warning("A heartbeat was missed", extra=_facts(held, "heartbeat_missed"))

        thread = Thread(target=beat, name=f"heartbeat-{held.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _delay(held: HeldJob) -> timedelta:
    """Return the diagram's delay before the next attempt; a result that is there waits a moment."""
    if held.result is not None:
        return _RESULT_DELAY
    return parse_duration(held.retry_delays[held.attempts - 1])


def _bring_in(runtime: Runtime, held: HeldJob, result: Result) -> None:
    """Bring in what came of a job while its instance stood still; the work is not done again.

    Raises:
        BpmnError: What came was an error.
    """
    if result.outputs is None:
        raise BpmnError(result.code or "", result.message)
    runtime.execute(
        FinishJob(job_id=held.id, lease=held.lease, outputs=result.outputs, effects=result.effects)
    )


def _facts(held: HeldJob, action: str) -> dict[str, Any]:
    """Return the fields of a log line about a job."""
    return {
        "action": action,
        "job_id": held.id,
        "instance_id": held.instance_id,
        "topic": held.topic,
        "attempt": held.attempts,
    }
