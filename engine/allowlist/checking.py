"""Puts the cells and the rules together: all that is wrong with a diagram, at once.

SpiffWorkflow passes over in silence much that it does not do, so this decides before its parser
does: an element, an event at a position, an attribute is executed or kept as its cell says, or
refused with its place and with what to do instead.
"""

from collections.abc import Iterator

from engine.allowlist.diagram import read
from engine.allowlist.matching import by_cells
from engine.allowlist.placing import Element
from engine.allowlist.rules.flows import flows, starts
from engine.allowlist.rules.identifiers import identifiers
from engine.allowlist.rules.layout import layout
from engine.allowlist.rules.references import references
from engine.allowlist.rules.tasks import topics
from engine.allowlist.rules.texts import texts
from engine.errors import Finding
from engine.operators import OperatorRegistry


def findings(root: Element, operators: OperatorRegistry) -> Iterator[Finding]:
    """Yield all that keeps a diagram from running.

    Args:
        root: The diagram's root element.
        operators: Decides which topics exist.
    """
    diagram = read(root)
    yield from by_cells(diagram)
    yield from identifiers(diagram)
    yield from references(diagram)
    yield from starts(diagram)
    yield from flows(diagram)
    yield from texts(diagram)
    yield from topics(diagram, operators)
    yield from layout(root)
