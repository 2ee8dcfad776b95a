"""Which flows tokens leave by, and how they come together."""

import pytest
from SpiffWorkflow.util.task import TaskState

from engine.errors import DeploymentRefused, ExpressionError, NoFlowTaken

from .diagrams import ask, boundary, diagram, end, node, sequence, start, timer, when
from .walk import Walk


def gateway(kind: str, name: str, **attributes: str) -> str:
    """Make a gateway."""
    return node(f"{kind}Gateway", name, **attributes)


def tasks(*names: str) -> str:
    """Make user tasks."""
    return "".join(ask(name) for name in names)


@pytest.mark.cell("exclusiveGateway", "sequenceFlow/condition-from-exclusiveGateway")
def test_the_first_true_condition_in_the_order_of_the_text_decides() -> None:
    shapes = "".join(
        f'<bpmndi:BPMNShape id="s_{name}" bpmnElement="{name}"><dc:Bounds x="0" y="{y}" width="9" '
        'height="9"/></bpmndi:BPMNShape>'
        for name, y in (("a", 300), ("b", 100))
    )
    text = diagram(
        start()
        + gateway("exclusive", "x", default="x_c")
        + tasks("a", "b", "c")
        + end()
        + when("x", "a", "n &gt; 1")
        + when("x", "b", "n &gt; 0"),
        flows="start>x>c>end; a>end; b>end",
    ).replace(
        "</bpmn:definitions>",
        '<bpmndi:BPMNDiagram id="di" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><bpmndi:BPMNPlane id="pl" '
        f'bpmnElement="p">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>',
    )
    assert Walk(diagram=text).start(n=2) == ["a"]
    assert Walk(diagram=text).start(n=1) == ["b"]
    assert Walk(diagram=text).start(n=0) == ["c"]


@pytest.mark.parametrize("kind", ["exclusive", "inclusive"])
def test_no_true_condition_and_no_default_is_an_error_and_no_silent_end(kind: str) -> None:
    text = diagram(
        start()
        + gateway(kind, "x")
        + tasks("a", "b")
        + end()
        + when("x", "a", "n == 1")
        + when("x", "b", "n == 2"),
        flows="start>x; a>end; b>end",
    )
    assert Walk(diagram=text).start(n=1) == ["a"]
    with pytest.raises(NoFlowTaken, match="«x»"):
        Walk(diagram=text).start(n=3)
    with pytest.raises(NoFlowTaken):
        Walk(diagram=text).start()


def test_a_condition_is_true_false_or_null() -> None:
    text = diagram(
        start()
        + gateway("exclusive", "x", default="x_b")
        + tasks("a", "b")
        + end()
        + when("x", "a", "n"),
        flows="start>x>b>end; a>end",
    )
    assert Walk(diagram=text).start(n=None) == ["b"]
    with pytest.raises(ExpressionError, match="neither true nor false"):
        Walk(diagram=text).start(n="false")


def test_an_exclusive_gateway_lets_every_token_pass_by_itself() -> None:
    text = diagram(
        start()
        + gateway("parallel", "fork")
        + gateway("exclusive", "x")
        + tasks("a", "b", "c")
        + end(),
        flows="start>fork>a>x>c>end; fork>b>x",
    )
    walk = Walk(diagram=text)
    assert walk.start() == ["a", "b"]
    assert walk.complete("b") == ["a", "c"]
    assert walk.complete("c") == ["a"]
    assert walk.complete("a") == ["c"]
    assert walk.complete("c") == []
    assert walk.completed


@pytest.mark.parametrize(
    ("flow", "said"),
    [
        (sequence("x>b"), "says nothing of when it is taken"),
        (when("x", "b", "true"), "take its condition away"),
    ],
)
def test_flows_that_would_never_or_always_be_taken_are_refused(flow: str, said: str) -> None:
    default = "x_b" if "condition" in flow else "x_a"
    text = diagram(
        start()
        + gateway("exclusive", "x", default=default)
        + tasks("a", "b", "c")
        + end()
        + when("x", "c", "n")
        + flow,
        flows="start>x>a>end; b>end; c>end",
    )
    with pytest.raises(DeploymentRefused, match=said):
        Walk(diagram=text)


FORK = diagram(
    start()
    + gateway("parallel", "fork")
    + gateway("parallel", "join")
    + tasks("a", "b", "c")
    + end(),
    flows="start>fork>a>join>c>end; fork>b>join",
)


@pytest.mark.cell("parallelGateway")
def test_a_join_merges_what_each_branch_changed() -> None:
    walk = Walk(diagram=FORK)
    walk.start(x=1, y=1, gone=1, items=[1, 2])
    walk.complete("a", x=2, items=[1, 2, 3], deep={"a": 1})
    assert walk.variables()["x"] == 2
    assert walk.complete("b", y=2) == ["c"]
    assert walk.variables() == {
        "x": 2, "y": 2, "gone": 1, "items": [1, 2, 3], "deep": {"a": 1},
    }  # fmt: skip
    joined = [move for moves in walk.moves for move in moves if move[0] == "join"]
    assert joined == [["join", "entered"], ["join", "completed"], ["join", "completed"]]


