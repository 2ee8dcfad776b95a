"""Variables of an activity's own (`camunda:inputParameter`), and what it hands on.

An input is worked out when the token arrives and is gone when it leaves; an output is worked out
then, and seen by all that comes after.
"""

from collections.abc import Sequence
from typing import Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task


class Scoped(TaskSpec):
    """An activity with inputs and outputs; both by name, as texts or expressions."""

    def __init__(self, wf_spec: Any, name: str, **kwargs: Any) -> None:  # noqa: ANN401 — SpiffWorkflow's own signature
        super().__init__(wf_spec, name, **kwargs)
        self.own: dict[str, str] = {}
        self.handed_on: dict[str, str] = {}

    def own_names(self) -> Sequence[str]:
        """Return the variables that are the activity's own."""
        return tuple(self.own)

    def take_inputs(self, my_task: Task) -> dict[str, Any]:
        """Return the activity's own variables, each seeing those before it."""
        values: dict[str, Any] = {}
        for name, text in self.own.items():
            values[name] = my_task.workflow.script_engine.evaluate(
                my_task, text, external_context=values
            )
        return values

    def _on_ready_hook(self, my_task: Task) -> None:
        """Set the activity's own variables."""
        my_task.data.update(self.take_inputs(my_task))
        super()._on_ready_hook(my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        """Set what is handed on, and let what the own variables stood before be seen again."""
        engine = my_task.workflow.script_engine
        values = {name: engine.evaluate(my_task, text) for name, text in self.handed_on.items()}
        before = my_task.parent.data
        for name in self.own:
            my_task.data.pop(name, None)
            if name in before:
                my_task.data[name] = before[name]
        my_task.data.update(values)
        super()._on_complete_hook(my_task)
