"""What an instance knows as a whole, and where its tokens are, for those who look at it."""

from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.specs import ending
from engine.spiff.specs.calling import Calling
from engine.spiff.specs.ending import EndJoin
from engine.spiff.specs.joining import Joining, is_token
from engine.spiff.specs.loops import TOTAL, Looping, MultiInstance
from engine.spiff.specs.merging import merged, overlay


def variables(workflow: BpmnWorkflow) -> dict[str, Any]:
    """Return the data of all tokens together, and the data objects.

    What an instance of a multi-instance activity sets, or a called process, is its own, and not
    among them.

    Args:
        workflow: The process.
    """
    known = _of_scope(workflow)
    for uid, inner in workflow.subprocesses.items():
        owner = workflow.get_task_from_id(uid)
        if not owner.has_state(TaskState.FINISHED_MASK) and not _is_apart(owner):
            overlay(known, owner.data, _of_scope(inner))
    return known


def is_shown(task: Task) -> bool:
    """Whether a task stands for the diagram's element: a loop does not where its instances do.

    Args:
        task: Any.
    """
    return not isinstance(task.task_spec, Looping) or task.internal_data.get(TOTAL) == 0


def _of_scope(scope: Any) -> dict[str, Any]:  # noqa: ANN401 — a class of SpiffWorkflow without types
    """Return what the tokens of a process or sub-process know, or knew at its end."""
    known: dict[str, Any] = {
        name: value for name, value in scope.data_objects.items() if value is not None
    }
    tokens = [_knower(task) for task in scope.tasks.values() if _knows(task)]
    if tokens:
        known.update(merged(tokens))
        ending.bring_in(scope, known)
    elif scope.last_task is not None:
        known.update(scope.last_task.data)
    return known


def _knows(task: Task) -> bool:
    """Whether a task stands for a token that is somewhere, and not on its way or at its end."""
    coming = TaskState.FUTURE | TaskState.PREDICTED_MASK
    return is_token(task) and not task.has_state(coming) and not isinstance(task.task_spec, EndJoin)


def _knower(task: Task) -> Task:
    """Return the task that has a token's data: those that wait at a join have none yet."""
    return task.parent if isinstance(task.task_spec, Joining) else task


def _is_apart(task: Task) -> bool:
    """Whether a task is, or is inside, a call or an instance of a multi-instance activity."""
    current: Task | None = task
    while current is not None:
        if isinstance(current.task_spec, Calling):
            return True
        if current.parent is not None and isinstance(current.parent.task_spec, MultiInstance):
            return True
        uid = current.workflow.parent_task_id
        current = current.workflow.top_workflow.get_task_from_id(uid) if uid else None
    return False
