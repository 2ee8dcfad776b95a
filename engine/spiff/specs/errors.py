"""How an activity's error finds what catches it."""

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


def throw_error(task: Task, code: str) -> bool:
    """Hand an error to the nearest boundary event that catches it, from the inside out.

    SpiffWorkflow looks among all waiting events of a scope, so that an error of one branch could
    be caught on another's task: here only events attached to the failing activity, or to a
    sub-process around it, are asked (BPMN 2.0, 10.5.5.3).

    Args:
        task: The activity that failed.
        code: The error's code.

    Returns:
        Whether something caught it.
    """
    event = BpmnEvent(ErrorEventDefinition(code, code))
    current: Task | None = task
    while current is not None:
        for sibling in current.parent.children if current.parent else ():
            if _catches(sibling, current, event):
                variable = getattr(sibling.task_spec.event_definition, "code_variable", None)
                event.payload = {variable: code} if variable else {}
                sibling.task_spec.catch(sibling, event)
                sibling.task_spec._update(sibling)  # noqa: SLF001 — as SpiffWorkflow's event manager does
                return True
        if current.parent and isinstance(current.parent.task_spec, LoopTask):
            current = current.parent
            continue
        workflow = current.workflow
        parent_id = workflow.parent_task_id
        current = workflow.top_workflow.get_task_from_id(parent_id) if parent_id else None
    return False


def _catches(sibling: Task, failing: Task, event: BpmnEvent) -> bool:
    """Whether a task beside the failing one is a boundary event that waits for this error."""
    definition = getattr(sibling.task_spec, "event_definition", None)
    return (
        sibling is not failing
        and sibling.has_state(TaskState.WAITING)
        and isinstance(definition, ErrorEventDefinition)
        and definition.code in (None, event.event_definition.code)
    )
