"""Which sequence flows a token leaves by."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import ExpressionError, NoFlowTaken


class Condition(Operator):
    """The condition of a sequence flow: true, false, or null for false (BPMN 2.0, 8.4.13)."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def _matches(self, task: Task) -> bool:
        """Whether it holds; SpiffWorkflow's own name."""
        return self.holds(task, {})

    def holds(self, task: Task, more: Mapping[str, Any]) -> bool:
        """Evaluate it on a token's data and the data objects.

        Args:
            task: The token.
            more: Names that are not among its data.

        Raises:
            ExpressionError: It gives neither true, false nor null.
        """
        value = task.workflow.script_engine.evaluate(
            task, self.text, external_context={**task.workflow.data_objects, **more}
        )
        if value is None or isinstance(value, bool):
            return bool(value)
        raise ExpressionError(self.text, "is a condition and gives neither true nor false.")


class Choosing(MultiChoice):
    """Whatever chooses among its flows by their conditions, in the order of the diagram's text."""

    def __init__(self, wf_spec: Any, name: str, **kwargs: Any) -> None:  # noqa: ANN401 — SpiffWorkflow's own signature
        super().__init__(wf_spec, name, **kwargs)
        #: The place of the default flow among the others.
        self.default_flow: int | None = None

    def flow(self, target: TaskSpec, condition: str | None, *, default: bool) -> None:
        """Add a sequence flow.

        Args:
            target: Where it leads.
            condition: Its condition's text; without one it is always taken.
            default: It is taken where no other one is.
        """
        if default:
            self.default_flow = len(self.cond_task_specs)
        self.connect_if(Condition(condition) if condition is not None else None, target)

    def taken(self, my_task: Task) -> list[TaskSpec]:
        """Return where a token goes on.

        Raises:
            NoFlowTaken: No condition is true, and there is no default flow.
        """
        found = []
        for place, (condition, name) in enumerate(self.cond_task_specs):
            if place == self.default_flow:
                continue
            if condition is None or condition.holds(my_task, {}):
                found.append(self._target(name))
                if self.only_one:
                    break
        if not found and self.default_flow is not None:
            found = [self._target(self.cond_task_specs[self.default_flow][1])]
        if not found:
            raise NoFlowTaken(self.element)
        return found

    #: Whether the first flow that may be taken is the only one.
    only_one = False

    @property
    def element(self) -> str:
        """The diagram's id of what chooses."""
        return str(self.bpmn_id)

    def _target(self, name: str) -> TaskSpec:
        return self._wf_spec.task_specs[name]

    def _predict_hook(self, my_task: Task) -> None:
        """Call each flow a chance, in the order of the diagram."""
        my_task._sync_children(self.outputs, TaskState.MAYBE)  # noqa: SLF001 — trees grow by it

    def _run_hook(self, my_task: Task) -> bool:
        """Let the token go on by the flows that are taken."""
        my_task._sync_children(self.taken(my_task), TaskState.FUTURE)  # noqa: SLF001 — trees grow by it
        for child in my_task.children:
            child.task_spec._predict(  # noqa: SLF001 — as SpiffWorkflow's own choices do
                child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK
            )
        return True


class ConditionalFlows(Choosing, BpmnTaskSpec):
    """The conditional flows out of an activity or event (BPMN 2.0, 8.4.13 and 13.3.2).

    Args:
        source: The diagram's id of that activity or event.
    """

    def __init__(self, wf_spec: Any, name: str, *, source: str, **kwargs: Any) -> None:  # noqa: ANN401 — as above
        super().__init__(wf_spec, name, **kwargs)
        self.source = source

    @property
    def element(self) -> str:
        """The diagram's id of what the flows leave."""
        return self.source
