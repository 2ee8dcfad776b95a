"""The smallest diagram that holds a cell of the allow-list, written from the cell's id.

The element that a finding must name is always `x`.
"""

from engine.allowlist.cell import Cell
from engine.allowlist.matching import attribute_cell
from engine.allowlist.vocabulary import EVENTS, LOOPS

from .cell_elements import MESSAGE, NEEDED, SIGNAL, element, event_sub_process, flow, process
from .diagrams import ask, end, node, sequence, start, timer

_DEFINITIONS = {
    "none": "",
    "message": MESSAGE,
    "timer": timer("PT1H"),
    "timer/date": timer("2026-03-10", "timeDate"),
    "timer/duration": timer("PT1H"),
    "timer/cycle": timer("R3/PT1H", "timeCycle"),
    "signal": SIGNAL,
    "error": '<bpmn:errorEventDefinition errorRef="err"/>',
    "escalation": '<bpmn:escalationEventDefinition escalationRef="esc"/>',
    "compensation": "<bpmn:compensateEventDefinition/>",
    "conditional": (
        "<bpmn:conditionalEventDefinition><bpmn:condition>${true}</bpmn:condition>"
        "</bpmn:conditionalEventDefinition>"
    ),
    "link": '<bpmn:linkEventDefinition name="there"/>',
    "cancel": "<bpmn:cancelEventDefinition/>",
    "terminate": "<bpmn:terminateEventDefinition/>",
    "multiple": MESSAGE + SIGNAL,
    "parallel-multiple": MESSAGE + SIGNAL,
}
_CARRIERS = ("userTask", "parallelGateway", "exclusiveGateway", "startEvent", "endEvent")
_STANDARD = "<bpmn:standardLoopCharacteristics/>"
_LOOPS = {
    "standard-loop": _STANDARD,
    "sequential": '<bpmn:multiInstanceLoopCharacteristics isSequential="true"/>',
    "parallel": "<bpmn:multiInstanceLoopCharacteristics/>",
}


def example(cell: Cell) -> str:
    """Write the diagram of a cell."""
    if cell.attribute:
        return _with_attribute(cell)
    if cell.element in EVENTS:
        return _event(cell)
    if cell.element.startswith("camunda:"):
        inside = f"<bpmn:extensionElements><{cell.id}/></bpmn:extensionElements>"
        return flow("userTask", inside=inside)
    name, _, rest = cell.id.partition("/")
    return _by_path(name, rest) if rest else element(name)


def bare(cell: Cell) -> str:
    """Write the diagram of a cell without its attribute."""
    return element(_carrier(cell))


def _carrier(cell: Cell) -> str:
    """Return the element that carries an attribute: any that has no cell of its own for it."""
    if cell.element != "*":
        return cell.element
    name, _, value = cell.attribute.partition("=")
    carriers = (each for each in _CARRIERS if attribute_cell(each, name, value or "7") is cell)
    return next(carriers)


def _with_attribute(cell: Cell) -> str:
    name, _, value = cell.attribute.partition("=")
    if name in NEEDED.get(cell.element, {}):
        return bare(cell)
    return element(_carrier(cell), f' {name}="{value or 7}"')


def _event(cell: Cell) -> str:
    """Write an event of a kind at its position."""
    more = {"parallelMultiple": "true"} if cell.event == "parallel-multiple" else {}
    inside = _DEFINITIONS[cell.event]
    interrupting = "false" if cell.id.endswith("/non-interrupting") else "true"
    if cell.element == "boundaryEvent":
        more |= {"attachedToRef": "ask", "cancelActivity": interrupting}
        around = start() + ask() + end() + sequence("start>ask>end")
        return process(around + node(cell.element, "x", inside, **more) + sequence("x>end"))
    if "/in-" in cell.id:
        if "/in-event" in cell.id:
            more |= {"isInterrupting": interrupting}
        return _inside(node(cell.element, "x", inside, **more), by_event="/in-event" in cell.id)
    x = node(cell.element, "x", inside, **more)
    if cell.element == "startEvent":
        return process(x + end() + sequence("x>end"))
    if cell.element == "endEvent":
        return process(start() + x + sequence("start>x"))
    return process(start() + x + end() + sequence("start>x>end"))


def _inside(event: str, *, by_event: bool) -> str:
    """Write a sub-process with a start event."""
    within = event + end("e") + sequence("x>e")
    if by_event:
        around = node("subProcess", "sub", within, triggeredByEvent="true")
        return process(start() + end() + sequence("start>end") + around)
    return process(start() + node("subProcess", "sub", within) + end() + sequence("start>sub>end"))


def _by_path(name: str, rest: str) -> str:
    """Write what is told apart by more than its name."""
    if name == "sequenceFlow":
        where, _, kind = rest.partition("-from-")
        return _several(kind) if where == "several" else _conditional(kind)
    if name == "eventBasedGateway":
        return _gateway_to(rest.removeprefix("to-"))
    if rest.startswith("event"):
        return event_sub_process(_STANDARD if rest == "event/loop" else "")
    if name in LOOPS:
        return flow("userTask", inside=f"<bpmn:{name}><bpmn:{rest}/></bpmn:{name}>")
    return flow(name, inside=_LOOPS[rest])


def _several(kind: str) -> str:
    """Write a node with two ways out."""
    x, way = (start("x"), "x") if kind == "event" else (start() + ask("x"), "start>x")
    return process(x + ask() + ask("b") + sequence(f"{way}>ask; x>b"))


def _conditional(kind: str) -> str:
    """Write a flow with a condition, out of some kind of node."""
    source = {"activity": "userTask", "event": "intermediateCatchEvent"}.get(kind, kind)
    condition = "<bpmn:conditionExpression>${true}</bpmn:conditionExpression>"
    return process(
        start()
        + node(source, "a", SIGNAL if kind == "event" else "")
        + end()
        + sequence("start>a")
        + node("sequenceFlow", "x", condition, sourceRef="a", targetRef="end")
    )


def _gateway_to(kind: str) -> str:
    """Write an event-based gateway with one way."""
    if kind in _DEFINITIONS:
        target = node("intermediateCatchEvent", "t", _DEFINITIONS[kind])
    elif kind == "receiveTask":
        target = node("receiveTask", "t", messageRef="m")
    else:
        target = ask("t")
    body = start() + node("eventBasedGateway", "x") + target + end()
    return process(body + sequence("start>x>t>end"))
