"""Events that wait in the flow and at edges, and the end of everything."""

from datetime import timedelta

import pytest

from engine.operators import Operator, OperatorRegistry

from .diagrams import ask, boundary, diagram, do, end, node, sequence, start, timer, when
from .walk import MORNING, Walk

_MESSAGE = '<bpmn:message id="m" name="Answer"/>'
_ANSWER = '<bpmn:messageEventDefinition messageRef="m"/>'
_ERROR = '<bpmn:error id="err" errorCode="refused"/>'
_HOUR = timedelta(hours=1)


def _again(event: str) -> str:
    """Make start → event → ask → x, which leads back to the event while `more`."""
    gateway = node("exclusiveGateway", "x", default="x_end")
    return diagram(
        start() + event + ask() + gateway + end() + when("x", "wait", "more"),
        flows="start>wait>ask>x>end",
        roots=_MESSAGE,
    )


def _at_the_edge(definition: str, *, interrupting: bool) -> str:
    """Make ask with an event at its edge that leads to `late`, and x leading back to ask."""
    gateway = node("exclusiveGateway", "x", default="x_end")
    edge = boundary("edge", "ask", definition, interrupting=interrupting)
    return diagram(
        start()
        + ask()
        + edge
        + ask("late")
        + end("e2")
        + gateway
        + end()
        + when("x", "ask", "more"),
        flows="start>ask>x>end; edge>late>e2",
        roots=_MESSAGE,
    )


@pytest.mark.cell("intermediateCatchEvent/timer/duration")
@pytest.mark.cell("timeDuration")
def test_a_timer_in_the_flow_waits_its_time_from_each_arrival() -> None:
    walk = Walk(diagram=_again(node("intermediateCatchEvent", "wait", timer("${span}"))))
    assert walk.start(span="PT1H") == ["wait"]
    assert walk.fire("wait") == ["ask"]
    assert walk.now == MORNING + _HOUR
    walk.later(_HOUR)
    assert walk.complete("ask", more=True, span="PT3H") == ["wait"]
    assert walk.fire("wait") == ["ask"]
    assert walk.now == MORNING + 5 * _HOUR
    assert walk.complete("ask", more=False) == []


@pytest.mark.cell("intermediateCatchEvent/timer/date")
@pytest.mark.cell("timeDate")
def test_a_date_in_the_flow_is_the_end_of_that_day_and_lets_all_through_after_it() -> None:
    wait = node("intermediateCatchEvent", "wait", timer("2026-03-10", "timeDate"))
    walk = Walk(diagram=_again(wait))
    assert walk.start() == ["wait"]
    assert walk.fire("wait") == ["ask"]
    assert walk.now == MORNING + timedelta(hours=15)
    walk.later(_HOUR)
    assert walk.complete("ask", more=True) == ["wait"]
    (due,) = (wait.due_at for wait in walk.waits().timers.values())
    assert due < walk.now
    assert walk.fire("wait") == ["ask"]
    assert walk.now == MORNING + timedelta(hours=16)


@pytest.mark.cell("intermediateCatchEvent/message")
@pytest.mark.cell("messageEventDefinition/@messageRef")
def test_a_message_in_the_flow_is_waited_for_each_time() -> None:
    walk = Walk(diagram=_again(node("intermediateCatchEvent", "wait", _ANSWER)))
    assert walk.start() == ["wait"]
    assert walk.message("Answer", said=1) == ["ask"]
    assert walk.complete("ask", more=True) == ["wait"]
    assert walk.message("Answer", said=2) == ["ask"]
    assert walk.variables() == {"said": 2, "more": True}


@pytest.mark.cell("boundaryEvent/timer/duration/interrupting")
@pytest.mark.cell("boundaryEvent/@attachedToRef")
@pytest.mark.cell("boundaryEvent/@cancelActivity=true")
def test_a_timer_at_an_edge_takes_the_task_away_and_starts_anew_with_it() -> None:
    walk = Walk(diagram=_at_the_edge(timer("PT1H"), interrupting=True))
    assert walk.start() == ["ask", "edge"]
    walk.later(_HOUR / 2)
    assert walk.complete("ask", more=True) == ["ask", "edge"]
    assert walk.fire("edge") == ["late"]
    assert walk.now == MORNING + 1.5 * _HOUR
    assert ["ask", "cancelled"] in walk.moves[-1]
    assert walk.complete("late") == []
    assert walk.completed


@pytest.mark.cell("boundaryEvent/timer/duration/non-interrupting")
@pytest.mark.cell("boundaryEvent/@cancelActivity=false")
def test_a_timer_at_an_edge_may_leave_the_task_and_fires_once_for_each() -> None:
    walk = Walk(diagram=_at_the_edge(timer("PT1H"), interrupting=False))
    assert walk.start() == ["ask", "edge"]
    assert walk.fire("edge") == ["ask", "late"]
    assert walk.complete("ask", more=True) == ["ask", "edge", "late"]
    assert walk.fire("edge") == ["ask", "late", "late"]
    assert walk.complete("ask", more=False) == ["late", "late"]
    assert walk.complete("late") == ["late"]
    assert walk.complete("late") == []
    assert walk.completed


