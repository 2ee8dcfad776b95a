"""What each command does to the tokens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Table

from engine.commands import (
    CancelInstance,
    Command,
    CompleteUserTask,
    DeliverMessage,
    FinishJob,
    FireTimer,
    RaiseJobError,
    StartInstance,
)
from engine.errors import (
    InstanceNotFound,
    JobNotHeld,
    MessageNotExpected,
    NotFound,
    TaskNotOpen,
    TimerNotWaiting,
)
from engine.operators import BpmnError
from engine.spiff.execution import Execution
from engine.store import instances, jobs, timers, waiting
from engine.store.tables import job, timer, user_task

Located = tuple[instances.InstanceRow, UUID | None]


def locate(connection: Connection, command: Command) -> Located:
    """Lock the instance that a command is for; return it with the task concerned.

    Raises:
        NotFound: The instance, or what the command names in it, is not there.
        Busy: Another command held the instance for too long.
    """
    match command:
        case CompleteUserTask(task_id=task_id):
            return _by_row(connection, user_task, task_id, TaskNotOpen(task_id))
        case FireTimer(timer_id=timer_id):
            return _by_row(connection, timer, timer_id, TimerNotWaiting(timer_id))
        case FinishJob(job_id=job_id) | RaiseJobError(job_id=job_id):
            return _by_row(connection, job, job_id, JobNotHeld(job_id))
        case DeliverMessage(process=process, business_key=business_key):
            return instances.lock_by_key(connection, process, business_key), None
        case CancelInstance(instance_id=instance_id):
            return instances.lock(connection, instance_id), None
        case StartInstance():
            raise InstanceNotFound("to start: it is made, not found")


def _by_row(connection: Connection, table: Table, row_id: int, missing: NotFound) -> Located:
    """Lock the instance of a waiting row, then look again: it may have gone meanwhile."""
    found = waiting.instance_of(connection, table, row_id)
    if found is None:
        raise missing
    row = instances.lock(connection, found[0])
    if waiting.instance_of(connection, table, row_id) is None:
        raise missing
    return row, found[1]


def apply(
    connection: Connection,
    execution: Execution,
    command: Command,
    uid: UUID | None,
    now: datetime,
) -> str | None:
    """Change the tokens as the command says; return the element it was about.

    Raises:
        EngineError: The command does not fit the instance as it is.
        BpmnError: A job's error that no boundary event catches.
    """
    match command:
        case CompleteUserTask(answers=answers) if uid is not None:
            execution.complete_user_task(uid, answers)
        case FireTimer(timer_id=timer_id) if uid is not None:
            if not timers.is_due(connection, timer_id, now):
                raise TimerNotWaiting(timer_id)
            execution.fire(uid)
        case FinishJob(job_id=job_id, lease=lease, outputs=outputs) if uid is not None:
            _check_lease(connection, job_id, lease)
            execution.finish_job(uid, outputs)
        case RaiseJobError(job_id=job_id, lease=lease, code=code) if uid is not None:
            _check_lease(connection, job_id, lease)
            if not execution.raise_error(uid, code):
                raise BpmnError(
                    code, f"{command.message} (nothing in the diagram catches «{code}»)"
                )
        case DeliverMessage(name=name, payload=payload):
            return _deliver(execution, name, command, payload=dict(payload))
        case CancelInstance():
            execution.cancel()
        case _:
            raise TypeError(f"{type(command).__name__} cannot be applied.")
    return execution.element_of(uid) if uid is not None else None


def _check_lease(connection: Connection, job_id: int, lease: UUID) -> None:
    """Refuse a result from a worker whose lease went to another one (fencing)."""
    if jobs.holds(connection, job_id, lease) is None:
        raise JobNotHeld(job_id)


def _deliver(
    execution: Execution, name: str, command: DeliverMessage, *, payload: dict[str, object]
) -> str:
    """Hand a message over where something waits for it."""
    waits = [wait for wait in execution.waits().messages.values() if wait.message == name]
    if not waits:
        raise MessageNotExpected(name, command.business_key)
    execution.deliver(name, payload)
    return waits[0].element_id
