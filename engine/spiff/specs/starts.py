"""Start events of a process: one of them begins an instance, the others are not entered."""

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.task import Task


@dataclass(frozen=True, kw_only=True, slots=True)
class StartTrigger:
    """What begins an instance at a start event.

    Args:
        element: The start event.
        kind: "message", "signal" or "timer".
        text: The message's or signal's name, or when it is due: a date, a duration or a cycle.
    """

    element: str
    kind: str
    text: str


class ProcessStart(defaults.StartEvent):
    """A start event; what begins an instance there is told from outside.

    Args:
        trigger: What that is; None: a start, or a call.
    """

    def __init__(
        self,
        wf_spec: Any,  # noqa: ANN401 — SpiffWorkflow's own signature
        bpmn_id: str,
        event_definition: Any,  # noqa: ANN401 — as above
        *,
        trigger: StartTrigger | None = None,
        **kwargs: Any,  # noqa: ANN401 — as above
    ) -> None:
        super().__init__(wf_spec, bpmn_id, event_definition, **kwargs)
        self.trigger = trigger

    def _update_hook(self, my_task: Task) -> bool:
        """Begin here, or leave it to the start event that was meant."""
        if self._is_meant(my_task):
            return bool(super()._update_hook(my_task))
        my_task.workflow._remove_task(my_task.id)  # noqa: SLF001 — nothing came to it
        return False

    def _is_meant(self, my_task: Task) -> bool:
        """Whether the instance begins here."""
        scope = my_task.workflow
        meant = scope.script_engine.start_at if scope is scope.top_workflow else None
        return self.trigger is None if meant is None else bool(self.bpmn_id == meant)
