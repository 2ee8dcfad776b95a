"""A path that never waits is stopped; one that is only long comes to its end."""

import pytest

from engine.errors import EndlessPath
from engine.spiff import stepping
from engine.spiff.execution import Execution

from .diagrams import ask, diagram, end, node, sequence, start, when
from .walk import Walk

_COUNT = node("scriptTask", "count", "<bpmn:script>n = n + 1.0</bpmn:script>")


def _rounds() -> str:
    """Make what counts `n` up to `until` and then asks."""
    choice = node("exclusiveGateway", "x", default="x_ask")
    return start("in") + _COUNT + choice + ask() + end("out") + when("x", "count", "n &lt; until")


def _in_the_process() -> str:
    return diagram(_rounds(), flows="in>count>x>ask>out")


def _in_a_sub_process() -> str:
    sub = node("subProcess", "sub", _rounds() + sequence("in>count>x>ask>out"))
    return diagram(start() + sub + end(), flows="start>sub>end")


@pytest.mark.parametrize("text", [_in_the_process(), _in_a_sub_process()], ids=["process", "sub"])
def test_a_loop_of_a_thousand_rounds_without_a_wait_comes_out_right(text: str) -> None:
    walk = Walk(diagram=text)
    assert walk.start(n=0, until=1000) == ["ask"]
    assert walk.variables()["n"] == 1000
    assert walk.moves[0].count(["count", "completed"]) == 1000
    assert walk.complete("ask") == []
    assert walk.completed


@pytest.mark.parametrize("text", [_in_the_process(), _in_a_sub_process()], ids=["process", "sub"])
def test_a_loop_that_never_waits_is_stopped_and_named(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping, "MAX_STEPS", 1_000)
    with pytest.raises(EndlessPath, match=r"«(count|x)».*1000 steps"):
        Walk(diagram=text).start(n=0, until=1_000_000)


def test_tokens_that_double_without_end_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepping, "MAX_TOKENS", 100)
    body = start() + node("exclusiveGateway", "meet") + node("parallelGateway", "fork")
    again = node("sequenceFlow", "again", sourceRef="fork", targetRef="meet")
    walk = Walk(diagram=diagram(body + again, flows="start>meet>fork>meet"))
    with pytest.raises(EndlessPath, match="100 tokens"):
        walk.start()


def test_an_event_sub_process_that_begins_itself_again_is_stopped_before_it_gets_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each round stays in the tree: a bound of steps alone would take a quarter of a minute."""
    monkeypatch.setattr(stepping, "MAX_LOOKED", 50_000)
    cry = '<bpmn:escalationEventDefinition escalationRef="e"/>'
    inside = (
        f'<bpmn:startEvent id="caught" isInterrupting="false">{cry}</bpmn:startEvent>'
        f'<bpmn:intermediateThrowEvent id="again">{cry}</bpmn:intermediateThrowEvent>'
        + end("over")
        + sequence("caught>again>over")
    )
    body = (
        start()
        + f'<bpmn:intermediateThrowEvent id="first">{cry}</bpmn:intermediateThrowEvent>'
        + ask()
        + end()
        + f'<bpmn:subProcess id="handler" triggeredByEvent="true">{inside}</bpmn:subProcess>'
    )
    roots = '<bpmn:escalation id="e" escalationCode="E"/>'
    walk = Walk(diagram=diagram(body, flows="start>first>ask>end", roots=roots))
    with pytest.raises(EndlessPath, match="grows without end"):
        walk.start()


def test_a_tree_too_deep_to_be_read_is_refused_and_no_token_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing can be folded where each round leaves an open task behind."""
    monkeypatch.setattr(stepping, "MAX_DEPTH", 300)
    body = start() + node("exclusiveGateway", "meet") + node("parallelGateway", "fork") + ask()
    walk = Walk(diagram=diagram(body, flows="start>meet>fork>meet; fork>ask"))
    with pytest.raises(EndlessPath, match="deeper"):
        walk.start()


def test_a_tree_that_grows_over_many_commands_is_refused_before_a_token_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each round leaves an open task behind, and waits: no command makes many steps."""
    monkeypatch.setattr(stepping, "MAX_DEPTH", 60)
    body = start() + node("exclusiveGateway", "meet") + node("parallelGateway", "fork")
    body += ask("again") + ask("open")
    walk = Walk(diagram=diagram(body, flows="start>meet>fork>again>meet; fork>open"))
    walk.start()
    with pytest.raises(EndlessPath, match="deeper"):
        _go_round(walk, times=100)
    assert walk.tokens().count("open") == len(walk.moves)


def _go_round(walk: Walk, *, times: int) -> None:
    """Go on; each round leaves one task open."""
    for _ in range(times):
        walk.complete("again")


def test_the_bounds_stay_below_what_spiffworkflow_can_look_at() -> None:
    walk = Walk(diagram=_in_the_process())
    execution = Execution.start(walk.definition, {"n": 0, "until": 10}, walk._engine())
    assert execution.workflow.get_tasks_iterator().max_depth > stepping.MAX_DEPTH