def test_of_two_changes_the_later_arrival_stands() -> None:
    walk = Walk(diagram=FORK)
    walk.start(x=1)
    walk.complete("b", x="b")
    walk.complete("a", x="a")
    assert walk.variables()["x"] == "a"


def test_a_join_in_a_loop_waits_for_both_branches_each_time() -> None:
    text = diagram(
        start()
        + gateway("parallel", "fork")
        + gateway("parallel", "join")
        + tasks("a", "b", "c")
        + gateway("exclusive", "x", default="x_end")
        + gateway("exclusive", "m")
        + end()
        + when("x", "m", "again"),
        flows="start>m>fork>a>join>c>x>end; fork>b>join",
    )
    walk = Walk(diagram=text)
    walk.start(again=True)
    for turn in range(12):
        for first, second in [("a", "b"), ("b", "a")][:: 1 if turn % 2 else -1][:1]:
            assert walk.complete(first, **{f"{first}{turn}": turn}) == [second]
            assert walk.complete(second) == ["c"]
        assert walk.complete("c", again=turn < 11) == (["a", "b"] if turn < 11 else [])
    assert walk.completed
    assert len(walk.tokens_saved) < 2_000


def test_a_second_token_on_one_flow_waits_for_its_partner() -> None:
    text = diagram(
        start()
        + gateway("parallel", "fork")
        + gateway("exclusive", "m")
        + gateway("parallel", "join")
        + tasks("a", "b", "c", "last")
        + end(),
        flows="start>fork>a>m>join>last>end; fork>b>m; fork>c>join",
    )
    walk = Walk(diagram=text)
    walk.start()
    assert walk.complete("a") == ["b", "c"]
    assert walk.complete("b") == ["c"]
    assert walk.complete("c") == ["last"]
    assert walk.complete("last") == []
    assert not walk.completed, "the second token has no partner: it waits at the join"
    assert walk._load().elements() == ("join",)


def test_nested_forks_join_from_the_inside_out() -> None:
    text = diagram(
        start()
        + gateway("parallel", "f1")
        + gateway("parallel", "f2")
        + gateway("parallel", "j2")
        + gateway("parallel", "j1")
        + tasks("a", "b", "c", "last")
        + end(),
        flows="start>f1>f2>a>j2>j1>last>end; f2>b>j2; f1>c>j1",
    )
    walk = Walk(diagram=text)
    assert walk.start(x=0) == ["a", "b", "c"]
    walk.complete("c", c=1)
    walk.complete("a", a=1, x=1)
    assert walk.complete("b", b=1) == ["last"]
    assert walk.variables() == {"x": 1, "a": 1, "b": 1, "c": 1}


def test_a_join_after_boundary_events_takes_whichever_way_the_token_came() -> None:
    text = diagram(
        start()
        + gateway("parallel", "fork")
        + tasks("a", "b", "late", "c")
        + gateway("exclusive", "m")
        + gateway("parallel", "join")
        + end()
        + boundary("edge", "a", timer("P1D")),
        flows="start>fork>a>m>join>c>end; edge>late>m; fork>b>join",
    )
    walk = Walk(diagram=text)
    walk.start()
    walk.complete("b")
    assert walk.fire("edge") == ["late"]
    assert walk.complete("late") == ["c"]


INCLUSIVE = diagram(
    start()
    + gateway("inclusive", "fork", default="fork_c")
    + gateway("inclusive", "join")
    + tasks("a", "b", "c", "last")
    + end()
    + when("fork", "a", "a == true")
    + when("fork", "b", "b == true"),
    flows="start>fork>c>join>last>end; a>join; b>join",
)


@pytest.mark.cell(
    "inclusiveGateway",
    "inclusiveGateway/@default",
    "sequenceFlow/condition-from-inclusiveGateway",
)
@pytest.mark.parametrize(
    ("values", "taken"),
    [
        ({"a": True}, ["a"]),
        ({"a": True, "b": True}, ["a", "b"]),
        ({"b": True}, ["b"]),
        ({}, ["c"]),
    ],
)
def test_an_inclusive_join_waits_for_the_ways_that_were_taken(
    values: dict[str, bool], taken: list[str]
) -> None:
    walk = Walk(diagram=INCLUSIVE)
    assert walk.start(**values) == taken
    for done, name in enumerate(taken, start=1):
        expected = taken[done:] or ["last"]
        assert walk.complete(name, **{f"said_{name}": 1}) == expected
    assert {f"said_{name}" for name in taken} <= set(walk.variables())
    assert walk.complete("last") == []
    assert walk.completed


