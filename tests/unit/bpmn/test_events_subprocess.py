"""Event sub-processes: what starts them waits beside the flow, and they interrupt it or not."""

from datetime import timedelta

import pytest

from .diagrams import ask, boundary, diagram, end, node, sequence, start, timer
from .walk import MORNING, Walk

ROOTS = (
    '<bpmn:message id="m" name="news"/><bpmn:signal id="sig" name="alarm"/>'
    '<bpmn:error id="err" name="broken" errorCode="broken"/>'
    '<bpmn:escalation id="esc" name="hard" escalationCode="hard"/>'
)
MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="sig"/>'


def beside(definition: str, *, interrupting: bool, inside: str = "react") -> str:
    """An event sub-process with one user task."""
    flag = "true" if interrupting else "false"
    body = (
        node("startEvent", f"on_{inside}", definition, isInterrupting=flag)
        + ask(inside)
        + end(f"end_{inside}")
        + sequence(f"on_{inside}>{inside}>end_{inside}")
    )
    return node("subProcess", f"sub_{inside}", body, triggeredByEvent="true")


def work(definition: str, *, interrupting: bool) -> Walk:
    """One task in the flow, and an event sub-process beside it."""
    return Walk(
        diagram=diagram(
            start() + ask("work") + end() + beside(definition, interrupting=interrupting),
            flows="start>work>end",
            roots=ROOTS,
        )
    )


@pytest.mark.cell("subProcess/event")
@pytest.mark.cell("subProcess/@triggeredByEvent=true")
@pytest.mark.cell("startEvent/in-event-sub-process/message/interrupting")
def test_a_message_that_interrupts_takes_the_place_of_the_flow() -> None:
    walk = work(MESSAGE, interrupting=True)
    assert walk.start(a=1) == ["on_react", "work"]
    assert walk.message("news", b=2) == ["react"]
    assert walk.variables() == {"a": 1, "b": 2}
    assert walk.complete("react", c=3) == []
    assert walk.completed
    assert walk.variables() == {"a": 1, "b": 2, "c": 3}


@pytest.mark.cell("startEvent/in-event-sub-process/message/non-interrupting")
def test_a_message_that_does_not_interrupt_may_come_again_and_again() -> None:
    walk = work(MESSAGE, interrupting=False)
    walk.start()
    assert walk.message("news", n=1) == ["on_react", "react", "work"]
    assert walk.message("news", n=2) == ["on_react", "react", "react", "work"]
    assert walk.complete("react") == ["on_react", "react", "work"]
    assert walk.complete("work") == ["on_react", "react"]
    assert walk.complete("react") == []
    assert walk.completed


def test_an_event_that_never_comes_keeps_nothing_from_ending() -> None:
    walk = work(MESSAGE, interrupting=False)
    walk.start()
    assert walk.complete("work") == []
    assert walk.completed


@pytest.mark.cell("startEvent/in-event-sub-process/timer/duration/interrupting")
@pytest.mark.cell("startEvent/in-event-sub-process/timer/date/interrupting")
@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("timeDuration", "PT2H", MORNING + timedelta(hours=2)),
        ("timeDate", "2026-03-11T12:00:00Z", MORNING + timedelta(days=1)),
    ],
)
def test_a_timer_that_interrupts_runs_from_the_scopes_start(
    kind: str, text: str, due: object
) -> None:
    walk = work(timer(text, kind), interrupting=True)
    assert walk.start() == ["on_react", "work"]
    assert [wait.due_at for wait in walk.waits().timers.values()] == [due]
    assert walk.fire("on_react") == ["react"]
    assert walk.complete("react") == []
    assert walk.completed


