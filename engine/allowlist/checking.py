"""What a diagram may hold: all else is refused at deploy, with its place.

SpiffWorkflow passes over in silence much that it does not do, so this list decides before its
parser does: an element, an event at a position, an attribute is either here, with a test that
runs it, or refused by name.
"""

from collections.abc import Iterator

from lxml import etree

from engine.errors import ExpressionError, Finding
from engine.expressions import check, unwrap
from engine.operators import OperatorRegistry
from engine.spiff.parsing.names import BPMN, CAMUNDA, bpmn, camunda
from engine.spiff.script_engine import assignments

#: Flow nodes that run.
FLOW_NODES = frozenset(
    {
        "startEvent",
        "endEvent",
        "boundaryEvent",
        "intermediateCatchEvent",
        "userTask",
        "serviceTask",
        "scriptTask",
        "receiveTask",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "subProcess",
    }
)

#: Event definitions that run, by the position of the event that holds them.
EVENTS = {
    "startEvent": frozenset[str](),
    "endEvent": frozenset({"terminateEventDefinition"}),
    "boundaryEvent": frozenset(
        {"timerEventDefinition", "messageEventDefinition", "errorEventDefinition"}
    ),
    "intermediateCatchEvent": frozenset({"timerEventDefinition", "messageEventDefinition"}),
}

#: Elements that carry structure, text or layout and change nothing that runs.
_PASSIVE = frozenset(
    {
        "definitions",
        "process",
        "sequenceFlow",
        "conditionExpression",
        "extensionElements",
        "documentation",
        "incoming",
        "outgoing",
        "message",
        "error",
        "laneSet",
        "lane",
        "flowNodeRef",
        "collaboration",
        "participant",
        "textAnnotation",
        "text",
        "association",
        "category",
        "categoryValue",
        "group",
        "timeDate",
        "timeDuration",
        "script",
    }
)

#: Camunda's attributes and elements that would bring code in, refused by name.
_CODE = frozenset(
    {
        "class",
        "delegateExpression",
        "expression",
        "executionListener",
        "taskListener",
        "connector",
        "script",
    }
)

_EVENT_SUFFIX = "EventDefinition"


def findings(root: etree._Element, operators: OperatorRegistry) -> Iterator[Finding]:
    """Yield all that keeps a diagram from running.

    Args:
        root: The diagram's root element.
        operators: Decides which topics exist.
    """
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        if name.namespace == BPMN:
            yield from _of_bpmn(element, name.localname, operators)
        if name.namespace == CAMUNDA and name.localname in _CODE:
            yield _finding(element, "no-code", f"«camunda:{name.localname}» would run code")
        yield from _code_attributes(element)


def _of_bpmn(element: etree._Element, name: str, operators: OperatorRegistry) -> Iterator[Finding]:
    """Yield the findings of one BPMN element."""
    if name.endswith(_EVENT_SUFFIX):
        yield from _event(element, name)
    elif name not in FLOW_NODES and name not in _PASSIVE:
        yield _finding(element, "element", f"«{name}» is not executed here")
    if name == "subProcess" and element.get("triggeredByEvent") == "true":
        yield _finding(element, "element", "an event sub-process is not executed here")
    yield from _tasks(element, name, operators)
    yield from _texts(element, name)


def _event(element: etree._Element, name: str) -> Iterator[Finding]:
    """Yield the finding of an event definition at a position where it does not run."""
    parent = element.getparent()
    position = etree.QName(parent).localname if parent is not None else ""
    if name not in EVENTS.get(position, frozenset()):
        yield _finding(element, "event", f"«{name}» is not executed at a «{position}»")
    elif parent is not None and _definitions(parent) > 1:
        yield _finding(element, "event", "an event with several definitions is not executed here")
    if name == "timerEventDefinition" and element.find(bpmn("timeCycle")) is not None:
        yield _finding(element, "event", "a repeating timer (timeCycle) is not executed here")


def _definitions(event: etree._Element) -> int:
    """Return how many event definitions an event holds."""
    return sum(1 for child in event if etree.QName(child).localname.endswith(_EVENT_SUFFIX))


def _tasks(element: etree._Element, name: str, operators: OperatorRegistry) -> Iterator[Finding]:
    """Yield what is wrong with a task."""
    if name == "serviceTask":
        topic = element.get(camunda("topic"))
        if element.get(camunda("type")) != "external" or not topic:
            yield _finding(
                element, "topic", "a service task needs camunda:type=external and a topic"
            )
        elif topic not in operators:
            yield _finding(element, "topic", f"no service task is known under «{topic}»")
    loops = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
    if any(element.find(bpmn(loop)) is not None for loop in loops):
        yield _finding(element, "loop", "a loop marker is not executed here")
    if name == "receiveTask" and not element.get("messageRef"):
        yield _finding(element, "message", "a receive task needs a message")


def _texts(element: etree._Element, name: str) -> Iterator[Finding]:
    """Yield the expressions that do not compile."""
    text = (element.text or "").strip()
    try:
        if name == "conditionExpression":
            inner = unwrap(text)
            if inner is None:
                yield _finding(element, "expression", "a condition stands in ${…}")
            else:
                check(inner)
        elif name in {"timeDate", "timeDuration"} and (inner := unwrap(text)):
            check(inner)
        elif name == "script":
            for _, expression in assignments(text):
                check(expression)
    except ExpressionError as error:
        yield _finding(element, "expression", str(error))


def _code_attributes(element: etree._Element) -> Iterator[Finding]:
    """Yield Camunda attributes that would run code."""
    for attribute in element.attrib:
        name = etree.QName(attribute)
        if name.namespace == CAMUNDA and name.localname in _CODE:
            yield _finding(element, "no-code", f"«camunda:{name.localname}» would run code")


def _finding(element: etree._Element, rule: str, message: str) -> Finding:
    """Return a finding placed at the nearest element that has an id."""
    current: etree._Element | None = element
    while current is not None and not current.get("id"):
        current = current.getparent()
    place = current.get("id") if current is not None else None
    return Finding(element_id=place or "?", rule=rule, message=message + ".")
