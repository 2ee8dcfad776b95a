"""What waits beside the flow of a scope, and does not keep it from ending."""

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


class WaitsBeside(CatchingEvent):
    """An event that may never happen: the end of its scope withdraws it."""


def is_idle(task: Task) -> bool:
    """Whether a task only waits for such an event, or comes after one that has not happened.

    Args:
        task: Unfinished.
    """
    current: Task | None = task
    while current is not None and not current.has_state(TaskState.FINISHED_MASK):
        if isinstance(current.task_spec, WaitsBeside):
            return bool(current.has_state(TaskState.WAITING))
        current = current.parent
    return False


def withdraw_idle(ended: Task) -> None:
    """Withdraw what waits beside the flow of a scope that ends.

    Args:
        ended: A task of the scope.
    """
    for task in list(ended.workflow.tasks.values()):
        if isinstance(task.task_spec, WaitsBeside) and task.has_state(TaskState.WAITING):
            task.cancel()
