"""Writes down, in the command's transaction, where it left the instance."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.commands import CancelInstance, Command, FinishJob, StartInstance
from engine.errors import InstanceTooLarge
from engine.operators import OperatorRegistry
from engine.spiff.execution import Execution
from engine.store import history, instances, jobs, waiting
from engine.store.tables import job, subscription, timer, user_task
from engine.store.waiting import Nudge

#: Bytes of compressed tokens and data that one instance may take.
SIZE_BUDGET = 262_144

_TABLES = {"user_tasks": user_task, "timers": timer, "messages": subscription, "jobs": job}


def record(
    connection: Connection,
    execution: Execution,
    command: Command,
    row: instances.InstanceRow,
    *,
    element_id: str | None,
    operators: OperatorRegistry,
    now: datetime,
) -> tuple[list[Nudge], str]:
    """Write the instance, its waits and one step of history.

    Returns:
        What to tell the broker after the commit, and the instance's state.

    Raises:
        InstanceTooLarge: Its data passed the budget; the command is undone.
    """
    state = _state(execution, command)
    nudges = _write_waits(connection, execution, row, operators, now)
    tokens = execution.dump()
    if len(tokens) > SIZE_BUDGET:
        raise InstanceTooLarge(row.id, len(tokens), SIZE_BUDGET)
    instances.save(
        connection,
        instance_id=row.id,
        tokens=tokens,
        state=state,
        ended_at=None if state == "running" else now,
    )
    if state == "cancelled":
        jobs.close_incidents(connection, row.id, actor=command.actor, now=now)
    history.append(
        connection,
        instance_id=row.id,
        step=row.steps + 1,
        command=type(command).__name__,
        element_id=element_id,
        actor=command.actor,
        at=now,
        given=_given(command, execution),
        moves=execution.moves(),
        changes=execution.changes(),
    )
    return nudges, state


def _state(execution: Execution, command: Command) -> str:
    """Return the instance's state after the command."""
    if isinstance(command, CancelInstance):
        return "cancelled"
    return "completed" if execution.completed else "running"


def _write_waits(
    connection: Connection,
    execution: Execution,
    row: instances.InstanceRow,
    operators: OperatorRegistry,
    now: datetime,
) -> list[Nudge]:
    """Remove the rows of waits that are over, add those that began."""
    waits = execution.waits()
    fresh = {name: _replace(connection, name, row, getattr(waits, name)) for name in _TABLES}
    waiting.add_user_tasks(connection, row.id, fresh["user_tasks"], now)
    waiting.add_timers(connection, row.id, row.group_key, fresh["timers"], now)
    waiting.add_subscriptions(connection, row.id, fresh["messages"], now)
    asked = [(wait, operators.get(wait.topic).queue) for wait in fresh["jobs"]]
    return waiting.add_jobs(connection, row.id, asked, now)


def _replace(
    connection: Connection, name: str, row: instances.InstanceRow, now_waiting: Mapping[Any, Any]
) -> list[Any]:
    """Remove what is over in one table; return what began."""
    table = _TABLES[name]
    known = waiting.uids(connection, table, row.id) if row.steps else set()
    waiting.remove(connection, table, row.id, known - set(now_waiting))
    return [wait for uid, wait in now_waiting.items() if uid not in known]


def _given(command: Command, execution: Execution) -> dict[str, Any]:
    """Return every input of the step: the command's own, and what inline operators answered."""
    skipped = {"actor", "key", "lease", "task_id", "job_id", "timer_id"}
    given = {k: v for k, v in asdict(command).items() if k not in skipped and v is not None}
    if isinstance(command, StartInstance | FinishJob):
        given = {k: dict(v) if isinstance(v, Mapping) else v for k, v in given.items()}
    answers = execution.script_engine.inline_outputs
    return {**given, **({"inline": [[e, dict(o)] for e, o in answers]} if answers else {})}
