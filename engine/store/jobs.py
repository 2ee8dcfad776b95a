"""Leases, failures and incidents of jobs.

Leases run on the database's own clock, so that a development clock that is moved forward ends
no lease.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, func, insert, literal, or_, select, update

from engine.store import incidents
from engine.store.pipeline import Statement, run
from engine.store.tables import incident, job

# Locked until the commit: a worker that stalls between this look and its commit is not taken over.
_HELD = """
    SELECT 1 FROM engine.job WHERE id = %(id)s AND lease = %(lease)s AND state = 'running'
    FOR NO KEY UPDATE
"""
_CLOSE_INCIDENTS = """
    UPDATE engine.incident SET closed_at = %(now)s, closed_by = %(actor)s
    WHERE instance_id = %(instance_id)s AND closed_at IS NULL
"""


_KEEP = """
    UPDATE engine.job
    SET state = 'ready', lease = NULL, leased_until = NULL, result = %(result)s, due_at = %(now)s
    WHERE id = %(id)s
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What came of a job while its instance stood still: outputs, or an error with its code."""

    outputs: Mapping[str, Any] | None = None
    code: str | None = None
    message: str = ""
    effects: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldJob:
    """A job whose lease this worker holds.

    Args:
        result: It was done while its instance stood still: its result is to be brought in.
    """

    id: int
    instance_id: int
    task_uid: UUID
    element_id: str
    topic: str
    inputs: Mapping[str, Any]
    attempts: int
    retry_delays: tuple[str, ...]
    lease: UUID
    result: Result | None = None


def _expires(seconds: float) -> Any:  # noqa: ANN401 — an SQL expression
    """Return the database's instant some seconds from now."""
    return func.now() + literal(timedelta(seconds=seconds))


def _takeable(now: datetime) -> Any:  # noqa: ANN401 — an SQL expression
    """Return the condition of a job that may be started: due, or left by a dead worker.

    None of a suspended instance may.
    """
    return ~job.c.paused & or_(
        (job.c.state == "ready") & (job.c.due_at <= now),
        (job.c.state == "running") & (job.c.leased_until < func.now()),
    )


def take(
    connection: Connection, job_id: int, *, now: datetime, lease_seconds: float
) -> HeldJob | None:
    """Take a job's lease, or return None where it is over, not due, or held."""
    # One whose result is being brought in is locked, and nothing to take.
    free = select(job.c.id).where(job.c.id == job_id, _takeable(now))
    row = connection.execute(
        update(job)
        .where(job.c.id.in_(free.with_for_update(skip_locked=True)))
        .values(
            state="running",
            attempts=job.c.attempts + 1,
            lease=uuid4(),
            leased_until=_expires(lease_seconds),
        )
        .returning(job)
    ).first()
    if row is None:
        return None
    return HeldJob(
        id=row.id,
        instance_id=row.instance_id,
        task_uid=row.task_uid,
        element_id=row.element_id,
        topic=row.topic,
        inputs=row.inputs,
        attempts=row.attempts,
        retry_delays=tuple(row.retry_delays),
        lease=row.lease,
        result=_result(row.result),
    )


def extend(connection: Connection, job_id: int, lease: UUID, lease_seconds: float) -> bool:
    """Keep a lease; return False where it is lost."""
    result = connection.execute(
        update(job)
        .where(job.c.id == job_id, job.c.lease == lease)
        .values(leased_until=_expires(lease_seconds))
    )
    return result.rowcount == 1


def still_held(job_id: int, lease: UUID) -> Statement:
    """Return the question whether a job's lease is still this worker's (fencing)."""
    return _HELD, {"id": job_id, "lease": lease}


def keep(job_id: int, result: Result, *, now: datetime) -> Statement:
    """Return the statement that keeps what came of a job until its instance goes on."""
    values = {"id": job_id, "result": Jsonb(asdict(result)), "now": now}
    return _KEEP, values


def _result(kept: Mapping[str, Any] | None) -> Result | None:
    """Return a row's result as it was kept."""
    if kept is None:
        return None
    effects = kept["effects"]
    return Result(**{**kept, "effects": tuple(effects) if effects is not None else None})


def put_back(connection: Connection, held: HeldJob, *, error: str, due_at: datetime) -> None:
    """Make a failed job ready again, later."""
    connection.execute(
        update(job)
        .where(job.c.id == held.id, job.c.lease == held.lease)
        .values(
            state="ready",
            lease=None,
            leased_until=None,
            nudged_at=None,
            nudges=0,
            last_error=error,
            due_at=due_at,
        )
    )


def open_incident(connection: Connection, held: HeldJob, *, error: str, now: datetime) -> None:
    """Stop a job that failed for good, and say so where staff look."""
    run(connection, [incidents.trouble(held.instance_id)])
    stopped = connection.execute(
        update(job)
        .where(job.c.id == held.id, job.c.lease == held.lease)
        .values(state="incident", lease=None, leased_until=None, last_error=error, result=None)
    )
    if stopped.rowcount:
        connection.execute(
            insert(incident).values(
                instance_id=held.instance_id,
                job_id=held.id,
                element_id=held.element_id,
                topic=held.topic,
                error=error,
                opened_at=now,
            )
        )


def close_incidents(instance_id: int, *, actor: str, now: datetime) -> Statement:
    """Return the statement that closes what is open on an instance that was cancelled."""
    return _CLOSE_INCIDENTS, {"instance_id": instance_id, "actor": actor, "now": now}
