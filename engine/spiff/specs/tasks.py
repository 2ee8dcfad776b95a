"""Tasks as our diagrams write them: people's, and operators'."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import NoneTask as BpmnNoneTask
from SpiffWorkflow.bpmn.specs.defaults import ScriptTask, SubWorkflowTask
from SpiffWorkflow.bpmn.specs.defaults import UserTask as BpmnUserTask
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.service_task import ServiceTask
from SpiffWorkflow.task import Task

from engine.errors import ExpressionError
from engine.operators import BpmnError
from engine.spiff.specs.catching import throw_error
from engine.spiff.specs.scoping import Scoped

#: In a user task's own notes: who it was offered to when the token came.
_ASSIGNEE = "assignee"
_GROUPS = "groups"


class HumanTask(Scoped, BpmnUserTask):
    """A user task with Camunda's attributes: its form, and who may do it."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:  # noqa: ANN401 — SpiffWorkflow's own signature
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.form: str | None = None
        self.assignee: str | None = None
        self.candidate_groups: tuple[str, ...] = ()

    def assignee_of(self, task: Task) -> str | None:
        """Return whose task it is."""
        found: str | None = task.internal_data.get(_ASSIGNEE, self.assignee)
        return found

    def groups_of(self, task: Task) -> tuple[str, ...]:
        """Return whose members may do it."""
        return tuple(task.internal_data.get(_GROUPS, self.candidate_groups))

    def _on_ready_hook(self, my_task: Task) -> None:
        """Work out, once, who it is offered to."""
        super()._on_ready_hook(my_task)
        if "${" in (self.assignee or ""):
            named = _names(my_task, str(self.assignee))
            my_task.internal_data[_ASSIGNEE] = named[0] if named else None
        if any("${" in group for group in self.candidate_groups):
            my_task.internal_data[_GROUPS] = [
                name for group in self.candidate_groups for name in _names(my_task, group)
            ]


def _names(task: Task, text: str) -> list[str]:
    """Return the names that a text or an expression gives: one, a list, or separated by commas.

    Raises:
        ExpressionError: It gives something else.
    """
    value = task.workflow.script_engine.evaluate(task, text)
    values = value if isinstance(value, list) else [value]
    if any(isinstance(each, bool) or not isinstance(each, str | int | None) for each in values):
        raise ExpressionError(text, "gives no name of a person or group.")
    parts = [part.strip() for each in values if each is not None for part in str(each).split(",")]
    return [part for part in parts if part]


class PassedTask(BpmnNoneTask):
    """A task that nobody tells the engine about: the token passes at once (BPMN 2.0, 10.3.3)."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:  # noqa: ANN401 — as above
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = False


class Script(Scoped, ScriptTask):
    """A script task: assignments, or with a result variable one expression."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:  # noqa: ANN401 — as above
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.result: str | None = None

    def _execute(self, task: Task) -> bool:
        """Run it."""
        engine = task.workflow.script_engine
        if self.result is None:
            return bool(engine.execute(task, self.script))
        task.data[self.result] = engine.evaluate(task, f"${{{self.script}}}")
        return True


class SubProcess(Scoped, SubWorkflowTask):
    """An embedded sub-process: variables go in and out, but for those of its own."""

    def copy_data(self, my_task: Task, subworkflow: Any) -> None:  # noqa: ANN401 — as above
        """Let what is inside begin with the sub-process's own variables, too."""
        super().copy_data(my_task, subworkflow)
        subworkflow.task_tree.data.update(self.take_inputs(my_task))

    def _on_ready_hook(self, my_task: Task) -> None:
        """Take no inputs: it is ready when what is inside has ended."""
        super(Scoped, self)._on_ready_hook(my_task)


class OperatorTask(Scoped, ServiceTask, BpmnSpecMixin):
    """A service or send task that one of our operators does (`camunda:type="external"`)."""

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
