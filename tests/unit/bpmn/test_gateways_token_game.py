"""Any small graph of gateways does what BPMN's token game allows, and nothing else."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from engine.spiff.execution import Execution
from engine.spiff.specs.joining import is_token

from .diagrams import diagram, node
from .token_game import Graph, Place, at_rest, complete, frozen
from .walk import Walk

KINDS = ("user", "user", "exclusive", "parallel", "inclusive")


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw a graph in which every loop passes a task, so that the engine comes to rest."""
    count = draw(st.integers(2, 8))
    names = [f"n{number}" for number in range(count)]
    kinds = {name: draw(st.sampled_from(KINDS)) for name in names}
    flows: list[Place] = [("start", "n0")]
    for number, name in enumerate(names):
        later = [*names[number + 1 :], "end"]
        ways = draw(st.lists(st.sampled_from(later), min_size=1, max_size=3, unique=True))
        earlier = [
            other
            for other in names[: number + 1]
            if "user" in (kinds[other], kinds[name]) and other not in ways
        ]
        if earlier and draw(st.booleans()):
            ways.insert(0, draw(st.sampled_from(earlier)))
        flows += [(name, way) for way in ways]
    reached = _reached(flows)
    flows = [flow for flow in flows if flow[0] in reached]
    true = frozenset(flow for flow in flows if draw(st.booleans()))
    kinds = {name: kind for name, kind in kinds.items() if name in reached}
    return Graph({"start": "start", "end": "end", **kinds}, tuple(flows), true)


def _reached(flows: list[Place]) -> set[str]:
    reached = {"start"}
    while new := {target for source, target in flows if source in reached} - reached:
        reached |= new
    return reached


def drawn(graph: Graph) -> str:
    """Write the graph as a diagram."""
    body = []
    for name, kind in graph.kinds.items():
        if kind in {"start", "end"}:
            body.append(node(f"{kind}Event", name))
        elif kind == "user":
            body.append(node("userTask", name))
        elif kind == "parallel":
            body.append(node("parallelGateway", name))
        else:
            source, target = graph.out(name)[-1]
            body.append(node(f"{kind}Gateway", name, default=f"{source}_{target}"))
    for source, target in graph.flows:
        condition = ""
        choosing = graph.kinds[source] in {"exclusive", "inclusive"}
        if choosing and graph.out(source)[-1] != (source, target):
            value = "true" if (source, target) in graph.true else "false"
            condition = f"<bpmn:conditionExpression>${{{value}}}</bpmn:conditionExpression>"
        body.append(
            f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" '
            f'targetRef="{target}">{condition}</bpmn:sequenceFlow>'
        )
    return diagram("".join(body), flows="")


def marking(execution: Execution, kinds: Mapping[str, str]) -> Counter[Place]:
    """Read where the engine's tokens are."""
    found: Counter[Place] = Counter()
    for task in execution.workflow.tasks.values():
        element = getattr(task.task_spec, "bpmn_id", None)
        if not is_token(task) or element is None:
            continue
        here = kinds[element] == "user"
        found[("at", element) if here else (task.parent.task_spec.bpmn_id, element)] += 1
    return found


@settings(max_examples=150, deadline=None)
@given(graph=graphs(), data=st.data())
def test_a_graph_of_gateways_does_what_the_token_game_allows(graph: Graph, data: Any) -> None:  # noqa: ANN401 — Hypothesis's own
    walk = Walk(diagram=drawn(graph))
    walk.start()
    note(str(graph.flows))
    allowed = at_rest(graph, Counter([("start", "n0")]))
    for _ in range(7):
        now = marking(walk._load(), graph.kinds)
        note(f"now {dict(now)}")
        assert frozen(now) in allowed
        assert walk.completed == (not now)
        if not walk.tokens() or now.total() > 8:
            break
        task = data.draw(st.sampled_from(walk.tokens()))
        allowed = at_rest(graph, complete(graph, now, task))
        walk.complete(task)


def test_a_token_at_a_join_stays_on_its_flow_when_earlier_rounds_are_folded() -> None:
    chains = "start>a a>a a>b back>join b>c b>join b>end c>join c>end join>back join>end"
    flows = [(source, target) for source, target in (chain.split(">") for chain in chains.split())]
    kinds = {"start": "start", "end": "end", "join": "inclusive"}
    kinds |= dict.fromkeys(("a", "b", "c", "back"), "user")
    graph = Graph(kinds, tuple(flows), frozenset({("join", "back")}))
    walk = Walk(diagram=drawn(graph))
    walk.start()
    for task in ("a", "a", "b", "c", "back", "a"):
        walk.complete(task)
    assert marking(walk._load(), graph.kinds)[("back", "join")] == 1
