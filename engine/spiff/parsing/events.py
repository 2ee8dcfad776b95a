"""Reads events: their timers run by row, their errors tell their code to a variable."""

from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    IntermediateCatchEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent, StartEvent

from engine.spiff.parsing.names import bpmn, camunda
from engine.spiff.timers import DateTimer, DurationTimer, RowTimer


class _RowTimerEvents:
    """Makes timers whose truth is their row, in place of SpiffWorkflow's."""

    def parse_timer_event(self, event: Any) -> RowTimer:  # noqa: ANN401 — an lxml element
        """Return the timer of a `timerEventDefinition`."""
        node: Any = self.node  # type: ignore[attr-defined]  # of the parser this is mixed into
        name = node.get("name", node.get("id"))
        for tag, timer in (("timeDate", DateTimer), ("timeDuration", DurationTimer)):
            found = event.find(bpmn(tag))
            if found is not None:
                return timer(name, (found.text or "").strip())
        raise ValidationException("A timer needs timeDate or timeDuration.", node=node)


class _StartEvents(_RowTimerEvents, StartEventParser):
    """Start events with row timers."""


class _CatchEvents(_RowTimerEvents, IntermediateCatchEventParser):
    """Intermediate catch events with row timers."""


class _BoundaryEvents(_RowTimerEvents, BoundaryEventParser):
    """Boundary events with row timers, and errors that tell their code to a variable."""

    def parse_error_event(self, error_event: Any) -> Any:  # noqa: ANN401 — a class of SpiffWorkflow without types
        """Return the definition of an `errorEventDefinition`."""
        definition = super().parse_error_event(error_event)
        definition.code_variable = error_event.get(camunda("errorCodeVariable"))
        return definition


#: Element → its parser and the spec that it makes.
PARSERS = {
    "startEvent": (_StartEvents, StartEvent),
    "intermediateCatchEvent": (_CatchEvents, IntermediateCatchEvent),
    "boundaryEvent": (_BoundaryEvents, BoundaryEvent),
}
