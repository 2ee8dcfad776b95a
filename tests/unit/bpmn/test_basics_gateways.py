"""Exclusive and parallel gateways, where tokens part and meet."""

import pytest

from .diagrams import ask, diagram, end, node, start, when
from .walk import Walk


@pytest.mark.cell("exclusiveGateway")
@pytest.mark.cell("exclusiveGateway/@default")
@pytest.mark.cell("conditionExpression")
@pytest.mark.cell("sequenceFlow/condition-from-exclusiveGateway")
def test_an_exclusive_gateway_takes_the_first_way_whose_condition_holds_else_the_default() -> None:
    body = start() + ask() + node("exclusiveGateway", "x", default="x_end") + ask("a") + ask("b")
    ways = when("x", "a", "n > 10.0") + when("x", "b", "n > 5.0")
    walk = Walk(
        diagram=diagram(body + ways + end(), flows="start>ask>x>end; a>ask; b>ask"),
    )
    assert walk.start() == ["ask"]
    assert walk.complete("ask", n=20) == ["a"]
    assert walk.complete("a") == ["ask"]
    assert walk.complete("ask", n=7) == ["b"]
    assert walk.complete("b") == ["ask"]
    assert walk.complete("ask", n=20) == ["a"]
    assert walk.complete("a") == ["ask"]
    assert walk.complete("ask", n=1) == []
    assert walk.completed


def test_an_exclusive_gateway_lets_each_token_through_when_paths_meet() -> None:
    body = start() + node("parallelGateway", "f") + ask("a") + ask("b")
    body += node("exclusiveGateway", "meet") + ask("c") + end()
    walk = Walk(diagram=diagram(body, flows="start>f>a>meet>c>end; f>b>meet"))
    assert walk.start() == ["a", "b"]
    assert walk.complete("a") == ["b", "c"]
    assert walk.complete("b") == ["c", "c"]
    assert walk.complete("c") == ["c"]
    assert walk.complete("c") == []
    assert walk.completed


@pytest.mark.cell("parallelGateway")
def test_a_parallel_gateway_takes_all_ways_and_waits_for_all_each_time() -> None:
    body = start() + node("exclusiveGateway", "meet") + node("parallelGateway", "fork")
    body += ask("a") + ask("b") + node("parallelGateway", "join") + ask("c")
    body += node("exclusiveGateway", "x", default="x_end") + end() + when("x", "meet", "more")
    walk = Walk(diagram=diagram(body, flows="start>meet>fork>a>join>c>x>end; fork>b>join"))
    assert walk.start() == ["a", "b"]
    for more in (True, True, False):
        assert walk.complete("b", right=1) == ["a"]
        assert walk.complete("a", left=2) == ["c"]
        left = walk.complete("c", more=more)
        assert left == (["a", "b"] if more else [])
    assert walk.completed
    assert walk.variables() == {"right": 1, "left": 2, "more": False}
