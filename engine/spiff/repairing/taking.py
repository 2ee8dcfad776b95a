"""Takes a token away, and all that it holds."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.repairing import places
from engine.spiff.specs.joining import Joining, waiting_at
from engine.spiff.specs.merging import merged, overlay
from engine.spiff.timers import RowTimer


def data_of(workflow: BpmnWorkflow, token: Task) -> dict[str, Any]:
    """Return what a token knows now, with what those inside it have found out.

    Args:
        workflow: The process.
        token: An open task; a joining gateway knows what all that arrived there know. What a
            loop's instance or a called process has for itself is not among it.
    """
    if places.is_join(token):
        came = arrivals(token.workflow, token.task_spec)
        return merged([each.parent for each in came]) if came else {}
    data: dict[str, Any] = deepcopy(token.data)
    inner = workflow.subprocesses.get(token.id)
    if inner is not None and not isinstance(token.task_spec, CallActivity):
        for each in inner.tasks.values():
            if places.is_token(each):
                overlay(data, token.data, data_of(workflow, each))
    return data


def arrivals(scope: BpmnBaseWorkflow, gateway: TaskSpec) -> list[Task]:
    """Return the tasks of the tokens that came to a join which has not let them pass.

    At the end of a process SpiffWorkflow cancels all of them but the last, which waits.
    """
    if isinstance(gateway, Joining):
        return waiting_at(scope, gateway)
    return [
        task
        for task in scope.tasks.values()
        if task.task_spec is gateway
        and task.has_state(TaskState.WAITING | TaskState.CANCELLED)
        and task.parent.has_state(TaskState.COMPLETED)
    ]


def running_timers(task: Task) -> Mapping[TaskSpec, Task]:
    """Return the timers that run at an activity's edge, by their spec."""
    return {
        event.task_spec: event
        for event in places.edge_of(task)
        if isinstance(getattr(event.task_spec, "event_definition", None), RowTimer)
        and event.has_state(TaskState.WAITING)
    }


def take_away(workflow: BpmnWorkflow, token: Task) -> None:
    """Cancel an open task with the events at its edge and all inside it.

    Args:
        workflow: The process.
        token: The task; at a joining gateway, all that arrived there goes with it.
    """
    if places.is_join(token):
        for each in arrivals(token.workflow, token.task_spec):
            drop(workflow, each)
        return
    for each in [*places.edge_of(token), token]:
        _cancel(each)


def _cancel(task: Task) -> None:
    """Cancel a task; a loop's instances first, for SpiffWorkflow forgets them with the loop."""
    for child in task.children:
        if child.has_state(places.OPEN):
            _cancel(child)
    if not task.has_state(TaskState.FINISHED_MASK):
        task.cancel()


def drop(workflow: BpmnWorkflow, top: Task) -> None:
    """Cancel all that is open at and below a task, and forget the whole branch.

    Args:
        workflow: The process.
        top: The first task to go.
    """
    scope = top.workflow
    branch = places.below(top)
    for task in branch:
        if task.has_state(places.OPEN):
            _cancel(task)
    for task in branch:
        _forget_inside(workflow, task)
    if scope.last_task in branch:
        scope.last_task = top.parent
    scope._remove_task(top.id)  # noqa: SLF001 — SpiffWorkflow's own way to take a branch away


def _forget_inside(workflow: BpmnWorkflow, task: Task) -> None:
    """Forget the sub-process that a task was, and those inside it."""
    inner = workflow.subprocesses.pop(task.id, None)
    for each in inner.tasks.values() if inner is not None else ():
        _forget_inside(workflow, each)
