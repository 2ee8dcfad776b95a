"""Call activities: another process, run inside the instance that calls it (BPMN 2.0, 10.3.6)."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import CallActivity
from SpiffWorkflow.task import Task


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Which process a call activity calls.

    Args:
        element: The call activity.
        process: The BPMN id of what it calls.
        version: Which version; None for the newest when the caller is deployed.
    """

    element: str
    process: str
    version: int | None = None

    @property
    def key(self) -> str:
        """How bindings and specs name it; no element can have such an id."""
        return f"{self.process}@{self.version or ''}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Passing:
    """One thing that is passed to or from a called process (`camunda:in`, `camunda:out`).

    Args:
        source: A variable, or an expression in `${…}`; None for all variables.
        target: What it is called on the other side.
    """

    source: str | None
    target: str | None

    def pass_on(self, task: Task, data: dict[str, Any]) -> None:
        """Put it into the data of the other side.

        Args:
            task: Whose data it is taken from.
            data: Is changed.
        """
        if self.source is None or self.target is None:
            data.update(deepcopy(task.data))
        elif self.source.startswith("${"):
            data[self.target] = task.workflow.script_engine.evaluate(task, self.source)
        else:
            data[self.target] = deepcopy(task.data.get(self.source))


class Calling(CallActivity):
    """Runs the process that it is bound to; variables go in and out where that is said.

    Args:
        call: Which process.
        passed_in: What the called process begins with.
        passed_out: What comes back at its end.
    """

    def __init__(
        self,
        wf_spec: Any,  # noqa: ANN401 — SpiffWorkflow's own signature
        bpmn_id: str,
        *,
        call: Call,
        passed_in: Sequence[Passing],
        passed_out: Sequence[Passing],
        **kwargs: Any,  # noqa: ANN401 — as above
    ) -> None:
        super().__init__(wf_spec, bpmn_id, call.key, **kwargs)
        self.call = call
        self.passed_in = tuple(passed_in)
        self.passed_out = tuple(passed_out)

    def copy_data(self, my_task: Task, subworkflow: Any) -> None:  # noqa: ANN401 — as above
        """Give the called process what is passed in."""
        start = subworkflow.task_tree
        for each in self.passed_in:
            each.pass_on(my_task, start.data)

    def update_data(self, my_task: Task, subworkflow: Any) -> None:  # noqa: ANN401 — as above
        """Take what is passed out."""
        for each in self.passed_out:
            each.pass_on(subworkflow.last_task, my_task.data)
