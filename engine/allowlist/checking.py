"""Puts the cells and the rules together: all that is wrong with a diagram, at once.

SpiffWorkflow passes over in silence much that it does not do, so this decides before its parser
does: an element, an event at a position, an attribute is executed or kept as its cell says, or
refused with its place and with what to do instead.
"""

from collections.abc import Iterator
from itertools import islice

from engine.allowlist.diagram import read
from engine.allowlist.matching import by_cells
from engine.allowlist.placing import Element
from engine.allowlist.rules.calls import calls
from engine.allowlist.rules.flows import flows, starts
from engine.allowlist.rules.identifiers import identifiers
from engine.allowlist.rules.layout import layout
from engine.allowlist.rules.loops import loops
from engine.allowlist.rules.references import references
from engine.allowlist.rules.size import size
from engine.allowlist.rules.tasks import scripts, topics
from engine.allowlist.rules.texts import texts
from engine.errors import Finding
from engine.operators import OperatorRegistry

#: More than anybody mends in one go. Attack: a message of megabytes for the log and the screen.
MAX_FINDINGS = 500


def findings(root: Element, operators: OperatorRegistry) -> Iterator[Finding]:
    """Yield all that keeps a diagram from running.

    Args:
        root: The diagram's root element.
        operators: Decides which topics exist.
    """
    found = _all(root, operators)
    yield from islice(found, MAX_FINDINGS)
    if next(found, None) is not None:
        yield Finding(
            element_id="?",
            rule="findings",
            message=f"There are more than these {MAX_FINDINGS}: mend them, then deploy again.",
        )


def _all(root: Element, operators: OperatorRegistry) -> Iterator[Finding]:
    """Yield all findings, or only that the process is too large to be looked at."""
    diagram = read(root)
    if too_large := list(size(diagram)):
        yield from too_large
        return
    yield from by_cells(diagram)
    yield from identifiers(diagram)
    yield from references(diagram)
    yield from starts(diagram)
    yield from flows(diagram)
    yield from loops(diagram)
    yield from calls(diagram)
    yield from texts(diagram)
    yield from scripts(diagram)
    yield from topics(diagram, operators)
    yield from layout(root)
