"""Reads BPMN 2.0 with Camunda 7's attributes into SpiffWorkflow's specs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    IntermediateCatchEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import ScriptTaskParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    IntermediateCatchEvent,
    ScriptTask,
    StartEvent,
)

from engine.errors import DeploymentRefused, Finding
from engine.spiff.specs import HumanTask, OperatorTask
from engine.spiff.timers import DateTimer, DurationTimer, RowTimer

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"

#: Attempts after the first, where the diagram says nothing: a minute in all, then an incident.
DEFAULT_RETRY_DELAYS = ("PT2S", "PT8S", "PT30S")


def camunda(name: str) -> str:
    """Return the full name of an attribute or element of Camunda's vocabulary."""
    return f"{{{CAMUNDA}}}{name}"


def bpmn(name: str) -> str:
    """Return the full name of an element of BPMN 2.0."""
    return f"{{{BPMN}}}{name}"


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


class _OperatorTasks(TaskParser):
    """Service tasks that name an operator by topic."""

    def create_task(self) -> OperatorTask:
        """Return the spec of one service task."""
        task: OperatorTask = self.spec_class(
            self.spec, self.bpmn_id, topic=self.node.get(camunda("topic")), **self.bpmn_attributes
        )
        task.parameters = {
            parameter.get("name"): (parameter.text or "").strip()
            for parameter in self.node.iter(camunda("inputParameter"))
        }
        retry = self.node.find(f".//{camunda('failedJobRetryTimeCycle')}")
        task.retry_delays = (
            retry_delays(retry.text or "") if retry is not None else DEFAULT_RETRY_DELAYS
        )
        return task


class _HumanTasks(TaskParser):
    """User tasks with Camunda's attributes."""

    def create_task(self) -> HumanTask:
        """Return the spec of one user task."""
        task: HumanTask = self.spec_class(self.spec, self.bpmn_id, **self.bpmn_attributes)
        task.form = self.node.get(camunda("formRef")) or self.node.get(camunda("formKey"))
        task.assignee = self.node.get(camunda("assignee"))
        groups = self.node.get(camunda("candidateGroups")) or ""
        task.candidate_groups = tuple(filter(None, (name.strip() for name in groups.split(","))))
        return task


class _Parser(BpmnParser):
    """SpiffWorkflow's parser with our own task and event parsers."""

    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 — SpiffWorkflow's extension point is a class attribute
        full_tag("serviceTask"): (_OperatorTasks, OperatorTask),
        full_tag("userTask"): (_HumanTasks, HumanTask),
        full_tag("scriptTask"): (ScriptTaskParser, ScriptTask),
        full_tag("startEvent"): (_StartEvents, StartEvent),
        full_tag("intermediateCatchEvent"): (_CatchEvents, IntermediateCatchEvent),
        full_tag("boundaryEvent"): (_BoundaryEvents, BoundaryEvent),
    }


@dataclass(frozen=True, slots=True)
class ParsedDefinition:
    """A definition ready to run; shared by all its instances and never changed.

    Args:
        process: The BPMN id of the process.
        spec: SpiffWorkflow's spec of the process.
        subprocess_specs: Those of its sub-processes by id.
    """

    process: str
    spec: BpmnProcessSpec
    subprocess_specs: Mapping[str, BpmnProcessSpec]


def retry_delays(text: str) -> tuple[str, ...]:
    """Return Camunda's retry text as the delays between attempts.

    Args:
        text: `R3/PT10S` (three times, ten seconds apart) or a list `PT5S,PT1M,PT10M`.
    """
    stripped = text.strip()
    if stripped.startswith("R") and "/" in stripped:
        times, delay = stripped[1:].split("/", 1)
        return (delay,) * int(times)
    return tuple(filter(None, (part.strip() for part in stripped.split(","))))


def parse(process: str, document: etree._Element) -> ParsedDefinition:
    """Return a checked diagram as specs.

    Args:
        process: Which process of the file.
        document: The diagram, read with entities and network off.

    Raises:
        DeploymentRefused: SpiffWorkflow does not accept it.
    """
    parser = _Parser()
    try:
        parser.add_bpmn_xml(etree.ElementTree(document))
        spec = parser.get_spec(process)
        return ParsedDefinition(process, spec, parser.get_subprocess_specs(process))
    except ValidationException as error:
        place = str(getattr(error, "id", None) or process)
        raise DeploymentRefused(
            [Finding(element_id=place, rule="parse", message=str(error))]
        ) from error
