"""Loop markers: they say how often, and for what (BPMN 2.0, 10.3.8)."""

from collections.abc import Iterator

from engine.allowlist.diagram import Diagram
from engine.allowlist.placing import Element, children, finding
from engine.errors import ExpressionError, Finding
from engine.expressions import check, unwrap
from engine.spiff.parsing.names import camunda
from engine.spiff.specs.loops import MAX_INSTANCES


def loops(diagram: Diagram) -> Iterator[Finding]:
    """Yield loop markers that do not say how often, or that say it twice."""
    for marker in diagram.named("standardLoopCharacteristics"):
        yield from _standard(marker)
    for marker in diagram.named("multiInstanceLoopCharacteristics"):
        yield from _multi_instance(marker)
    for activity in {m.getparent() for m in diagram.named(*_MARKERS)}:
        if activity is not None and sum(len(children(activity, name)) for name in _MARKERS) > 1:
            yield finding(activity, "loop", "An activity has one loop marker: take one away.")


_MARKERS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


def _standard(marker: Element) -> Iterator[Finding]:
    maximum = marker.get("loopMaximum")
    if maximum is None and _said(marker, "loopCondition") is None:
        yield finding(marker, "loop", "A loop needs a loopCondition or a loopMaximum: add one.")
    if maximum is not None and not _is_count(maximum):
        yield finding(
            marker,
            "loop",
            f"A loopMaximum is a number from 1 to {MAX_INSTANCES}, not «{maximum[:20]}».",
        )


def _multi_instance(marker: Element) -> Iterator[Finding]:
    """Yield what is unclear about one multi-instance marker."""
    cardinality = _said(marker, "loopCardinality")
    collection = marker.get(camunda("collection")) or _said(marker, "loopDataInputRef")
    element = marker.get(camunda("elementVariable")) or _named(marker, "inputDataItem")
    results = _said(marker, "loopDataOutputRef"), _named(marker, "outputDataItem")
    if (cardinality is None) == (collection is None):
        yield finding(
            marker,
            "loop",
            "A multi-instance activity needs either a collection or a loopCardinality: say one.",
        )
    if element is not None and collection is None:
        yield finding(marker, "loop", "An element variable needs a collection: name it.")
    if element is not None and element == collection:
        yield finding(
            marker, "loop", "The collection and its element share one name: change the element's."
        )
    if (results[0] is None) != (results[1] is None):
        yield finding(
            marker,
            "loop",
            "Results are collected by loopDataOutputRef and outputDataItem: say both, or neither.",
        )
    if cardinality is not None:
        yield from _cardinality(marker, cardinality)


def _cardinality(marker: Element, text: str) -> Iterator[Finding]:
    """Yield what is wrong with a count: a number, or one expression."""
    inner = unwrap(text)
    if inner is None and not _is_count(text):
        yield finding(
            marker,
            "loop",
            f"A loopCardinality is ${{…}} or a number from 1 to {MAX_INSTANCES}, not "
            f"«{text[:20]}».",
        )
    elif inner is not None:
        try:
            check(inner)
        except ExpressionError as error:
            yield finding(marker, "expression", str(error))


def _is_count(text: str) -> bool:
    return len(text) < 10 and text.isdecimal() and 0 < int(text) <= MAX_INSTANCES  # noqa: PLR2004


def _said(marker: Element, name: str) -> str | None:
    """Return the text of a marker's child; None where it says nothing."""
    texts = ((found.text or "").strip() for found in children(marker, name))
    return next(filter(None, texts), None)


def _named(marker: Element, name: str) -> str | None:
    """Return the variable that a data item of a marker names."""
    found = next(iter(children(marker, name)), None)
    return (found.get("name") or found.get("id")) if found is not None else None