@pytest.mark.cell("startEvent/in-event-sub-process/timer/duration/non-interrupting")
@pytest.mark.cell("startEvent/in-event-sub-process/timer/date/non-interrupting")
@pytest.mark.parametrize(
    ("kind", "text"), [("timeDuration", "PT2H"), ("timeDate", "2026-03-11T12:00:00Z")]
)
def test_a_timer_that_does_not_interrupt_fires_once(kind: str, text: str) -> None:
    walk = work(timer(text, kind), interrupting=False)
    walk.start()
    assert walk.fire("on_react") == ["react", "work"]
    assert walk.complete("work") == ["react"]
    assert walk.complete("react") == []
    assert walk.completed


@pytest.mark.cell("startEvent/in-event-sub-process/timer/cycle/non-interrupting")
def test_a_cycle_that_does_not_interrupt_comes_as_often_as_it_says() -> None:
    walk = work(timer("R2/PT1H", "timeCycle"), interrupting=False)
    walk.start()
    assert walk.fire("on_react") == ["on_react", "react", "work"]
    assert walk.fire("on_react") == ["react", "react", "work"]


@pytest.mark.cell("startEvent/in-event-sub-process/timer/cycle/interrupting")
def test_a_cycle_that_interrupts_comes_once() -> None:
    walk = work(timer("R2/PT1H", "timeCycle"), interrupting=True)
    walk.start()
    assert walk.fire("on_react") == ["react"]


def test_it_knows_what_the_flow_has_found_out_by_then() -> None:
    walk = Walk(
        diagram=diagram(
            start() + ask("first") + ask("work") + end() + beside(MESSAGE, interrupting=False),
            flows="start>first>work>end",
            roots=ROOTS,
        )
    )
    walk.start(a=1)
    walk.complete("first", found="it")
    walk.message("news")
    (react,) = [each for each in walk.waits().user_tasks.values() if each.element_id == "react"]
    assert react.variables == {"a": 1, "found": "it"}
    walk.complete("react", told=True)
    walk.complete("work", done=True)
    assert walk.variables() == {"a": 1, "found": "it", "told": True, "done": True}


def test_inside_a_sub_process_it_lives_as_long_as_that_and_each_round_anew() -> None:
    inner = (
        start("s")
        + ask("work")
        + end("e")
        + sequence("s>work>e")
        + beside(MESSAGE, interrupting=True)
    )
    again = (
        '<bpmn:exclusiveGateway id="x" default="x_end"/>'
        '<bpmn:sequenceFlow id="x_sub" sourceRef="x" targetRef="sub">'
        "<bpmn:conditionExpression>${more}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    walk = Walk(
        diagram=diagram(
            start() + node("subProcess", "sub", inner) + again + ask("after") + end(),
            flows="start>sub>after>x>end",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["on_react", "work"]
    assert walk.complete("work") == ["after"]
    assert walk.complete("after", more=True) == ["on_react", "work"]
    assert walk.message("news") == ["react"]
    assert walk.complete("react") == ["after"]
    assert walk.complete("after", more=False) == []
    assert walk.completed


def test_the_edge_of_a_sub_process_takes_what_waits_beside_it_too() -> None:
    inner = (
        start("s")
        + ask("work")
        + end("e")
        + sequence("s>work>e")
        + beside(MESSAGE, interrupting=False)
    )
    walk = Walk(
        diagram=diagram(
            start()
            + node("subProcess", "sub", inner)
            + boundary("late", "sub", timer("PT1H"))
            + ask("after")
            + end(),
            flows="start>sub>end;late>after>end",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["late", "on_react", "work"]
    assert walk.message("news") == ["late", "on_react", "react", "work"]
    assert walk.fire("late") == ["after"]
    assert walk.complete("after") == []
    assert walk.completed


def test_two_of_them_one_interrupting_the_other_too() -> None:
    walk = Walk(
        diagram=diagram(
            start()
            + ask("work")
            + end()
            + beside(MESSAGE, interrupting=False)
            + beside(timer("PT1H"), interrupting=True, inside="close"),
            flows="start>work>end",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["on_close", "on_react", "work"]
    assert walk.message("news") == ["on_close", "on_react", "react", "work"]
    assert walk.fire("on_close") == ["close"]
    assert walk.complete("close") == []
    assert walk.completed
