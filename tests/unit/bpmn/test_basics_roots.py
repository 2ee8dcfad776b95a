"""Signals and escalations are told apart by what their roots say."""

import pytest

from .diagrams import ask, boundary, diagram, end, node, sequence, start, when
from .walk import Walk


@pytest.mark.cell("signal")
@pytest.mark.cell("signalEventDefinition/@signalRef")
def test_a_signal_is_known_by_its_name_each_time() -> None:
    waits = [
        node("intermediateCatchEvent", name, f'<bpmn:signalEventDefinition signalRef="{name}_s"/>')
        for name in ("a", "b")
    ]
    body = start() + node("exclusiveGateway", "meet") + node("parallelGateway", "fork")
    body += "".join(waits) + node("parallelGateway", "join")
    body += (
        ask() + node("exclusiveGateway", "x", default="x_end") + end() + when("x", "meet", "more")
    )
    walk = Walk(
        diagram=diagram(
            body,
            flows="start>meet>fork>a>join>ask>x>end; fork>b>join",
            roots='<bpmn:signal id="a_s" name="A"/><bpmn:signal id="b_s" name="B"/>',
        )
    )
    assert walk.start() == ["a", "b"]
    for more in (True, False):
        assert walk.signal("B") == ["a"]
        assert walk.signal("A") == ["ask"]
        left = walk.complete("ask", more=more)
        assert left == (["a", "b"] if more else [])
    assert walk.completed


@pytest.mark.cell("escalation")
@pytest.mark.cell("escalation/@escalationCode")
@pytest.mark.cell("escalationEventDefinition/@escalationRef")
def test_an_escalation_is_known_by_its_code_each_time() -> None:
    thrown, other = (
        f'<bpmn:escalationEventDefinition escalationRef="{name}"/>' for name in ("hard", "soft")
    )
    inside = start("s") + ask() + end("thrown", thrown) + sequence("s>ask>thrown")
    edges = boundary("heard", "sub", thrown) + boundary("unheard", "sub", other)
    roots = "".join(
        f'<bpmn:escalation id="{name}" name="E" escalationCode="{name}"/>'
        for name in ("hard", "soft")
    )
    walk = Walk(
        diagram=diagram(
            start() + node("subProcess", "sub", inside) + edges + ask("mend") + ask("no") + end(),
            flows="start>sub>end; heard>mend>sub; unheard>no>end",
            roots=roots,
        )
    )
    assert walk.start() == ["ask"]
    for _ in range(2):
        assert walk.complete("ask") == ["mend"]
        assert walk.complete("mend") == ["ask"]
