"""Reads a checked diagram."""

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine.errors import DeploymentRefused, Finding
from engine.spiff.parsing import events, tasks
from engine.spiff.parsing.definition import ParsedDefinition


class _Parser(BpmnParser):
    """SpiffWorkflow's parser with our own task and event parsers."""

    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 — SpiffWorkflow's extension point is a class attribute
        full_tag(element): made for element, made in {**events.PARSERS, **tasks.PARSERS}.items()
    }


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
