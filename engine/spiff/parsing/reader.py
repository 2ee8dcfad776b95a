"""Reads a checked diagram."""

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from engine.dmn.model import Decisions
from engine.errors import DeploymentRefused, Finding
from engine.spiff.parsing import calls, events, gateways, tasks
from engine.spiff.parsing import decisions as decision_tasks
from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.parsing.gateways import leaving
from engine.spiff.parsing.processes import Processes
from engine.spiff.specs.calling import Calling
from engine.spiff.specs.foreseeing import foreseeing
from engine.spiff.specs.starts import ProcessStart, StartTrigger

_OURS = {
    full_tag(element): made
    for element, made in {
        **gateways.PARSERS,
        **events.PARSERS,
        **tasks.PARSERS,
        **decision_tasks.PARSERS,
        **calls.PARSERS,
    }.items()
}


class _Parser(BpmnParser):
    """SpiffWorkflow's parser with our own task and event parsers."""

    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 — SpiffWorkflow's extension point is a class attribute
        tag: (leaving(parser), foreseeing(spec))
        for tag, (parser, spec) in {**BpmnParser.PARSER_CLASSES, **_OURS}.items()
    }
    PROCESS_PARSER_CLASS = Processes

    def __init__(self, decisions: Decisions) -> None:
        super().__init__()
        self.decisions = decisions


def spec_class(element: str) -> type:
    """Return the class of the specs that an element of BPMN 2.0 becomes.

    Args:
        element: Its local name, such as "userTask".
    """
    parsers = {**_Parser.PARSER_CLASSES, **_Parser.OVERRIDE_PARSER_CLASSES}
    found: type = parsers[full_tag(element)][1]
    return found


def parse(process: str, document: etree._Element, decisions: Decisions) -> ParsedDefinition:
    """Return a checked diagram as specs.

    Args:
        process: Which process of the file.
        document: The diagram, read with entities and network off.
        decisions: Those deployed beside it, for its business rule tasks.

    Raises:
        DeploymentRefused: SpiffWorkflow does not accept it.
    """
    parser = _Parser(decisions)
    try:
        parser.add_bpmn_xml(etree.ElementTree(document))
        spec = parser.get_spec(process)
        inner = _inner(parser, spec)
        called = calls.calls_of(spec, *inner.values())
        return ParsedDefinition(process, spec, inner, called, _starts(spec))
    except ValidationException as error:
        place = str(getattr(error, "id", None) or process)
        raise DeploymentRefused(
            [Finding(element_id=place, rule="parse", message=str(error))]
        ) from error


def _starts(spec: BpmnProcessSpec) -> tuple[StartTrigger, ...]:
    """Return what begins an instance of a process by itself."""
    starts = [task for task in spec.task_specs.values() if isinstance(task, ProcessStart)]
    return tuple(start.trigger for start in starts if start.trigger is not None)


def _inner(parser: _Parser, spec: BpmnProcessSpec) -> dict[str, BpmnProcessSpec]:
    """Return the specs of all sub-processes by id; what is called is bound when it is deployed."""
    found: dict[str, BpmnProcessSpec] = {}
    todo = [spec]
    while todo:
        for task in todo.pop().task_specs.values():
            if isinstance(task, SubWorkflowTask) and not isinstance(task, Calling):
                found[task.spec] = parser.get_spec(task.spec)
                todo.append(found[task.spec])
    return found
