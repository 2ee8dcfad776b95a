"""Findings that the cells themselves decide: what is refused, what is unknown."""

from collections.abc import Iterator

from lxml import etree

from engine.allowlist.cell import Cell, Treatment
from engine.allowlist.cells import BY_ID
from engine.allowlist.diagram import Diagram
from engine.allowlist.naming import cells_of
from engine.allowlist.placing import (
    Element,
    finding,
    is_bpmn,
    local,
    parent_name,
    refusal,
)
from engine.allowlist.vocabulary import FLOW_NODES, PARENTS
from engine.errors import Finding
from engine.spiff.parsing.names import BPMN, CAMUNDA


def by_cells(diagram: Diagram) -> Iterator[Finding]:
    """Yield what is refused or unknown: elements at their positions, and attributes.

    Of what belongs to something refused, only what is refused by a cell of its own is told.
    """
    told: set[Element] = set()
    for element in diagram.elements:
        cells = list(cells_of(element, diagram))
        parent = element.getparent()
        if any(map(_is_refused, cells)) or (parent in told and local(element) not in FLOW_NODES):
            told.add(element)
        for cell in filter(_is_refused, cells):
            if cell in BY_ID or parent not in told:
                yield _of_cell(element, cell)
        if parent not in told:
            yield from _position(element)
        for attribute, value in element.attrib.items():
            yield from _attribute(element, str(attribute), str(value), told=element in told)


def _is_refused(cell_id: str) -> bool:
    cell = BY_ID.get(cell_id)
    return cell is None or cell.treatment is Treatment.REFUSED


def _of_cell(element: Element, cell_id: str) -> Finding:
    """Return the finding of a cell that is refused, or of what is no cell."""
    if cell_id in BY_ID:
        return refusal(element, BY_ID[cell_id])
    whose = "BPMN 2.0" if is_bpmn(element) else "Camunda's vocabulary"
    return finding(
        element, "element", f"«{cell_id}» is unknown in {whose}: look at how it is spelt."
    )


def _position(element: Element) -> Iterator[Finding]:
    """Yield the finding of an element that stands in something that cannot hold it."""
    name, inside = local(element), parent_name(element)
    if is_bpmn(element) and name in PARENTS and inside not in PARENTS[name]:
        places = ", ".join(sorted(PARENTS[name]))
        what = f"«{name}» cannot stand in «{inside}»" if inside else f"«{name}» cannot stand alone"
        yield finding(element, "position", f"{what}: move it into one of {places}.")


def _attribute(element: Element, name: str, value: str, *, told: bool) -> Iterator[Finding]:
    """Yield the finding of an attribute.

    Args:
        element: What carries it.
        name: Its name, with the namespace.
        value: Its value.
        told: Whether the element itself is refused: then what is unknown at it is not told.
    """
    label = _label(element, name)
    if label is None:
        return
    cell = attribute_cell(local(element), label, value)
    if cell is not None and cell.treatment is Treatment.REFUSED:
        yield refusal(element, cell)
    elif cell is None and not told:
        yield finding(
            element,
            "attribute",
            f"«{label}» with the value «{value[:60]}» is unknown at «{local(element)}»: look at "
            "how it is spelt, or take it away.",
        )


def _label(element: Element, name: str) -> str | None:
    """Return what the cells call an attribute; None for one that is left alone."""
    if not is_bpmn(element):
        return None
    whole = etree.QName(name)
    prefixes = {"": "", CAMUNDA: "camunda:", BPMN: "bpmn:"}
    prefix = prefixes.get(whole.namespace or "")
    return None if prefix is None else prefix + whole.localname


def attribute_cell(element: str, attribute: str, value: str) -> Cell | None:
    """Return the cell of an attribute: of the element or of any, of the value or of any."""
    for owner in (element, "*"):
        for written in (f"{attribute}={value}", attribute):
            if cell := BY_ID.get(f"{owner}/@{written}"):
                return cell
    return None
