"""What each command does to the tokens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

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
    EngineError,
    InstanceNotFound,
    JobNotHeld,
    MessageNotExpected,
    TaskNotOpen,
    TimerNotWaiting,
    UnknownProcess,
)
from engine.operators import BpmnError
from engine.spiff.execution import Execution
from engine.store import instances, jobs, timers


def locate(connection: Connection, command: Command, now: datetime) -> instances.Found:
    """Lock the instance that a command is for, and look at all that belongs to the command.

    Of what another command may have changed while this one waited for the lock, only what is
    read after the lock counts: the tokens, the remembered key, the timer's or job's own row.

    Raises:
        Busy: Another command held the instance for too long.
    """
    check = None
    match command:
        case CompleteUserTask(task_id=task_id):
            which = instances.by_wait("user_task", task_id)
        case FireTimer(timer_id=timer_id):
            which, check = instances.by_wait("timer", timer_id), timers.due(timer_id, now)
        case FinishJob(job_id=job_id, lease=lease) | RaiseJobError(job_id=job_id, lease=lease):
            which, check = instances.by_wait("job", job_id), jobs.still_held(job_id, lease)
        case DeliverMessage(process=process, business_key=business_key):
            which = instances.by_key(process, business_key)
        case CancelInstance(instance_id=instance_id):
            which = instances.by_id(instance_id)
        case StartInstance(process=process, business_key=business_key, group=group):
            which = instances.reserve(
                process=process, business_key=business_key, group_key=group, now=now
            )
    return instances.lock(connection, which, key=command.key, check=check)


def missing(command: Command) -> EngineError:
    """Return the error of a command that names what is not there, or no longer waits."""
    match command:
        case CompleteUserTask(task_id=task_id):
            return TaskNotOpen(task_id)
        case FireTimer(timer_id=timer_id):
            return TimerNotWaiting(timer_id)
        case FinishJob(job_id=job_id) | RaiseJobError(job_id=job_id):
            return JobNotHeld(job_id)
        case DeliverMessage(process=process):
            return InstanceNotFound(f"of «{process}» with that business key")
        case CancelInstance(instance_id=instance_id):
            return InstanceNotFound(f"with id {instance_id}")
        case StartInstance(process=process):
            return UnknownProcess(process)


def apply(execution: Execution, command: Command, uid: UUID | None) -> str | None:
    """Change the tokens as the command says; return the element it was about.

    Args:
        execution: The instance as it stands.
        command: What shall happen.
        uid: The task that the command names by its row.

    Raises:
        EngineError: The command does not fit the instance as it is.
        BpmnError: A job's error that no boundary event catches.
    """
    if uid is not None and not execution.waits_at(uid):
        raise missing(command)
    match command:
        case CompleteUserTask(answers=answers) if uid is not None:
            execution.complete_user_task(uid, answers)
        case FireTimer() if uid is not None:
            execution.fire(uid)
        case FinishJob(outputs=outputs) if uid is not None:
            execution.finish_job(uid, outputs)
        case RaiseJobError(code=code) if uid is not None:
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


def _deliver(
    execution: Execution, name: str, command: DeliverMessage, *, payload: dict[str, object]
) -> str:
    """Hand a message over where something waits for it."""
    waits = [wait for wait in execution.waits().messages.values() if wait.message == name]
    if not waits:
        raise MessageNotExpected(name, command.business_key)
    execution.deliver(name, payload)
    return waits[0].element_id
