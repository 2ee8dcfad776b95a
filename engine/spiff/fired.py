"""Forgets what an event led to that happened beside an activity, once all of it is over.

A reminder that comes again and again would make each later command slower than the one before.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.specs.ending import EndJoin
from engine.spiff.specs.events import Catching


def branches_that_are_over(scope: Any) -> list[list[Task]]:  # noqa: ANN401 — a class of SpiffWorkflow without types
    """Return the branches that can be forgotten, each with the event that it began with first.

    What their tokens changed is kept where they ended (engine.spiff.specs.ending).

    Args:
        scope: The process or a sub-process, between two commands.
    """
    fired = [task for task in scope.tasks.values() if _has_happened_beside(task)]
    branches = [[task, *_below(task)] for task in fired]
    return [branch for branch in branches if all(_is_over(scope, task) for task in branch)]


def _has_happened_beside(task: Task) -> bool:
    """Whether a task is an event that has happened while what it stands beside goes on."""
    return (
        isinstance(task.task_spec, Catching)
        and bool(task.has_state(TaskState.COMPLETED))
        and task.parent is not None
        and any(
            sibling.has_state(TaskState.WAITING | TaskState.STARTED | TaskState.READY)
            for sibling in task.parent.children
            if not isinstance(sibling.task_spec, EndJoin | BoundaryEventJoin)
        )
    )


def _is_over(scope: Any, task: Task) -> bool:  # noqa: ANN401 — as above
    """Whether a task of such a branch decides nothing any more.

    The task that ran last is still looked at, for its data.
    """
    if task is scope.last_task:
        return False
    current = task
    while current.has_state(TaskState.PREDICTED_MASK | TaskState.FUTURE):
        if _waits_for_all(current):
            return True
        current = current.parent
    return bool(task.has_state(TaskState.FINISHED_MASK)) or _waits_for_all(current)


def _waits_for_all(task: Task) -> bool:
    """Whether a task is where a branch ends: at the end of its scope, or of the activity."""
    return isinstance(task.task_spec, EndJoin | BoundaryEventJoin)


def _below(task: Task) -> list[Task]:
    """Return all tasks below one, those nearer first."""
    found: list[Task] = list(task.children)
    for each in found:
        found += each.children
    return found
