"""Folds the finished rounds of a loop, so that a hundredth round costs what the first did.

SpiffWorkflow keeps every task that ever ran. Where a token has come to an element a second time,
all that lies between the two visits and is finished decides nothing any more: the later visit
takes the earlier one's place in the tree. The history has every step all the same.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.fired import branches_that_are_over
from engine.spiff.repairing.entering import BRIDGE
from engine.spiff.specs.joining import Joining


def fold(workflow: BpmnWorkflow) -> None:
    """Remove the finished rounds of every loop, in the process and in its sub-processes.

    Args:
        workflow: At rest, between two commands.
    """
    for scope in [workflow, *workflow.subprocesses.values()]:
        fold_scope(workflow, scope)


def fold_scope(workflow: BpmnWorkflow, scope: Any) -> None:  # noqa: ANN401 — a class of SpiffWorkflow without types
    """Look upwards from each task that is alive: nothing else can go on."""
    for task in [task for task in scope.tasks.values() if isinstance(task.task_spec, LoopTask)]:
        _forget_instances(workflow, scope, task)
    for branch in branches_that_are_over(scope):
        _forget_branch(workflow, scope, branch)
    for task in list(scope.tasks.values()):
        if _is_first_unfinished(task):
            _fold_above(workflow, scope, task)


def _forget_instances(workflow: BpmnWorkflow, scope: Any, loop: Task) -> None:  # noqa: ANN401 — as above
    """Forget the finished instances of an activity: it has taken what they found out."""
    for instance in loop.children:
        if not instance.triggered or not instance.has_state(TaskState.FINISHED_MASK):
            continue
        if scope.last_task is instance:
            scope.last_task = loop
        loop._children.remove(instance.id)  # noqa: SLF001 — the tree is a list of ids
        del scope.tasks[instance.id]
        _forget_inside(workflow, instance)


def _forget_branch(workflow: BpmnWorkflow, scope: Any, branch: list[Task]) -> None:  # noqa: ANN401 — as above
    """Forget what an event led to."""
    branch[0].parent._children.remove(branch[0].id)  # noqa: SLF001 — as above
    for task in branch:
        del scope.tasks[task.id]
        workflow.event_manager.remove_task(task)
        _forget_inside(workflow, task)


def _is_first_unfinished(task: Task) -> bool:
    """Whether a task is unfinished, and the one that led to it is finished."""
    return (
        not task.has_state(TaskState.FINISHED_MASK)
        and task.parent is not None
        and bool(task.parent.has_state(TaskState.FINISHED_MASK))
    )


def _fold_above(workflow: BpmnWorkflow, scope: Any, live: Task) -> None:  # noqa: ANN401 — as above
    """Walk up from a live task; where an element comes twice, drop what lies between."""
    latest: dict[str, Task] = {}
    current: Task | None = live
    while current is not None and current.parent is not None:
        later = latest.setdefault(current.task_spec.name, current)
        # Between two bridges of repairs lie visits that may be repeated: they are no rounds.
        if later is not current and BRIDGE not in current.internal_data:
            if _same_flow(current, later) and _is_round(scope, current, later):
                _splice(workflow, scope, current, later)
            else:
                latest[current.task_spec.name] = current
        current = current.parent


def _same_flow(first: Task, later: Task) -> bool:
    """Whether a token that waits at a join would still stand on the flow by which it came."""
    waits = isinstance(later.task_spec, Joining) and later.has_state(TaskState.WAITING)
    return not waits or first.parent.task_spec is later.parent.task_spec


def _is_round(scope: Any, first: Task, later: Task) -> bool:  # noqa: ANN401 — as above
    """Whether all from an earlier visit to a later one, side branches too, is finished.

    The task that ran last is still looked at, for its data: its round is folded a command later.
    """
    todo = [first]
    while todo:
        task = todo.pop()
        if task is later:
            continue
        if task is scope.last_task or not task.has_state(TaskState.FINISHED_MASK):
            return False
        todo += task.children
    return True


def _splice(workflow: BpmnWorkflow, scope: Any, first: Task, later: Task) -> None:  # noqa: ANN401 — as above
    """Put the later visit where the earlier one was and forget all between."""
    siblings = first.parent._children  # noqa: SLF001 — the tree is a list of ids
    siblings[siblings.index(first.id)] = later.id
    later.parent._children.remove(later.id)  # noqa: SLF001 — as above
    later._parent = first.parent.id  # noqa: SLF001 — as above
    todo = [first]
    while todo:
        task = todo.pop()
        todo += task.children
        del scope.tasks[task.id]
        _forget_inside(workflow, task)


def _forget_inside(workflow: BpmnWorkflow, task: Task) -> None:
    """Forget the sub-process that a finished task was, and those inside it."""
    inner = workflow.subprocesses.pop(task.id, None)
    for each in inner.tasks.values() if inner is not None else ():
        _forget_inside(workflow, each)
