"""What is done to tasks that come out of storage, so that they hear events again."""

from collections.abc import Callable, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


def listen(scope: Any, task: Task) -> None:  # noqa: ANN401 — a class of SpiffWorkflow without types
    """Let a waiting event hear what comes."""
    if isinstance(task.task_spec, CatchingEvent) and task.has_state(TaskState.WAITING):
        scope.top_workflow.event_manager.add_task(task)


def open_subprocesses(
    workflow: BpmnWorkflow,
    scope: Any,  # noqa: ANN401 — as above
    saved: Mapping[str, Any],
    fill: Callable[[Any, Any], None],
) -> None:
    """Rebuild the sub-processes of one scope, then those inside them.

    Args:
        workflow: The process.
        scope: It, or one of its sub-processes.
        saved: Task id → what was saved of the sub-process that it is.
        fill: Puts that into an empty sub-process.
    """
    for task in list(scope.tasks.values()):
        if not isinstance(task.task_spec, SubWorkflowTask) or str(task.id) not in saved:
            continue
        inner = BpmnSubWorkflow(
            workflow.subprocess_specs[task.task_spec.spec], task.id, workflow, deserializing=True
        )
        workflow.subprocesses[task.id] = inner
        fill(inner, saved[str(task.id)])
        inner.completed_event.connect(task.task_spec._on_subworkflow_completed, task)  # noqa: SLF001 — as SpiffWorkflow's own converter
        open_subprocesses(workflow, inner, saved, fill)
