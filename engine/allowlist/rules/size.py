"""How large a process may be: what SpiffWorkflow reads in quadratic time, or by recursion.

These bounds are looked at before all other rules, so that those may take their time.
"""

from collections.abc import Iterator

from engine.allowlist.diagram import Diagram
from engine.allowlist.naming import is_event_sub_process
from engine.allowlist.placing import Element, children, finding, local
from engine.allowlist.vocabulary import FLOW_NODES, SUB_PROCESSES
from engine.errors import Finding

#: Processes of more than a hundred nodes are split by people who draw them.
#: Attack: 50,000 of them; each sequence flow is compared with those of its node.
MAX_FLOW_NODES = 1_000
MAX_FLOWS = 2_000
#: Ways out of one node, ways into one, and events at the edge of one activity.
#: Attack: 5,000 flows between two nodes, which are 28 seconds of SpiffWorkflow's parser.
MAX_WAYS = 100
#: Expressions, and lines of scripts: each is compiled. Attack: 20,000 small ones.
MAX_EXPRESSIONS = 2_000
#: Calls within calls while SpiffWorkflow reads a path: Python allows 1,000, the caller's included.
#: 300 tasks in a row are 604. Attack: a path of 10,000, or sub-processes in sub-processes.
MAX_CALLS = 620

_CALLS_OF_A_NODE = 2
_CALLS_AT_AN_EDGE = 3
_CALLS_OF_A_SUB_PROCESS = 8


def size(diagram: Diagram) -> Iterator[Finding]:
    """Yield the bounds that a process is beyond."""
    process = next(iter(diagram.named("process")), None)
    if process is None:
        return
    counts = (
        (sum(1 for _ in diagram.named(*FLOW_NODES)), MAX_FLOW_NODES, "nodes"),
        (sum(map(len, diagram.outgoing.values())), MAX_FLOWS, "sequence flows"),
        (_expressions(diagram), MAX_EXPRESSIONS, "expressions and lines of scripts"),
    )
    for count, bound, what in counts:
        if count > bound:
            yield _too_large(process, f"The process has {count} {what}, more than {bound}")
    yield from _crowded(diagram)
    if not any(count > bound for count, bound, _ in counts) and _calls(diagram) > MAX_CALLS:
        yield _too_large(
            process,
            "Its longest path has more than 300 nodes in a row, or sub-processes lie too deep "
            "within each other",
        )


def _crowded(diagram: Diagram) -> Iterator[Finding]:
    """Yield the nodes that too many flows or events meet at."""
    attached: dict[str, int] = {}
    for event in diagram.named("boundaryEvent"):
        target = event.get("attachedToRef", "")
        attached[target] = attached.get(target, 0) + 1
    for id_, node in diagram.nodes.items():
        counts = {
            "outgoing flows": len(diagram.outgoing.get(id_, ())),
            "incoming flows": len(diagram.incoming.get(id_, ())),
            "boundary events": attached.get(id_, 0),
        }
        for what, count in counts.items():
            if count > MAX_WAYS:
                yield _too_large(node, f"It has {count} {what}, more than {MAX_WAYS}")


def _expressions(diagram: Diagram) -> int:
    """Count what would be compiled."""
    return sum(
        text.count("\n") + 1 if local(element) == "script" else text.count("${")
        for element in diagram.elements
        if (text := element.text)
    )


def _calls(diagram: Diagram) -> int:
    """Return how many calls lie within each other while the process is read, at most."""
    attached: dict[str, list[Element]] = {}
    for event in diagram.named("boundaryEvent"):
        attached.setdefault(event.get("attachedToRef", ""), []).append(event)
    seen: set[str] = set()
    deepest = depth = 0
    path = [(iter(_begins(next(diagram.named("process")))), 0)]
    while path:
        following, cost = path[-1]
        node = next((each for each in following if each.get("id", "") not in seen), None)
        if node is None:
            path.pop()
            depth -= cost
            continue
        id_ = node.get("id", "")
        seen.add(id_)
        targets = (diagram.nodes.get(f.get("targetRef", "")) for f in diagram.outgoing.get(id_, ()))
        after = [each for each in targets if each is not None]
        edges = attached.get(id_, [])
        inside = _begins(node) if local(node) in SUB_PROCESSES else []
        cost = _CALLS_OF_A_NODE + (_CALLS_AT_AN_EDGE if edges else 0)
        cost += _CALLS_OF_A_SUB_PROCESS if inside else 0
        depth += cost
        deepest = max(deepest, depth)
        path.append((iter([*inside, *edges, *after]), cost))
    return deepest


def _begins(scope: Element) -> list[Element]:
    """Return where a scope is begun to be read: its starts and its event sub-processes."""
    nested = [each for each in children(scope, "subProcess") if is_event_sub_process(each)]
    return children(scope, "startEvent") + nested


def _too_large(element: Element, sentence: str) -> Finding:
    return finding(element, "size", f"{sentence}: split the process with call activities.")