def test_an_inclusive_join_goes_on_when_an_interrupting_event_took_the_other_token_away() -> None:
    text = INCLUSIVE.replace(
        "</bpmn:process>",
        boundary("edge", "b", timer("P1D"))
        + end("away")
        + sequence("edge>away")
        + "</bpmn:process>",
    )
    walk = Walk(diagram=text)
    walk.start(a=True, b=True)
    assert walk.complete("a") == ["b", "edge"]
    assert walk.fire("edge") == ["last"]
    assert walk.complete("last") == []
    assert walk.completed


@pytest.mark.cell("sequenceFlow/several-from-activity", "sequenceFlow/several-from-event")
def test_several_flows_out_of_one_element_are_all_taken_and_each_token_comes_by_itself() -> None:
    text = diagram(start() + tasks("a", "b", "c") + end(), flows="start>a>c>end; start>b>c; a>end")
    walk = Walk(diagram=text)
    assert walk.start() == ["a", "b"]
    assert walk.complete("a") == ["b", "c"]
    assert walk.complete("b") == ["c", "c"]
    walk.complete("c")
    assert walk.tokens() == ["c"]
    walk.complete("c")
    assert walk.completed


@pytest.mark.cell("sequenceFlow/condition-from-activity", "userTask/@default")
@pytest.mark.parametrize(
    ("values", "taken"),
    [({"n": 1}, ["b"]), ({"n": 2}, ["b", "c"]), ({"n": 0}, ["last"])],
)
def test_conditions_out_of_a_task_choose_as_an_inclusive_gateway_does(
    values: dict[str, int], taken: list[str]
) -> None:
    flows = when("a", "b", "n &gt; 0") + when("a", "c", "n &gt; 1")
    some = start() + tasks("b", "c") + end() + flows
    chains = "start>a; b>end; c>end"
    task = node("userTask", "a", default="a_last")
    walk = Walk(diagram=diagram(some + task + ask("last"), flows=f"{chains}; a>last>end"))
    walk.start()
    assert walk.complete("a", **values) == taken
    strict = Walk(diagram=diagram(some + ask("a"), flows=chains))
    strict.start()
    if taken == ["last"]:
        with pytest.raises(NoFlowTaken, match="«a»"):
            strict.complete("a", **values)
    else:
        assert strict.complete("a", **values) == taken


def test_tokens_that_end_by_themselves_leave_what_they_changed() -> None:
    text = diagram(
        start()
        + gateway("parallel", "fork")
        + node(
            "subProcess",
            "sub",
            start("in") + tasks("a", "b") + end("o1") + end("o2") + sequence("in>a>o1; in>b>o2"),
        )
        + ask("after")
        + ask("other")
        + end(),
        flows="start>fork>sub>after>end; fork>other>end",
    )
    walk = Walk(diagram=text)
    walk.start(x=0)
    walk.complete("a", x=1, mine="a")
    walk.complete("other", y=1)
    assert walk.complete("b", other="b") == ["after"]
    (wait,) = walk.waits().user_tasks.values()
    assert wait.variables == {"x": 1, "mine": "a", "other": "b"}
    assert walk.variables() == {"x": 1, "mine": "a", "other": "b", "y": 1}


def test_many_forks_in_a_row_cost_what_they_are() -> None:
    count = 25
    body = "".join(
        gateway("parallel", f"f{n}")
        + gateway("parallel", f"j{n}")
        + node("manualTask", f"a{n}")
        + node("manualTask", f"b{n}")
        for n in range(count)
    )
    ways = ">".join(f"f{n}>a{n}>j{n}" for n in range(count))
    sides = "; ".join(f"f{n}>b{n}>j{n}" for n in range(count))
    walk = Walk(
        diagram=diagram(start() + ask() + body + end(), flows=f"start>ask>{ways}>end; {sides}")
    )
    walk.start()
    assert len(walk._load().workflow.tasks) < 40
    assert walk.complete("ask") == []
    assert walk.completed


def test_tokens_that_an_earlier_release_cancelled_at_a_join_wait_there_again() -> None:
    text = diagram(
        start()
        + gateway("parallel", "fork")
        + gateway("parallel", "join")
        + tasks("a", "b", "c", "last")
        + end(),
        flows="start>fork>a>join>last>end; fork>b>join; fork>c>join",
    )
    walk = Walk(diagram=text)
    walk.start()
    walk.complete("a", a=1)
    walk.complete("b", b=1)
    execution = walk._load()
    came = [task for task in execution.workflow.tasks.values() if task.internal_data.get("came")]
    for task in came:
        task.internal_data = {}
    came[0]._set_state(TaskState.CANCELLED)
    walk.tokens_saved = execution.save().tokens
    assert walk.complete("c", c=1) == ["last"]
    assert walk.variables() == {"a": 1, "b": 1, "c": 1}
