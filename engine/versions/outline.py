"""A version as plain data: its nodes, how they follow each other, what stands inside what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

#: The sub-processes around a node, from outside in; () is the process itself.
Path = tuple[str, ...]

#: What the engine adds to an element, by the end of its name.
_ADDED = (
    ".BoundaryEventSplit",
    ".BoundaryEventJoin",
    ".StartEventSplit",
    ".StartEventJoin",
    ".EndJoin",
    ".Flows",
    " [child]",
)

SPLIT = ".BoundaryEventSplit"

#: What the engine puts before the start events of a scope.
START = "Start"


def base_of(name: str) -> str:
    """Return the element that the engine added something to; else the name itself."""
    return next((name.removesuffix(end) for end in _ADDED if name.endswith(end)), name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """One node of a process or sub-process.

    Args:
        name: Unique in its scope; the diagram's id, or one that the engine added.
        element: The diagram's id; None for what the engine added.
        label: What people read on it.
        kind: Such as "user task" or "timer boundary event".
        attached_to: The activity that an event waits beside; `START` where that is the whole
            scope, as for the start of an event sub-process.
        interrupting: Whether it ends that; None for all else.
        inside: The name of what stands inside a sub-process or call activity.
        looping: How its instances are counted, where it has several.
        details: What else may differ: form, topic, timer, message, each as text.
    """

    name: str
    element: str | None
    label: str | None
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attached_to: str | None = None
    interrupting: bool | None = None
    inside: str | None = None
    looping: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_join(self) -> bool:
        """Whether tokens may wait for each other here."""
        return self.kind in {"parallel gateway", "inclusive gateway"} and len(self.inputs) > 1

    @property
    def forks(self) -> bool:
        """Whether one token may become several here."""
        return self.kind not in {"exclusive gateway", "event-based gateway"}


@dataclass(frozen=True, slots=True)
class Outline:
    """One version.

    Args:
        scopes: Path → its nodes by name.
    """

    scopes: Mapping[Path, Mapping[str, Node]]

    def nodes(self) -> Iterator[tuple[Path, Node]]:
        """Yield every node with the sub-processes around it."""
        for path, nodes in self.scopes.items():
            for node in nodes.values():
                yield path, node

    def elements(self) -> dict[str, tuple[Path, Node]]:
        """Return the diagram's elements by id; of a loop, the loop itself."""
        found: dict[str, tuple[Path, Node]] = {}
        for path, node in self.nodes():
            if node.element is not None and node.name == node.element:
                found[node.element] = path, node
        return found

    def joins(self) -> frozenset[str]:
        """Return the names of the gateways at which tokens may wait for each other."""
        return frozenset(node.name for _, node in self.nodes() if node.is_join)

    def is_called(self, path: Path) -> bool:
        """Whether a scope is inside a called process, which is a matter of its own."""
        return any(
            self.scopes[path[:depth]][name].kind == "call activity"
            for depth, name in enumerate(path)
        )

    def alternatives(self, path: Path, name: str) -> frozenset[str]:
        """Return the events of which only the first one counts, where a node is one of them."""
        nodes = self.scopes[path]
        before = [nodes[each] for each in nodes[name].inputs if each in nodes]
        gates = [node for node in before if node.kind == "event-based gateway"]
        return frozenset(each for gate in gates for each in gate.outputs)

    def attached(self, path: Path, activity: str) -> list[Node]:
        """Return the events at the edge of an activity."""
        return [node for node in self.scopes[path].values() if node.attached_to == activity]


@dataclass(frozen=True, slots=True)
class Renaming:
    """What is called otherwise in the new version.

    Args:
        mapping: Element of the old version → element of the new; "" lets an event at the edge of
            an activity end.
    """

    mapping: Mapping[str, str]

    def name(self, name: str) -> str:
        """Return what a node is called in the new version, one that the engine added too."""
        base = base_of(name)
        return self.mapping.get(base, base) + name[len(base) :]

    def path(self, path: Path) -> Path:
        """Return the same for the sub-processes around a node."""
        return tuple(self.name(each) for each in path)


def reach(
    nodes: Mapping[str, Node], begin: Iterable[str], *, around: str | None = None
) -> set[str]:
    """Return the nodes that a token can come to, those it begins at among them.

    Args:
        nodes: Of one scope.
        begin: Where it may be.
        around: A node that it does not pass.
    """
    todo = [name for name in begin if name in nodes and name != around]
    found = set(todo)
    while todo:
        for name in nodes[todo.pop()].outputs:
            if name not in found and name != around and name in nodes:
                found.add(name)
                todo.append(name)
    return found
