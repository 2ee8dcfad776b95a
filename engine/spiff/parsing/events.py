"""Reads events: their timers run by row, their errors tell their code to a variable."""

from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import (
    ERROR_EVENT_XPATH,
    ESCALATION_EVENT_XPATH,
    MESSAGE_EVENT_XPATH,
    SIGNAL_EVENT_XPATH,
    TERMINATION_EVENT_XPATH,
    TIMER_EVENT_XPATH,
    BoundaryEventParser,
    EndEventParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    ReceiveTaskParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import StartEvent
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.specs.base import TaskSpec

from engine.spiff.parsing.names import bpmn, camunda
from engine.spiff.parsing.tasks import OperatorTasks
from engine.spiff.specs.event_subprocesses import EventTrigger
from engine.spiff.specs.events import Boundary, CatchEvent, EventGateway, ReceiveTask
from engine.spiff.specs.foreseeing import foreseeing
from engine.spiff.specs.starts import ProcessStart, StartTrigger
from engine.spiff.specs.tasks import OperatorTask
from engine.spiff.specs.throws import EndEvent, ThrowEvent
from engine.spiff.timers import CycleTimer, DateTimer, DurationTimer, RowTimer

#: What an end event may do.
_ENDS = [
    SIGNAL_EVENT_XPATH,
    ERROR_EVENT_XPATH,
    ESCALATION_EVENT_XPATH,
    TERMINATION_EVENT_XPATH,
]

_TIMERS = (("timeDate", DateTimer), ("timeDuration", DurationTimer), ("timeCycle", CycleTimer))


#: What may start an event sub-process.
_STARTS = [
    MESSAGE_EVENT_XPATH,
    SIGNAL_EVENT_XPATH,
    TIMER_EVENT_XPATH,
    ERROR_EVENT_XPATH,
    ESCALATION_EVENT_XPATH,
]


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

    def parse_error_event(self, error_event: Any) -> Any:  # noqa: ANN401 — a class of SpiffWorkflow without types
        """Return the definition of an `errorEventDefinition`."""
        definition = super().parse_error_event(error_event)  # type: ignore[misc]  # as above
        definition.code_variable = error_event.get(camunda("errorCodeVariable"))
        return definition

    def parse_escalation_event(self, escalation_event: Any) -> Any:  # noqa: ANN401 — as above
        """Return the definition of an `escalationEventDefinition`."""
        definition = super().parse_escalation_event(escalation_event)  # type: ignore[misc]  # as above
        definition.code_variable = escalation_event.get(camunda("escalationCodeVariable"))
        return definition


class _StartEvents(_RowTimerEvents, StartEventParser):
    """Start events: what starts an event sub-process waits outside of it."""

    def create_task(self) -> StartEvent:
        """Return the spec of one start event."""
        if self.node.getparent().get("triggeredByEvent") != "true":
            return self._create_start()
        task = self.spec_class(self.spec, self.bpmn_id, event_definition=NoneEventDefinition())
        task.bpmn_id = None
        self.spec.start.connect(task)
        return task

    def _create_start(self) -> StartEvent:
        """Return the spec of a start event of the flow, with what begins an instance there."""
        task = self.spec_class(
            self.spec,
            self.bpmn_id,
            event_definition=NoneEventDefinition(),
            trigger=self._trigger(),
            **self.bpmn_attributes,
        )
        self.spec.start.connect(task)
        return task

    def _trigger(self) -> StartTrigger | None:
        """Return what begins an instance here; None at a plain start event."""
        event = self.get_event_definition(_STARTS)
        if isinstance(event, RowTimer):
            return StartTrigger(element=self.bpmn_id, kind="timer", text=event.expression)
        if isinstance(event, MessageEventDefinition):
            return StartTrigger(element=self.bpmn_id, kind="message", text=event.name)
        if isinstance(event, SignalEventDefinition):
            return StartTrigger(element=self.bpmn_id, kind="signal", text=event.name)
        return None

    def create_trigger(self) -> EventTrigger:
        """Return what waits outside for the start of an event sub-process."""
        event = self.get_event_definition(_STARTS)
        interrupting = self.node.get("isInterrupting") != "false"
        return EventTrigger(
            self.spec,
            self.bpmn_id,
            event_definition=event,
            interrupting=interrupting,
            **self.bpmn_attributes,
        )


class _CatchEvents(_RowTimerEvents, IntermediateCatchEventParser):
    """Intermediate catch events with row timers."""


class _BoundaryEvents(_RowTimerEvents, BoundaryEventParser):
    """Boundary events with row timers, and codes that are told to a variable."""


class _Sending(OperatorTasks):
    """Events that throw a message: an operator sends it, as it does for a send task."""

    def message(self) -> OperatorTask | None:
        """Return the spec of what sends the message; None where none is thrown."""
        found = self.node.find(bpmn("messageEventDefinition"))
        if found is None:
            return None
        return self.with_topic(foreseeing(OperatorTask), found.get(camunda("topic")))


class _ThrowEvents(_Sending, _RowTimerEvents, IntermediateThrowEventParser):
    """Intermediate throw events."""

    def create_task(self) -> TaskSpec:
        """Return the spec of one throw event."""
        return self.message() or IntermediateThrowEventParser.create_task(self)


class _EndEvents(_Sending, _RowTimerEvents, EndEventParser):
    """End events; SpiffWorkflow's parser knows no signal there."""

    def create_task(self) -> TaskSpec:
        """Return the spec of one end event."""
        task: TaskSpec = self.message() or self._create_task(self.get_event_definition(_ENDS))
        task.connect(self.spec.end)
        return task


#: Element → its parser and the spec that it makes.
PARSERS = {
    "startEvent": (_StartEvents, ProcessStart),
    "intermediateCatchEvent": (_CatchEvents, CatchEvent),
    "receiveTask": (ReceiveTaskParser, ReceiveTask),
    "boundaryEvent": (_BoundaryEvents, Boundary),
    "intermediateThrowEvent": (_ThrowEvents, ThrowEvent),
    "endEvent": (_EndEvents, EndEvent),
    "eventBasedGateway": (TaskParser, EventGateway),
}
