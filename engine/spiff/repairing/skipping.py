"""Goes on as if what an element waits for had come."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from engine.errors import NothingToSkip
from engine.spiff.execution import Execution
from engine.waits import Waits


def skip(execution: Execution, element: str, outputs: Mapping[str, Any]) -> None:
    """Complete the first user task, job, timer, message or signal that is waited for at an element.

    Args:
        execution: The instance.
        element: Where it waits.
        outputs: What it would have set.

    Raises:
        NothingToSkip: Nothing is waited for there.
    """
    waits = execution.waits()
    for kind in (getattr(waits, each.name) for each in fields(waits)):
        for uid, wait in kind.items():
            if wait.element_id == element:
                _go_on(execution, waits, uid, outputs)
                return
    raise NothingToSkip(element)


def _go_on(execution: Execution, waits: Waits, uid: UUID, outputs: Mapping[str, Any]) -> None:
    """Complete a task that waits, by the way of its kind."""
    if uid in waits.user_tasks:
        execution.complete_user_task(uid, outputs)
    elif uid in waits.jobs:
        execution.finish_job(uid, outputs)
    else:
        _occur(execution, uid, outputs)


def _occur(execution: Execution, uid: UUID, outputs: Mapping[str, Any]) -> None:
    """Let one event occur, for no other task that waits for the same."""
    task = execution.workflow.get_task_from_id(uid)
    task.internal_data["event_fired"] = True
    execution.fire(uid)
    # Coming to be ready, it took its parent's data once more: what is set comes after.
    task.data.update(outputs)