@pytest.mark.cell("boundaryEvent/timer/date/interrupting")
def test_a_date_at_an_edge_takes_the_task_away() -> None:
    walk = Walk(diagram=_at_the_edge(timer("${until}", "timeDate"), interrupting=True))
    assert walk.start(until="2026-03-11T09:00:00-03:00") == ["ask", "edge"]
    assert walk.complete("ask", more=True, until="2026-03-12T09:00:00-03:00") == ["ask", "edge"]
    assert walk.fire("edge") == ["late"]
    assert walk.now == MORNING + timedelta(days=2)


@pytest.mark.cell("boundaryEvent/timer/date/non-interrupting")
def test_a_date_at_an_edge_may_leave_the_task() -> None:
    walk = Walk(diagram=_at_the_edge(timer("2026-03-11", "timeDate"), interrupting=False))
    assert walk.start() == ["ask", "edge"]
    assert walk.fire("edge") == ["ask", "late"]
    assert walk.complete("late") == ["ask"]
    assert walk.complete("ask", more=True) == ["ask", "edge"]
    assert walk.fire("edge") == ["ask", "late"]


@pytest.mark.cell("boundaryEvent/message/interrupting")
def test_a_message_at_an_edge_takes_the_task_away() -> None:
    walk = Walk(diagram=_at_the_edge(_ANSWER, interrupting=True))
    assert walk.start() == ["ask", "edge"]
    assert walk.complete("ask", more=True) == ["ask", "edge"]
    assert walk.message("Answer", said=1) == ["late"]
    assert walk.variables()["said"] == 1
    assert walk.complete("late") == []
    assert walk.completed


@pytest.mark.cell("boundaryEvent/message/non-interrupting")
def test_a_message_at_an_edge_may_leave_the_task_and_each_one_starts_a_path() -> None:
    walk = Walk(diagram=_at_the_edge(_ANSWER, interrupting=False))
    assert walk.start() == ["ask", "edge"]
    assert walk.message("Answer", said=1) == ["ask", "edge", "late"]
    assert walk.message("Answer", said=2) == ["ask", "edge", "late", "late"]
    assert walk.complete("ask", more=False) == ["late", "late"]
    assert walk.complete("late") == ["late"]
    assert walk.complete("late") == []
    assert walk.completed


@pytest.mark.cell("boundaryEvent/error/interrupting")
@pytest.mark.cell("error")
@pytest.mark.cell("error/@errorCode")
@pytest.mark.cell("errorEventDefinition/@errorRef")
@pytest.mark.cell("errorEventDefinition/@camunda:errorCodeVariable")
def test_an_error_of_a_job_is_caught_at_its_edge_each_time_and_others_are_not() -> None:
    operators = OperatorRegistry()
    operators.add(
        Operator(topic="t", function=dict, inline=False, queue="background", inputs={}, summary="")
    )
    caught = '<bpmn:errorEventDefinition errorRef="err" camunda:errorCodeVariable="code"/>'
    walk = Walk(
        diagram=diagram(
            start() + do() + boundary("failed", "do", caught) + ask("mend") + end(),
            flows="start>do>end; failed>mend>do",
            roots=_ERROR,
        ),
        operators=operators,
    )
    assert walk.start() == ["do"]
    assert not walk.catches("do", "other")
    for _ in range(2):
        assert walk.fail("do", "refused") == ["mend"]
        assert walk.variables() == {"code": "refused"}
        assert walk.complete("mend") == ["do"]
    assert walk.finish("do") == []
    assert walk.completed


@pytest.mark.cell("endEvent/terminate")
def test_terminate_ends_all_tokens_of_its_sub_process_and_no_other() -> None:
    stop = node("endEvent", "stop", "<bpmn:terminateEventDefinition/>")
    inner = start("in") + node("parallelGateway", "f") + ask("a") + ask("b") + end("b1") + stop
    sub = node("subProcess", "sub", inner + sequence("in>f>a>stop; f>b>b1"))
    outer = (
        start() + node("parallelGateway", "g") + sub + ask("c") + ask("after") + end() + end("e2")
    )
    gateway = node("exclusiveGateway", "x", default="x_end")
    walk = Walk(
        diagram=diagram(
            outer + gateway + when("x", "sub", "more"), flows="start>g>sub>after>x>end; g>c>e2"
        )
    )
    assert walk.start() == ["a", "b", "c"]
    assert walk.complete("a") == ["after", "c"]
    assert ["b", "cancelled"] in walk.moves[-1]
    assert walk.complete("after", more=True) == ["a", "b", "c"]
    assert walk.complete("b") == ["a", "c"]
    assert walk.complete("a") == ["after", "c"]


def test_terminate_in_the_process_ends_it() -> None:
    stop = node("endEvent", "stop", "<bpmn:terminateEventDefinition/>")
    body = start() + node("parallelGateway", "f") + ask("a") + ask("b") + end() + stop
    walk = Walk(diagram=diagram(body, flows="start>f>a>stop; f>b>end"))
    assert walk.start() == ["a", "b"]
    assert walk.complete("a") == []
    assert walk.completed
