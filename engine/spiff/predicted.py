"""Tasks that SpiffWorkflow only predicts: not saved where it predicts them again.

It keeps the ways that a token may still go as tasks of the tree, several for each live one.
"""

from collections.abc import Sequence

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

_NOT_YET = TaskState.PREDICTED_MASK | TaskState.FUTURE


def foretold(task: Task, children: Sequence[Task]) -> int | None:
    """Return the state of a task's children where all below it is mere prediction.

    Args:
        task: A task that is saved.
        children: Its children.

    Returns:
        Their state, for `foretell`; None where they must be saved, or are none.
    """
    if not children or task.has_state(TaskState.FINISHED_MASK):
        return None
    todo = list(children)
    while todo:
        child = todo.pop()
        known = child.triggered or child.internal_data or child.data
        if known or not child.has_state(_NOT_YET):
            return None
        todo += [each for each in child.children if each is not None]
    return int(children[0].state)


def foretell(task: Task, state: int) -> None:
    """Predict again what `foretold` left out.

    Args:
        task: As it was loaded.
        state: Of its children, as they were.
    """
    if task.has_state(TaskState.DEFINITE_MASK) and state != TaskState.FUTURE:
        # An event that began to wait after its ways had been predicted as mere chances.
        task._sync_children(task.task_spec.outputs, state)  # noqa: SLF001 — SpiffWorkflow predicts by it
        return
    task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)  # noqa: SLF001 — as its own reset does
