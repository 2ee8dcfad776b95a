"""Sequence flows: their ends, their scope, their conditions, and what no token can reach."""

from collections.abc import Iterator

from engine.allowlist.diagram import Diagram
from engine.allowlist.naming import is_event_sub_process
from engine.allowlist.placing import Element, children, finding, local
from engine.allowlist.vocabulary import DEFINITION, SUB_PROCESSES
from engine.errors import Finding

_CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway"})
_NO_WAY_IN = frozenset({"startEvent", "boundaryEvent"})


def flows(diagram: Diagram) -> Iterator[Finding]:
    """Yield what is wrong with the sequence flows and with how nodes are joined by them."""
    for flow in diagram.named("sequenceFlow"):
        yield from _ends(flow, diagram)
    for node in diagram.nodes.values():
        yield from _default(node, diagram)
        yield from _choice(node, diagram)
    yield from _unreached(diagram)


def _ends(flow: Element, diagram: Diagram) -> Iterator[Finding]:
    """Yield what is wrong with the two ends of a flow (BPMN 2.0, table 7.3)."""
    for attribute in ("sourceRef", "targetRef"):
        name = flow.get(attribute, "")
        node = diagram.nodes.get(name)
        if node is None:
            yield finding(
                flow,
                "flow",
                f"Its {attribute} «{name[:60]}» is not in the process: lead it to something there.",
            )
        elif node.getparent() is not flow.getparent():
            yield finding(
                flow,
                "flow",
                f"Its {attribute} «{name}» is in another sub-process: a sequence flow cannot cross "
                "the edge; end the inner path, and lead on from the sub-process.",
            )
        elif wrong := _wrong_end(node, attribute):
            yield finding(flow, "flow", wrong)


def _wrong_end(node: Element, attribute: str) -> str | None:
    """Return why a flow cannot start or end at a node."""
    name = local(node)
    if attribute == "targetRef" and name in _NO_WAY_IN:
        return f"It leads to a «{name}», which nothing can lead to: lead it to what comes after."
    if attribute == "sourceRef" and name == "endEvent":
        return "It leaves an end event, where tokens end: use an intermediate event."
    if is_event_sub_process(node):
        return "It touches an event sub-process, which its start event alone starts: take it away."
    return None


def _default(node: Element, diagram: Diagram) -> Iterator[Finding]:
    """Yield what is wrong with a default flow (BPMN 2.0, 10.6.2)."""
    default = node.get("default")
    if default is None:
        return
    own = {flow.get("id"): flow for flow in diagram.outgoing.get(node.get("id", ""), ())}
    if default not in own:
        yield finding(
            node,
            "default",
            f"Its default flow «{default[:60]}» is none of its own outgoing flows: name one.",
        )
    elif children(own[default], "conditionExpression"):
        yield finding(
            own[default],
            "default",
            "A default flow is taken when no condition holds: take its condition away.",
        )


def _choice(node: Element, diagram: Diagram) -> Iterator[Finding]:
    """Yield the flows of a choice that say nothing of when they are taken."""
    outgoing = diagram.outgoing.get(node.get("id", ""), ())
    if local(node) != "exclusiveGateway" or len(outgoing) < 2:  # noqa: PLR2004 — one way is no choice
        return
    for flow in outgoing:
        if not children(flow, "conditionExpression") and flow.get("id") != node.get("default"):
            yield finding(
                flow,
                "flow",
                "It leaves a choice and says nothing of when it is taken: give it a condition, or "
                "make it the gateway's default.",
            )


def _unreached(diagram: Diagram) -> Iterator[Finding]:
    """Yield the nodes that no token can reach (BPMN 2.0, 10.5.2: where there is a start event)."""
    reached = {
        id_
        for id_, node in diagram.nodes.items()
        if local(node) == "startEvent" or is_event_sub_process(node)
    }
    waiting = list(reached)
    attached: dict[str, list[str]] = {}
    for event in diagram.named("boundaryEvent"):
        attached.setdefault(event.get("attachedToRef", ""), []).append(event.get("id", ""))
    while waiting:
        id_ = waiting.pop()
        targets = [flow.get("targetRef", "") for flow in diagram.outgoing.get(id_, ())]
        for target in {*targets, *attached.get(id_, ())} - reached:
            reached.add(target)
            waiting.append(target)
    for id_, node in diagram.nodes.items():
        if id_ not in reached and _has_a_start(node):
            yield finding(
                node, "flow", "No path leads here from a start event: connect it, or take it away."
            )


def _has_a_start(node: Element) -> bool:
    """Whether the scope of a node has a start event: where not, that is what is told."""
    scope = node.getparent()
    return scope is not None and bool(children(scope, "startEvent"))


def starts(diagram: Diagram) -> Iterator[Finding]:
    """Yield scopes without a start, or with several where one is meant."""
    for scope in diagram.named("process", *SUB_PROCESSES):
        found = children(scope, "startEvent")
        plain = [event for event in found if not _has_definition(event)]
        if not found:
            yield finding(scope, "start", f"This «{local(scope)}» has no start event: add one.")
        elif local(scope) != "process" and len(found) > 1:
            yield finding(
                scope, "start", f"This «{local(scope)}» has several start events: keep one."
            )
        elif local(scope) != "process" and not children(scope, "endEvent"):
            yield finding(scope, "end", f"This «{local(scope)}» has no end event: add one.")
        elif len(plain) > 1:
            yield finding(
                scope,
                "start",
                "This process has several start events without a definition, and nothing says "
                "which is meant: keep one, or give them messages.",
            )


def _has_definition(event: Element) -> bool:
    return any(local(c).endswith(DEFINITION) for c in event.iterchildren("*"))
