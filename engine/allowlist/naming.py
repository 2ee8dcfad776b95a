"""Which cells of the allow-list an element of a diagram is."""

from collections.abc import Iterator

from engine.allowlist.cells import BY_ID
from engine.allowlist.diagram import Diagram
from engine.allowlist.placing import Element, children, is_bpmn, is_camunda, local, parent_name
from engine.allowlist.vocabulary import (
    ACTIVITIES,
    DEFINITION,
    EVENT_KINDS,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    LOOPS,
    TIMER_KINDS,
)

#: What an event-based gateway may lead to, by event, beside receive tasks.
_AWAITED = ("message", "timer", "signal", "conditional")


def cells_of(element: Element, diagram: Diagram) -> Iterator[str]:
    """Yield the ids of the cells that an element is, known or not."""
    name = local(element)
    if is_camunda(element):
        yield f"camunda:{name}"
    elif name in EVENTS:
        yield event_cell(element)
    elif name in LOOPS:
        yield from _loop(element)
    elif name == "subProcess" and is_event_sub_process(element):
        yield "subProcess/event"
    elif f"{parent_name(element)}/{name}" in BY_ID:
        yield f"{parent_name(element)}/{name}"
    elif name not in EVENT_KINDS:
        yield name
    yield from _of_flows(element, name, diagram)


def event_cell(event: Element) -> str:
    """Return the id of an event's cell: its position, its definition, whether it interrupts."""
    return "/".join(filter(None, (_position(event), _definition(event), _mode(event))))


def is_event_sub_process(element: Element | None) -> bool:
    """Whether an element is an event sub-process."""
    if element is None or local(element) != "subProcess":
        return False
    return element.get("triggeredByEvent") == "true"


def _position(event: Element) -> str:
    name, parent = local(event), event.getparent()
    if name != "startEvent" or parent is None or local(parent) == "process":
        return name
    return f"{name}/{'in-event-sub-process' if is_event_sub_process(parent) else 'in-sub-process'}"


def _definition(event: Element) -> str:
    """Return how the cells call what an event waits for or throws."""
    found = [c for c in event.iterchildren("*") if is_bpmn(c) and local(c).endswith(DEFINITION)]
    if not found:
        return "none"
    if len(found) > 1:
        return "parallel-multiple" if event.get("parallelMultiple") == "true" else "multiple"
    kind = EVENT_KINDS.get(local(found[0]), local(found[0]))
    return f"timer/{timer_kind(found[0])}" if kind == "timer" else kind


def timer_kind(definition: Element) -> str:
    """Return what a timer holds; a date where it holds nothing, which its own rule tells."""
    kinds = [kind for name, kind in TIMER_KINDS.items() if children(definition, name)]
    return kinds[0] if kinds else "date"


def _mode(event: Element) -> str:
    """Return whether an event interrupts, where that is a question."""
    if local(event) == "boundaryEvent":
        no = event.get("cancelActivity") == "false"
    elif local(event) == "startEvent" and is_event_sub_process(event.getparent()):
        no = event.get("isInterrupting") == "false"
    else:
        return ""
    return "non-interrupting" if no else "interrupting"


def _loop(element: Element) -> Iterator[str]:
    """Yield the cell of a loop marker; none where the activity itself is refused."""
    activity = element.getparent()
    name = parent_name(element)
    if is_event_sub_process(activity):
        yield "subProcess/event/loop"
    elif name in BY_ID and (BY_ID[name].executed or f"{name}/parallel" in BY_ID):
        if local(element) == "standardLoopCharacteristics":
            yield f"{name}/standard-loop"
        else:
            one_by_one = element.get("isSequential") == "true"
            yield f"{name}/{'sequential' if one_by_one else 'parallel'}"


def _of_flows(element: Element, name: str, diagram: Diagram) -> Iterator[str]:
    """Yield the cells that depend on where sequence flows start and lead."""
    if name == "sequenceFlow" and children(element, "conditionExpression"):
        source = diagram.nodes.get(element.get("sourceRef", ""))
        if source is not None:
            yield f"sequenceFlow/condition-from-{_kind(source)}"
    if name not in FLOW_NODES:
        return
    outgoing = diagram.outgoing.get(element.get("id", ""), ())
    if len(outgoing) > 1 and name not in GATEWAYS:
        yield f"sequenceFlow/several-from-{_kind(element)}"
    if name == "eventBasedGateway":
        targets = (diagram.nodes.get(flow.get("targetRef", "")) for flow in outgoing)
        yield from (f"{name}/to-{_awaited(target)}" for target in targets if target is not None)


def _kind(node: Element) -> str:
    name = local(node)
    if name in ACTIVITIES:
        return "activity"
    return "event" if name in EVENTS else name


def _awaited(target: Element) -> str:
    """Return how the cells call what an event-based gateway leads to."""
    if local(target) == "receiveTask":
        return "receiveTask"
    kind = _definition(target).split("/")[0] if local(target) == "intermediateCatchEvent" else ""
    return kind if kind in _AWAITED else "other"
