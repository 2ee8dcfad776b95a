"""What an instance knows as a whole, and where its tokens are, for those who look at it."""

from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.specs import ending
from engine.spiff.specs.calling import Calling
from engine.spiff.specs.ending import EndJoin
from engine.spiff.specs.instances import TOTAL, MultiInstance
from engine.spiff.specs.joining import Joining, is_token
from engine.spiff.specs.loops import Looping, StandardLoop
from engine.spiff.specs.merging import merged, overlay


def variables(workflow: BpmnWorkflow) -> dict[str, Any]:
    """Return the data of all tokens together, and the data objects.

    What an instance of a multi-instance activity sets, or a called process, is its own, and not
    among them.

    Args:
        workflow: The process.
    """
    return {**_objects(workflow), **_with_what_is_inside(workflow)}


def in_scope(scope: Any) -> dict[str, Any]:  # noqa: ANN401 — a class of SpiffWorkflow without types
    """Return what the tokens of a scope know together, and those of the sub-processes in it.

    Args:
        scope: The process or a sub-process, in which something goes on.
    """
    return _with_what_is_inside(scope)


def at_the_end(ended: Task) -> dict[str, Any]:
    """Return what a scope knows together at an end that takes all its tokens with it.

    Args:
        ended: The end event, completed; the other tokens are where they are.
    """
    return _with_what_is_inside(ended.workflow, ended)


def bring_out(activity: Task, data: dict[str, Any]) -> None:
    """Bring what an activity that is interrupted has found out so far into other data.

    That is what was done in a sub-process, and in the rounds of a loop that are over.

    Args:
        activity: As it stands.
        data: Is changed.
    """
    inner = activity.workflow.top_workflow.subprocesses.get(activity.id)
    if isinstance(activity.task_spec, StandardLoop):
        before, known = activity.parent.data, _of_rounds(activity, dict(activity.data))
    elif inner is not None and not _is_apart(activity):
        before, known = activity.data, _with_what_is_inside(inner)
    else:
        return
    for name in activity.task_spec.own_names():
        known.pop(name, None)
        known |= {name: before[name]} if name in before else {}
    overlay(data, before, known)


def _of_rounds(loop: Task, known: dict[str, Any]) -> dict[str, Any]:
    """Bring what was done in the round that goes on to what the rounds before it found out."""
    for instance in loop.task_spec.open_instances(loop):
        inner = instance.workflow.top_workflow.subprocesses.get(instance.id)
        if inner is not None and not _is_apart(instance):
            overlay(known, instance.data, _with_what_is_inside(inner))
    return known


def _with_what_is_inside(scope: Any, *ended: Task) -> dict[str, Any]:  # noqa: ANN401 — a class of SpiffWorkflow without types
    """Return what the tokens of a scope know, and those of the sub-processes in it."""
    known = _of_scope(scope, *ended)
    for uid, inner in scope.top_workflow.subprocesses.items():
        owner = scope.tasks.get(uid)
        if owner is None or owner.has_state(TaskState.FINISHED_MASK) or _is_apart(owner):
            continue
        overlay(known, owner.data, {**_objects(inner), **_with_what_is_inside(inner)})
    return known


def _objects(scope: Any) -> dict[str, Any]:  # noqa: ANN401 — as above
    """Return the data objects that have a value."""
    return {name: value for name, value in scope.data_objects.items() if value is not None}


def is_shown(task: Task) -> bool:
    """Whether a task stands for the diagram's element: a loop does not where its instances do.

    Args:
        task: Any.
    """
    return not isinstance(task.task_spec, Looping) or task.internal_data.get(TOTAL) == 0


def _of_scope(scope: Any, *ended: Task) -> dict[str, Any]:  # noqa: ANN401 — as above
    """Return what the tokens of a process or sub-process know, or knew at its end."""
    known: dict[str, Any] = {}
    tokens = [_knower(task) for task in scope.tasks.values() if _knows(task)]
    tokens += ended
    if tokens:
        known.update(merged(tokens))
        ending.bring_in(scope, known)
    elif scope.last_task is not None:
        known.update(scope.last_task.data)
    return known


def _knows(task: Task) -> bool:
    """Whether a task stands for a token that is somewhere, and not on its way.

    One that waits at the end has left what it changed there; the last one to come has not yet.
    """
    if isinstance(task.task_spec, EndJoin):
        return is_token(task) and bool(task.has_state(TaskState.READY))
    return is_token(task) and not task.has_state(TaskState.FUTURE | TaskState.PREDICTED_MASK)


def _knower(task: Task) -> Task:
    """Return the task that has a token's data: those that wait at a join have none yet."""
    return task.parent if isinstance(task.task_spec, Joining | EndJoin) else task


def _is_apart(task: Task) -> bool:
    """Whether a task is a call, or an instance of a multi-instance activity."""
    parent = task.parent
    instance = parent is not None and isinstance(parent.task_spec, MultiInstance)
    return instance or isinstance(task.task_spec, Calling)
