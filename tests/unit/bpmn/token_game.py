"""BPMN's token game, played naively: the oracle for gateways (BPMN 2.0, 13.4).

A marking says how many tokens there are on each sequence flow, and at each task. All orders in
which gateways can act are tried; where none can act any more, the marking is at rest.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: (source, target) of a sequence flow; ("at", task) for a token at a task.
Place = tuple[str, str]
Marking = frozenset[tuple[Place, int]]


@dataclass(frozen=True)
class Graph:
    """A small process.

    Args:
        kinds: Node → "user", "exclusive", "parallel", "inclusive", "start" or "end".
        flows: In the order of the diagram; the last one out of a choosing gateway is its default.
        true: The flows whose condition is true.
    """

    kinds: Mapping[str, str]
    flows: tuple[Place, ...]
    true: frozenset[Place]

    def out(self, node: str) -> list[Place]:
        """Return the flows that leave a node."""
        return [flow for flow in self.flows if flow[0] == node]

    def into(self, node: str) -> list[Place]:
        """Return the flows that come to a node."""
        return [flow for flow in self.flows if flow[1] == node]


def at_rest(graph: Graph, marking: Counter[Place]) -> set[Marking]:
    """Return every marking in which nothing can act, that can come from one."""
    todo, seen, found = [frozen(marking)], set[Marking](), set[Marking]()
    while todo:
        current = todo.pop()
        if current in seen:
            continue
        seen.add(current)
        following = [frozen(each) for each in _acts(graph, Counter(dict(current)))]
        todo += following
        if not following:
            found.add(current)
    return found


def complete(graph: Graph, marking: Counter[Place], task: str) -> Counter[Place]:
    """Return the marking after a task: a token on each flow that leaves it."""
    return marking - Counter([("at", task)]) + Counter(graph.out(task))


def frozen(marking: Counter[Place]) -> Marking:
    """Return a marking that can be kept in a set."""
    return frozenset((place, number) for place, number in marking.items() if number)


def _acts(graph: Graph, marking: Counter[Place]) -> Iterator[Counter[Place]]:
    """Yield the marking after each thing that one node can do."""
    tokens = [place for place in marking if place[0] != "at"]
    for flow in tokens:
        node = flow[1]
        match graph.kinds[node]:
            case "end":
                yield marking - Counter([flow])
            case "user":
                yield marking - Counter([flow]) + Counter([("at", node)])
            case "exclusive":
                yield marking - Counter([flow]) + Counter(_true(graph, node)[:1])
            case "parallel":
                if all(marking[each] for each in graph.into(node)):
                    yield marking - Counter(graph.into(node)) + Counter(graph.out(node))
            case "inclusive":
                if _may_go_on(graph, marking, node):
                    taken = [each for each in graph.into(node) if marking[each]]
                    yield marking - Counter(taken) + Counter(_true(graph, node))


def _true(graph: Graph, node: str) -> list[Place]:
    """Return the flows whose condition is true, else the default."""
    *conditional, default = graph.out(node)
    return [flow for flow in conditional if flow in graph.true] or [default]


def _may_go_on(graph: Graph, marking: Counter[Place], gateway: str) -> bool:
    """Whether no token can still come, by the definition's own words."""
    filled = {flow for flow in graph.into(gateway) if marking[flow]}
    empty = set(graph.into(gateway)) - filled
    for place in marking:
        ends = set(_ends_of_paths(graph, place[1], gateway, frozenset()))
        if place[1] != gateway and ends & empty and not ends & filled:
            return False
    return True


def _ends_of_paths(
    graph: Graph, node: str, gateway: str, visited: frozenset[str]
) -> Iterator[Place]:
    """Yield the last flow of every path from a node to a gateway."""
    for flow in graph.out(node):
        if flow[1] == gateway:
            yield flow
        elif flow[1] not in visited:
            yield from _ends_of_paths(graph, flow[1], gateway, visited | {node})
