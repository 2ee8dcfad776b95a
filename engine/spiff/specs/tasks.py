"""Tasks as our diagrams write them: people's, and operators'."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import UserTask as BpmnUserTask
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.service_task import ServiceTask
from SpiffWorkflow.task import Task

from engine.operators import BpmnError
from engine.spiff.specs.errors import throw_error


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
