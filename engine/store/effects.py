"""The ledger of calls to the outside: each one asked, answered, applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, insert, literal, select, update

from engine.store.pipeline import Statement
from engine.store.tables import effect, job

_APPLY = """
    UPDATE engine.effect SET applied_at = %(now)s, applied_step = %(step)s
    WHERE instance_id = %(instance_id)s AND id = ANY(%(ids)s)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A call that is about to be made.

    Args:
        job_id: The job that makes it.
        lease: The job's, so that a worker that lost it makes no more calls.
        name: What is called, such as "govbr.token".
        idempotency_key: The same for every attempt at the job.
    """

    job_id: int
    lease: UUID
    name: str
    idempotency_key: str
    now: datetime


def ask(connection: Connection, asked: Asked) -> int | None:
    """Write down that a call is about to be made; None where the job is not held any more."""
    before = (
        select(func.count())
        .where(
            effect.c.instance_id == job.c.instance_id,
            effect.c.task_uid == job.c.task_uid,
            effect.c.attempt == job.c.attempts,
        )
        .correlate(job)
        .scalar_subquery()
    )
    held = select(
        job.c.instance_id,
        job.c.id,
        job.c.element_id,
        job.c.task_uid,
        job.c.attempts,
        before + 1,
        literal(asked.name),
        literal(asked.idempotency_key),
        literal(asked.now),
    ).where(job.c.id == asked.job_id, job.c.lease == asked.lease, job.c.state == "running")
    columns = ["instance_id", "job_id", "element_id", "task_uid", "attempt", "position"]
    columns += ["name", "idempotency_key", "asked_at"]
    made: int | None = connection.execute(
        insert(effect).from_select(columns, held).returning(effect.c.id)
    ).scalar()
    return made


def answer(connection: Connection, effect_id: int, *, code: str, now: datetime) -> None:
    """Write down what a call came to; the first answer stays."""
    connection.execute(
        update(effect)
        .where(effect.c.id == bindparam("which"), effect.c.answered_at.is_(None))
        .values(answered_at=now, answer=code),
        {"which": effect_id},
    )


def apply(instance_id: int, ids: Sequence[int], *, step: int, now: datetime) -> Statement:
    """Return the statement that says which step of the history brought the calls' answers in."""
    return _APPLY, {"instance_id": instance_id, "ids": list(ids), "step": step, "now": now}
