"""A diagram as the check sees it: what is looked at, and where it leads."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from engine.allowlist.placing import Element, is_bpmn, is_camunda, local
from engine.allowlist.vocabulary import FLOW_NODES

_ROOTS = frozenset({"message", "signal", "error", "escalation"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagram:
    """What runs of a file: its executable process, and the roots that it names.

    Args:
        elements: All elements that are looked at, in the file's order.
        nodes: Flow nodes by id.
        outgoing: Sequence flows by the id that they leave.
        incoming: Sequence flows by the id that they lead to.
        roots: Messages, signals, errors and escalations by (name, id).
    """

    elements: Sequence[Element]
    nodes: Mapping[str, Element]
    outgoing: Mapping[str, Sequence[Element]]
    incoming: Mapping[str, Sequence[Element]]
    roots: Mapping[tuple[str, str], Element]

    def named(self, *names: str) -> Iterator[Element]:
        """Yield the elements of BPMN 2.0 that have one of these names."""
        wanted = frozenset(names)
        return (each for each in self.elements if is_bpmn(each) and local(each) in wanted)


def read(root: Element) -> Diagram:
    """Return what is looked at of a file.

    Args:
        root: The file's root element.
    """
    elements = list(_looked_at(root))
    nodes: dict[str, Element] = {}
    roots: dict[tuple[str, str], Element] = {}
    outgoing: dict[str, list[Element]] = defaultdict(list)
    incoming: dict[str, list[Element]] = defaultdict(list)
    for element in filter(is_bpmn, elements):
        name, id_ = local(element), element.get("id", "")
        if name in FLOW_NODES:
            nodes.setdefault(id_, element)
        elif name in _ROOTS:
            roots.setdefault((name, id_), element)
        elif name == "sequenceFlow":
            outgoing[element.get("sourceRef", "")].append(element)
            incoming[element.get("targetRef", "")].append(element)
    return Diagram(
        elements=elements, nodes=nodes, outgoing=outgoing, incoming=incoming, roots=roots
    )


def _looked_at(root: Element) -> Iterator[Element]:
    """Yield what may change what runs.

    Left alone: pools that are not executable, extensions that are not Camunda's, the layout.
    """
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if not is_bpmn(element) and not is_camunda(element):
            continue
        if local(element) == "process" and element.get("isExecutable", "false") == "false":
            continue
        yield element
        waiting.extend(element.iterchildren("*", reversed=True))


def without_what_is_left_alone(root: Element) -> Element:
    """Return a copy of a file without what is left alone; the layout stays.

    SpiffWorkflow takes any element whose name ends in sequenceFlow for one, in whatever
    namespace, and looks into every process.

    Args:
        root: The file's root element, checked.
    """
    copy = etree.fromstring(etree.tostring(root), etree.XMLParser(resolve_entities=False))
    keep = set(_looked_at(copy))
    for element in list(copy.iter("*")):
        parent = element.getparent()
        inside = parent is not None and parent in keep
        if parent is not None and inside and element not in keep and not _is_layout(element):
            parent.remove(element)
    return copy


def _is_layout(element: Element) -> bool:
    """Whether an element is the diagram's layout."""
    return local(element) == "BPMNDiagram"
