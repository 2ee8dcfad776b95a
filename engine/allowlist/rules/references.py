"""References: what an element names by id is there, and says what is needed of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.allowlist.diagram import Diagram
from engine.allowlist.placing import Element, finding, local, parent_name
from engine.allowlist.vocabulary import ACTIVITIES
from engine.errors import Finding

_THROWERS = frozenset({"endEvent", "intermediateThrowEvent"})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reference:
    """One kind of reference.

    Args:
        attribute: What names it.
        kind: What it names.
        needs: The attribute that the named element must have.
        catch_all: Whether an event that catches may do without: it then catches any.
    """

    attribute: str
    kind: str
    needs: str
    catch_all: bool = False


_REFERENCES = {
    "messageEventDefinition": _Reference(attribute="messageRef", kind="message", needs="name"),
    "receiveTask": _Reference(attribute="messageRef", kind="message", needs="name"),
    "signalEventDefinition": _Reference(attribute="signalRef", kind="signal", needs="name"),
    "errorEventDefinition": _Reference(
        attribute="errorRef", kind="error", needs="errorCode", catch_all=True
    ),
    "escalationEventDefinition": _Reference(
        attribute="escalationRef", kind="escalation", needs="escalationCode", catch_all=True
    ),
}


def references(diagram: Diagram) -> Iterator[Finding]:
    """Yield references that are missing, lead nowhere, or to something incomplete."""
    for element in diagram.named(*_REFERENCES):
        yield from _reference(element, _REFERENCES[local(element)], diagram)
    for event in diagram.named("boundaryEvent"):
        yield from _attached(event, diagram)


def _reference(element: Element, reference: _Reference, diagram: Diagram) -> Iterator[Finding]:
    """Yield what is wrong with one reference to a root of the file."""
    target = element.get(reference.attribute)
    if not target:
        if not reference.catch_all or parent_name(element) in _THROWERS:
            yield finding(
                element,
                reference.kind,
                f"A «{local(element)}» needs a {reference.kind}: name one by "
                f"{reference.attribute}.",
            )
        return
    found = diagram.roots.get((reference.kind, target.split(":")[-1]))
    if found is None:
        yield finding(
            element,
            "reference",
            f"The {reference.kind} «{target[:60]}» is not in the file: add it, or name another.",
        )
    elif not (found.get(reference.needs) or "").strip():
        yield finding(
            found,
            "reference",
            f"The {reference.kind} «{target[:60]}» has no {reference.needs}: give it one.",
        )


def _attached(event: Element, diagram: Diagram) -> Iterator[Finding]:
    """Yield what is wrong with the activity that a boundary event stands at."""
    target = event.get("attachedToRef", "")
    host = diagram.nodes.get(target)
    if host is None or local(host) not in ACTIVITIES:
        yield finding(
            event,
            "reference",
            f"The activity «{target[:60]}» is not in the file: attach the event to one.",
        )
    elif host.getparent() is not event.getparent():
        yield finding(
            event,
            "reference",
            f"The activity «{target}» is in another sub-process: move the event beside it.",
        )
