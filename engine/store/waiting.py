"""Writes what an instance waits for: rows come when a wait begins and go when it is over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from engine.store.pipeline import Answer, Statement
from engine.waits import JobWait, MessageWait, TimerWait, UserTaskWait

_ADD_USER_TASK = """
    INSERT INTO engine.user_task (instance_id, task_uid, element_id, name, form, assignee,
        candidate_groups, variables, created_at)
    VALUES (%(instance_id)s, %(uid)s, %(element_id)s, %(name)s, %(form)s, %(assignee)s,
        %(candidate_groups)s, %(variables)s, %(now)s)
"""
_ADD_TIMER = """
    INSERT INTO engine.timer (instance_id, task_uid, element_id, group_key, due_at, created_at)
    VALUES (%(instance_id)s, %(uid)s, %(element_id)s, %(group_key)s, %(due_at)s, %(now)s)
"""
_ADD_SUBSCRIPTION = """
    INSERT INTO engine.subscription (instance_id, task_uid, element_id, kind, message, created_at)
    VALUES (%(instance_id)s, %(uid)s, %(element_id)s, %(kind)s, %(message)s, %(now)s)
"""
_ADD_JOB = """
    INSERT INTO engine.job (instance_id, task_uid, element_id, topic, queue, inputs, state,
        retry_delays, due_at, nudged_at, nudges, created_at)
    VALUES (%(instance_id)s, %(uid)s, %(element_id)s, %(topic)s, %(queue)s, %(inputs)s, 'ready',
        %(retry_delays)s, %(now)s, now(), 1, %(now)s)
    RETURNING id, topic, queue
"""
# The table's name is one of the engine's own.
_REMOVE = """
    DELETE FROM engine.{table}
    WHERE instance_id = %(instance_id)s AND task_uid = ANY(%(uids)s)
"""
# What is gone can be neither retried nor refused: its incident is over with it.
_REMOVE_AND_CLOSE = """
    WITH gone AS (
        DELETE FROM engine.{table}
        WHERE instance_id = %(instance_id)s AND task_uid = ANY(%(uids)s)
        RETURNING id, element_id
    )
    UPDATE engine.incident i SET closed_at = %(now)s, closed_by = %(actor)s
    FROM gone
    WHERE i.instance_id = %(instance_id)s AND i.closed_at IS NULL AND {its}
"""
_OF_COMMAND = "i.kind = 'command' AND i.element_id = gone.element_id"
_ITS_INCIDENT = {
    "user_task": _OF_COMMAND,
    "subscription": _OF_COMMAND,
    "timer": "i.timer_id = gone.id",
    "job": "i.job_id = gone.id",
}


#: Seconds after which a job that still waits is told of a second time.
FIRST_PATIENCE = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Nudge:
    """A job that can be done now: what is told to the broker after the commit.

    Args:
        job_id: Which job.
        topic: Its operator.
        queue: Where it is told.
        repeats_after: Seconds after which it is told of again, if it still waits.
    """

    job_id: int
    topic: str
    queue: str
    repeats_after: float = FIRST_PATIENCE


def remove(table: str, instance_id: int, uids: Collection[UUID]) -> Statement:
    """Return the statement that removes the rows of waits that are over."""
    return _REMOVE.format(table=table), {"instance_id": instance_id, "uids": list(uids)}


def remove_and_close(
    table: str, instance_id: int, uids: Collection[UUID], *, actor: str, now: datetime
) -> Statement:
    """Return the statement that also closes the incidents that are over with the waits.

    Args:
        table: Which waits.
        instance_id: Whose.
        uids: Of which tasks.
        actor: Whose command ended them.
        now: The command's clock.
    """
    sql = _REMOVE_AND_CLOSE.format(table=table, its=_ITS_INCIDENT[table])
    asked = {"instance_id": instance_id, "uids": list(uids)}
    return sql, {**asked, "actor": actor, "now": now}


def add_user_task(instance_id: int, wait: UserTaskWait, now: datetime) -> Statement:
    """Return the statement that adds the row of a user task that opened."""
    return _ADD_USER_TASK, {
        "instance_id": instance_id,
        "uid": wait.uid,
        "element_id": wait.element_id,
        "name": wait.name,
        "form": wait.form,
        "assignee": wait.assignee,
        "candidate_groups": Jsonb(list(wait.candidate_groups)),
        "variables": Jsonb(dict(wait.variables)),
        "now": now,
    }


def add_timer(instance_id: int, group_key: str | None, wait: TimerWait, now: datetime) -> Statement:
    """Return the statement that adds the row of a timer that began to run."""
    return _ADD_TIMER, {
        "instance_id": instance_id,
        "uid": wait.uid,
        "element_id": wait.element_id,
        "group_key": group_key,
        "due_at": wait.due_at,
        "now": now,
    }


def add_subscription(instance_id: int, wait: MessageWait, now: datetime) -> Statement:
    """Return the statement that adds the row of a message that is waited for."""
    return _ADD_SUBSCRIPTION, {
        "instance_id": instance_id,
        "uid": wait.uid,
        "element_id": wait.element_id,
        "kind": wait.kind,
        "message": wait.message,
        "now": now,
    }


def add_job(instance_id: int, wait: JobWait, queue: str, now: datetime) -> Statement:
    """Return the statement that adds the row of a job asked for, and answers for its nudge."""
    return _ADD_JOB, {
        "instance_id": instance_id,
        "uid": wait.uid,
        "element_id": wait.element_id,
        "topic": wait.topic,
        "queue": queue,
        "inputs": Jsonb(dict(wait.inputs)),
        "retry_delays": Jsonb(list(wait.retry_delays)),
        "now": now,
    }


def nudge(answer: Answer) -> Nudge:
    """Return what the broker is told about a job that was added."""
    row = answer.fetchone()
    if row is None:  # pragma: no cover — an INSERT … RETURNING answers with its row
        raise AssertionError("A job was added without a row.")
    return Nudge(job_id=row[0], topic=row[1], queue=row[2])
