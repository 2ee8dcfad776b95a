"""Event sub-processes (BPMN 2.0, 10.3.5 and 13.5.4): they wait beside the flow of their scope.

Each is a task for what starts it, which waits from the beginning of the scope on, and behind it
the sub-process itself. SpiffWorkflow starts one with a timer at once, knows errors and escalations
not at all, and passes over whether it interrupts.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.task import Task

from engine.spiff import knowing
from engine.spiff.specs.events import Catching, wait_again
from engine.spiff.specs.idling import WaitsBeside
from engine.spiff.specs.tasks import SubProcess


class EventSubProcess(SubProcess):
    """What is done when the event has happened."""


class EventTrigger(Catching, WaitsBeside, defaults.IntermediateCatchEvent):
    """The start event of an event sub-process, waiting beside the flow of its scope."""

    def __init__(
        self,
        wf_spec: Any,  # noqa: ANN401 — SpiffWorkflow's own signature
        bpmn_id: str,
        event_definition: Any,  # noqa: ANN401 — as above
        *,
        interrupting: bool,
        **kwargs: Any,  # noqa: ANN401 — as above
    ) -> None:
        super().__init__(wf_spec, bpmn_id, event_definition, **kwargs)
        self.interrupting = interrupting

    def _on_ready_hook(self, my_task: Task) -> None:
        """Take what the scope knows by now; interrupt all else of it, where it does."""
        super()._on_ready_hook(my_task)
        my_task.data = knowing.in_scope(my_task.workflow)
        if self.interrupting:
            _interrupt(my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        """Wait for the next time, where the event may happen again."""
        super()._on_complete_hook(my_task)
        if not self.interrupting:
            wait_again(my_task)


def _interrupt(my_task: Task) -> None:
    """Cancel all else of the scope."""
    for other in my_task.parent.children:
        if other is not my_task:
            other.cancel()
