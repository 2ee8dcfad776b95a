"""Events that a token throws: they are carried out once the token has passed them.

SpiffWorkflow carries them out inside the element that throws, so that what an interrupted activity
still had to do goes on beside what interrupted it.
"""

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import ThrowingEvent
from SpiffWorkflow.task import Task

from engine.spiff import knowing

_THROWN = (ErrorEventDefinition, EscalationEventDefinition, SignalEventDefinition)


@dataclass(frozen=True, slots=True)
class Thrown:
    """An event that a token has thrown.

    Args:
        task: Where.
        definition: What.
    """

    task: Task
    definition: Any


class Throwing(ThrowingEvent):
    """An event that a token throws."""

    def _run_hook(self, my_task: Task) -> bool:
        """Note what is thrown; other definitions are SpiffWorkflow's matter."""
        if not isinstance(self.event_definition, _THROWN):
            return bool(super()._run_hook(my_task))
        self.run_event.emit(my_task.workflow, my_task)
        my_task.workflow.script_engine.thrown.append(Thrown(my_task, self.event_definition))
        return True


class ThrowEvent(Throwing, defaults.IntermediateThrowEvent):
    """An intermediate throw event."""


class EndEvent(Throwing, defaults.EndEvent):
    """An end event."""

    def _on_complete_hook(self, my_task: Task) -> None:
        """Take along what the tokens had changed that a terminate end event cancels."""
        if isinstance(self.event_definition, TerminateEventDefinition):
            my_task.data = knowing.at_the_end(my_task)
        super()._on_complete_hook(my_task)
