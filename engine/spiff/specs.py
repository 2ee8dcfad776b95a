"""The task specs that differ from SpiffWorkflow's own."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import UserTask as BpmnUserTask
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.service_task import ServiceTask
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.operators import BpmnError


class HumanTask(BpmnUserTask):
    """A user task with Camunda's attributes: its form, and who may do it."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:  # noqa: ANN401 — SpiffWorkflow's own signature
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.form: str | None = None
        self.assignee: str | None = None
        self.candidate_groups: tuple[str, ...] = ()


class OperatorTask(ServiceTask, BpmnSpecMixin):
    """A service task that one of our operators does (`camunda:type="external"`)."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, topic: str, **kwargs: Any) -> None:  # noqa: ANN401 — as above
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.topic = topic
        self.parameters: dict[str, str] = {}
        self.retry_delays: tuple[str, ...] = ()

    def inputs_for(self, task: Task) -> Mapping[str, Any]:
        """Return what the operator is given: its named parameters, else variables by name."""
        engine = task.workflow.script_engine
        inputs = {
            name: task.data[name] for name in engine.input_names(self.topic) if name in task.data
        }
        for name, text in self.parameters.items():
            inputs[name] = engine.evaluate(task, text)
        return inputs

    def _execute(self, task: Task) -> bool | None:
        """Run inline, or stay STARTED (None) until the job's result comes in."""
        engine = task.workflow.script_engine
        if not engine.is_inline(self.topic):
            return None
        try:
            engine.call_operator(task, self.topic, self.inputs_for(task))
        except BpmnError as error:
            if not throw_error(task, error.code):
                raise
            return None
        return True


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
