"""Events that are thrown twice in one step, or by a token that waits for them itself later."""

import pytest

from .diagrams import ask, boundary, diagram, end, node, sequence, start
from .test_events_subprocess import beside
from .test_events_thrown import ERROR, ESCALATION, ROOTS, SIGNAL, sub, throw
from .walk import Walk


def test_a_token_does_not_hear_the_signal_that_it_threw_before_it_waited() -> None:
    text = diagram(
        start()
        + ask("work")
        + throw("cry", SIGNAL)
        + node("intermediateCatchEvent", "hear", SIGNAL)
        + end(),
        flows="start>work>cry>hear>end",
        roots=ROOTS,
    )
    walk = Walk(diagram=text)
    walk.start()
    assert walk.complete("work") == ["hear"]
    assert walk.signal("alarm") == []
    assert walk.completed


@pytest.mark.cell("boundaryEvent/escalation/non-interrupting")
def test_each_of_two_escalations_of_one_step_is_caught_at_the_edge() -> None:
    inside = start("s") + throw("one", ESCALATION) + throw("two", ESCALATION) + ask() + end("e")
    text = diagram(
        start()
        + sub(inside, flows="s>one>two>ask>e")
        + boundary("edge", "sub", ESCALATION, interrupting=False)
        + ask("handle")
        + end(),
        flows="start>sub>end;edge>handle>end",
        roots=ROOTS,
    )
    walk = Walk(diagram=text)
    assert walk.start() == ["ask", "handle", "handle"]
    assert walk.complete("ask") == ["handle", "handle"]
    assert walk.complete("handle") == ["handle"]
    assert walk.complete("handle") == []
    assert walk.completed


@pytest.mark.cell("startEvent/in-event-sub-process/signal/non-interrupting")
def test_each_of_two_signals_of_one_step_starts_the_event_sub_process() -> None:
    text = diagram(
        start()
        + ask()
        + throw("one", SIGNAL)
        + throw("two", SIGNAL)
        + ask("rest")
        + end()
        + beside(SIGNAL, interrupting=False),
        flows="start>ask>one>two>rest>end",
        roots=ROOTS,
    )
    walk = Walk(diagram=text)
    walk.start()
    assert walk.complete("ask") == ["on_react", "react", "react", "rest"]


@pytest.mark.parametrize("inner", [False, True], ids=["at once", "out of a scope inside"])
def test_an_error_of_one_instance_takes_the_sub_processes_of_all_others_away(inner: bool) -> None:  # noqa: FBT001 — a test's parameter
    body = start("s") + ask("work") + end("e", ERROR) + sequence("s>work>e")
    if inner:
        around = start("os") + node("subProcess", "inner", body) + end("oe")
        body = around + sequence("os>inner>oe")
    three = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    text = diagram(
        start()
        + node("subProcess", "sub", three + body)
        + boundary("edge", "sub", ERROR)
        + ask("handle")
        + end(),
        flows="start>sub>end;edge>handle>end",
        roots=ROOTS,
    )
    walk = Walk(diagram=text)
    assert walk.start() == ["work", "work", "work"]
    assert walk.complete("work") == ["handle"]
    assert walk.complete("handle") == []
    assert walk.completed


@pytest.mark.parametrize("definition", [SIGNAL, ESCALATION], ids=["signal", "escalation"])
def test_a_sub_process_waits_for_what_its_last_token_started_by_what_it_threw(
    definition: str,
) -> None:
    inside = start("s") + ask() + end("cry", definition) + beside(definition, interrupting=False)
    text = diagram(
        start() + sub(inside, flows="s>ask>cry") + ask("after") + end(),
        flows="start>sub>after>end",
        roots=ROOTS,
    )
    walk = Walk(diagram=text)
    walk.start()
    assert set(walk.complete("ask")) - {"on_react"} == {"react"}
    assert walk.complete("react", found=1) == ["after"]
    assert walk.variables() == {"found": 1}
    assert walk.complete("after") == []
    assert walk.completed
