"""Goes on as if what an element waits for had come."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.errors import NothingToSkip
from engine.spiff.execution import Execution


def skip(execution: Execution, element: str, outputs: Mapping[str, Any]) -> None:
    """Complete the first user task, job, timer or message that is waited for at an element.

    Args:
        execution: The instance.
        element: Where it waits.
        outputs: What it would have set.

    Raises:
        NothingToSkip: Nothing is waited for there.
    """
    waits = execution.waits()
    for kind in (waits.user_tasks, waits.jobs, waits.timers, waits.messages):
        for uid, wait in kind.items():
            if wait.element_id != element:
                continue
            if kind is waits.user_tasks:
                execution.complete_user_task(uid, outputs)
            elif kind is waits.jobs:
                execution.finish_job(uid, outputs)
            else:
                _occur(execution, uid, outputs)
            return
    raise NothingToSkip(element)


def _occur(execution: Execution, uid: UUID, outputs: Mapping[str, Any]) -> None:
    """Let one event occur, for no other task that waits for the same."""
    task = execution.workflow.get_task_from_id(uid)
    task.internal_data["event_fired"] = True
    execution.fire(uid)
    # Coming to be ready, it took its parent's data once more: what is set comes after.
    task.data.update(outputs)
