"""Reads events: their timers run by row, their errors tell their code to a variable."""

from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    IntermediateCatchEventParser,
    ReceiveTaskParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import StartEvent

from engine.spiff.parsing.names import bpmn, camunda
from engine.spiff.specs.events import Boundary, CatchEvent, EventGateway, ReceiveTask
from engine.spiff.timers import CycleTimer, DateTimer, DurationTimer, RowTimer

_TIMERS = (("timeDate", DateTimer), ("timeDuration", DurationTimer), ("timeCycle", CycleTimer))


class _RowTimerEvents:
    """Makes timers whose truth is their row, in place of SpiffWorkflow's."""

    def parse_timer_event(self, event: Any) -> RowTimer:  # noqa: ANN401 — an lxml element
        """Return the timer of a `timerEventDefinition`."""
        node: Any = self.node  # type: ignore[attr-defined]  # of the parser this is mixed into
        name = node.get("name", node.get("id"))
        for tag, timer in _TIMERS:
            found = event.find(bpmn(tag))
            if found is not None:
                return timer(name, (found.text or "").strip())
        raise ValidationException("A timer needs timeDate, timeDuration or timeCycle.", node=node)


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
    "intermediateCatchEvent": (_CatchEvents, CatchEvent),
    "receiveTask": (ReceiveTaskParser, ReceiveTask),
    "boundaryEvent": (_BoundaryEvents, Boundary),
    "eventBasedGateway": (TaskParser, EventGateway),
}
