"""What repairs write beside an instance's tokens and waits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from engine.store.locks import busy_when_locked
from engine.store.pipeline import Statement, run
from engine.store.waiting import Nudge

# A job that is gone by a repair can be retried no more.
_CLOSE_INCIDENTS = """
    UPDATE engine.incident i SET closed_at = %(now)s, closed_by = %(actor)s
    WHERE i.instance_id = %(instance_id)s AND i.kind = 'job' AND i.closed_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM engine.job j WHERE j.id = i.job_id)
"""
_PAUSE = """
    UPDATE engine.{table} SET paused = true WHERE instance_id = %(instance_id)s AND NOT paused
"""
_TIMERS_GO_ON = """
    UPDATE engine.timer SET paused = false, leased_until = NULL
    WHERE instance_id = %(instance_id)s AND paused
"""
_JOBS_GO_ON = """
    UPDATE engine.job
    SET paused = false, nudges = 1,
        nudged_at = CASE WHEN state = 'ready' AND due_at <= %(now)s THEN now() END
    WHERE instance_id = %(instance_id)s AND paused
    RETURNING id, topic, queue, state = 'ready' AND due_at <= %(now)s
"""
_SET_VARIABLES = """
    UPDATE engine.user_task SET variables = %(variables)s
    WHERE instance_id = %(instance_id)s AND task_uid = %(uid)s
"""
# What a worker was given stays as it is until it answers.
_SET_INPUTS = """
    UPDATE engine.job SET inputs = %(inputs)s
    WHERE instance_id = %(instance_id)s AND task_uid = %(uid)s AND state <> 'running'
"""
_RETRY = """
    WITH closed AS (
        UPDATE engine.incident SET closed_at = %(now)s, closed_by = %(actor)s
        WHERE instance_id = %(instance_id)s AND kind IN ('job', 'timer', 'signal')
          AND closed_at IS NULL
          AND (%(element)s::text IS NULL OR element_id = %(element)s)
        RETURNING job_id, timer_id, letter_id
    ), timers AS (
        UPDATE engine.timer t SET stopped_at = NULL, attempts = 0, leased_until = NULL
        FROM closed WHERE t.id = closed.timer_id RETURNING t.id
    ), letters AS (
        UPDATE engine.signal_letter s SET stopped_at = NULL, attempts = 0, not_before = NULL
        FROM closed WHERE s.id = closed.letter_id RETURNING s.id
    ), jobs AS (
        UPDATE engine.job j
        SET state = 'ready', attempts = 0, due_at = %(now)s, nudged_at = now(), nudges = 1
        FROM closed WHERE j.id = closed.job_id AND j.state = 'incident'
        RETURNING j.id, j.topic, j.queue
    )
    SELECT id, topic, queue FROM jobs
    UNION ALL SELECT NULL, NULL, NULL FROM timers UNION ALL SELECT NULL, NULL, NULL FROM letters
"""
_RAN = """
    SELECT 1 FROM engine.history
    WHERE instance_id = %(instance_id)s AND (moves @> %(entered)s OR moves @> %(completed)s) LIMIT 1
"""


def close_incidents(instance_id: int, *, actor: str, now: datetime) -> Statement:
    """Return the statement that closes the incidents of jobs that a repair took away."""
    return _CLOSE_INCIDENTS, {"instance_id": instance_id, "actor": actor, "now": now}


def pause(instance_id: int) -> list[Statement]:
    """Return the statements that pause the timers and jobs of an instance that is suspended."""
    return [
        (_PAUSE.format(table=table), {"instance_id": instance_id}) for table in ("timer", "job")
    ]


def go_on(connection: Connection, instance_id: int, now: datetime) -> list[Nudge]:
    """Let the timers and jobs of an instance that was suspended go on.

    Args:
        connection: The command's transaction, which holds the instance.
        instance_id: Which instance.
        now: The command's clock.

    Returns:
        The jobs that can be done now: what the broker is told after the commit.
    """
    asked = {"instance_id": instance_id, "now": now}
    with busy_when_locked():
        _, answer = run(connection, [(_TIMERS_GO_ON, asked), (_JOBS_GO_ON, asked)])
    return [
        Nudge(job_id=number, topic=topic, queue=queue)
        for number, topic, queue, can_be_done in answer.fetchall()
        if can_be_done
    ]


def set_variables(instance_id: int, uid: UUID, variables: Mapping[str, Any]) -> Statement:
    """Return the statement that shows an open user task other variables."""
    values = {"instance_id": instance_id, "uid": uid, "variables": Jsonb(dict(variables))}
    return _SET_VARIABLES, values


def set_inputs(instance_id: int, uid: UUID, inputs: Mapping[str, Any]) -> Statement:
    """Return the statement that gives a job other inputs, unless a worker has it."""
    return _SET_INPUTS, {"instance_id": instance_id, "uid": uid, "inputs": Jsonb(dict(inputs))}


def retry(
    connection: Connection, instance_id: int, *, element: str | None, actor: str, now: datetime
) -> tuple[bool, list[Nudge]]:
    """Close an instance's incidents and let what they stopped be tried again, with fresh attempts.

    Args:
        connection: The command's transaction, which holds the instance.
        instance_id: Which instance.
        element: Only that element's; None: all.
        actor: Who asked.
        now: The command's clock.

    Returns:
        Whether anything is tried again, and the jobs of which the broker is told after the commit;
        due timers and signals are found by the sweep.
    """
    asked = {"instance_id": instance_id, "element": element, "actor": actor, "now": now}
    (answer,) = run(connection, [(_RETRY, asked)])
    rows = answer.fetchall()
    nudges = [Nudge(job_id=job, topic=topic, queue=queue) for job, topic, queue in rows if job]
    return bool(rows), nudges


def ran(connection: Connection, instance_id: int, element: str) -> bool:
    """Return whether the history says that a token came to an element of an instance."""
    asked = {
        "instance_id": instance_id,
        **{word: Jsonb([[element, word]]) for word in ("entered", "completed")},
    }
    (answer,) = run(connection, [(_RAN, asked)])
    return answer.fetchone() is not None
