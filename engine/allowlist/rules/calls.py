"""Call activities: what they call, which version of it, and what goes in and out."""

from collections.abc import Iterator

from engine.allowlist.diagram import Diagram
from engine.allowlist.placing import Element, finding
from engine.errors import Finding
from engine.spiff.parsing.names import camunda


def calls(diagram: Diagram) -> Iterator[Finding]:
    """Yield call activities that do not say clearly what they call and pass."""
    for call in diagram.named("callActivity"):
        called = (call.get("calledElement") or "").strip()
        if not called or "${" in called:
            yield finding(
                call,
                "call",
                "A call activity names the process that it calls, without an expression: name it.",
            )
        yield from _version(call)
        for way in ("in", "out"):
            for passed in call.iter(camunda(way)):
                yield from _passing(passed, way)


def _version(call: Element) -> Iterator[Finding]:
    """Yield what is wrong with the version that a call asks for."""
    version = call.get(camunda("calledElementVersion"))
    if (call.get(camunda("calledElementBinding")) == "version") != (version is not None):
        yield finding(
            call,
            "call",
            "calledElementVersion goes with calledElementBinding=version, and only with it: add or "
            "take away one.",
        )
    if version is not None and not (version.isdecimal() and version.strip("0")):
        yield finding(call, "call", "A calledElementVersion is a number from 1 on: write one.")


def _passing(passed: Element, way: str) -> Iterator[Finding]:
    """Yield what is wrong with one variable that goes in or out."""
    source = passed.get("source") or passed.get("sourceExpression")
    if passed.get("local") == "true":
        yield finding(
            passed, "call", f"camunda:{way} with local=true is not executed: take it away."
        )
    if passed.get("variables") != "all" and not (source and passed.get("target")):
        yield finding(
            passed,
            "call",
            f"camunda:{way} needs variables=all, or a target with a source or a sourceExpression: "
            "add them.",
        )
