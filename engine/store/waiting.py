"""Writes what an instance waits for: rows come when a wait begins and go when it is over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, delete, func, insert, select

from engine.store.tables import job, subscription, timer, user_task
from engine.waits import JobWait, MessageWait, TimerWait, UserTaskWait


@dataclass(frozen=True, kw_only=True, slots=True)
class Nudge:
    """A job that can be done now: what is told to the broker after the commit."""

    job_id: int
    topic: str
    queue: str


def instance_of(connection: Connection, table: Table, row_id: int) -> tuple[int, UUID] | None:
    """Return the instance and task of a waiting row."""
    row = connection.execute(
        select(table.c.instance_id, table.c.task_uid).where(table.c.id == row_id)
    ).first()
    return (row.instance_id, row.task_uid) if row else None


def uids(connection: Connection, table: Table, instance_id: int) -> set[UUID]:
    """Return the task ids of an instance's rows in one table."""
    return set(
        connection.execute(
            select(table.c.task_uid).where(table.c.instance_id == instance_id)
        ).scalars()
    )


def remove(connection: Connection, table: Table, instance_id: int, gone: Iterable[UUID]) -> None:
    """Remove the rows of waits that are over."""
    if ids := list(gone):
        connection.execute(
            delete(table).where(table.c.instance_id == instance_id, table.c.task_uid.in_(ids))
        )


def add_user_tasks(
    connection: Connection, instance_id: int, waits: Sequence[UserTaskWait], now: datetime
) -> None:
    """Add the rows of user tasks that opened."""
    _insert(
        connection,
        user_task,
        [
            {
                "instance_id": instance_id,
                "task_uid": wait.uid,
                "element_id": wait.element_id,
                "name": wait.name,
                "form": wait.form,
                "assignee": wait.assignee,
                "candidate_groups": list(wait.candidate_groups),
                "variables": dict(wait.variables),
                "created_at": now,
            }
            for wait in waits
        ],
    )


def add_timers(
    connection: Connection,
    instance_id: int,
    group_key: str | None,
    waits: Sequence[TimerWait],
    now: datetime,
) -> None:
    """Add the rows of timers that began to run."""
    _insert(
        connection,
        timer,
        [
            {
                "instance_id": instance_id,
                "task_uid": wait.uid,
                "element_id": wait.element_id,
                "group_key": group_key,
                "due_at": wait.due_at,
                "created_at": now,
            }
            for wait in waits
        ],
    )


def add_subscriptions(
    connection: Connection, instance_id: int, waits: Sequence[MessageWait], now: datetime
) -> None:
    """Add the rows of messages that are waited for."""
    _insert(
        connection,
        subscription,
        [
            {
                "instance_id": instance_id,
                "task_uid": wait.uid,
                "element_id": wait.element_id,
                "message": wait.message,
                "created_at": now,
            }
            for wait in waits
        ],
    )


def add_jobs(
    connection: Connection,
    instance_id: int,
    waits: Sequence[tuple[JobWait, str]],
    now: datetime,
) -> list[Nudge]:
    """Add the rows of jobs asked for, each with its queue; return what to tell the broker."""
    if not waits:
        return []
    rows = [
        {
            "instance_id": instance_id,
            "task_uid": wait.uid,
            "element_id": wait.element_id,
            "topic": wait.topic,
            "queue": queue,
            "inputs": dict(wait.inputs),
            "state": "ready",
            "retry_delays": list(wait.retry_delays),
            "due_at": now,
            "nudged_at": func.now(),
            "created_at": now,
        }
        for wait, queue in waits
    ]
    statement = insert(job).values(rows).returning(job.c.id, job.c.topic, job.c.queue)
    return [
        Nudge(job_id=row.id, topic=row.topic, queue=row.queue)
        for row in connection.execute(statement)
    ]


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Add rows, if there are any."""
    if rows:
        connection.execute(insert(table).values(rows))
