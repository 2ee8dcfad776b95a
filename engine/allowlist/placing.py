"""Names of elements as the check uses them, and findings at their places."""

from lxml import etree

from engine.allowlist.cell import Cell
from engine.errors import Finding
from engine.spiff.parsing.names import BPMN, CAMUNDA

#: An element of the XML.
Element = etree._Element  # noqa: SLF001 — the only name that lxml gives its type


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return etree.QName(element).localname


def is_bpmn(element: Element) -> bool:
    """Whether an element is one of BPMN 2.0."""
    return etree.QName(element).namespace == BPMN


def is_camunda(element: Element) -> bool:
    """Whether an element is one of Camunda's."""
    return etree.QName(element).namespace == CAMUNDA


def parent_name(element: Element) -> str:
    """Return the name of the element around an element; empty for the root."""
    parent = element.getparent()
    return local(parent) if parent is not None else ""


def children(element: Element, name: str) -> list[Element]:
    """Return the children of one name, of BPMN 2.0."""
    return element.findall(f"{{{BPMN}}}{name}")


def finding(element: Element, rule: str, sentence: str) -> Finding:
    """Return a finding placed at the nearest element that has an id."""
    current: Element | None = element
    while current is not None and not current.get("id"):
        current = current.getparent()
    place = current.get("id") if current is not None else None
    return Finding(element_id=(place or "?")[:200], rule=rule, message=sentence)


def refusal(element: Element, cell: Cell) -> Finding:
    """Return the finding of a cell that is refused."""
    return finding(element, cell.rule, f"«{cell.label}»: {cell.refusal}")
