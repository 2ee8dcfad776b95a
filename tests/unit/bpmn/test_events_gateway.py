"""An event-based gateway: the first of its events wins, the others are withdrawn."""

import pytest

from .diagrams import ask, boundary, diagram, end, node, start, timer
from .walk import Walk

ROOTS = '<bpmn:message id="m" name="paid"/><bpmn:message id="n" name="refused"/>'
PAID = '<bpmn:messageEventDefinition messageRef="m"/>'

#: start → first of (message, timer, receive task) → its own task → end; and round again.
SHOP = diagram(
    start()
    + node("exclusiveGateway", "again")
    + node("eventBasedGateway", "first")
    + node("intermediateCatchEvent", "paid", PAID)
    + node("intermediateCatchEvent", "late", timer("PT1H"))
    + node("receiveTask", "no", messageRef="n")
    + ask("ship")
    + ask("remind")
    + ask("tell")
    + end(),
    flows="start>again>first;first>paid>ship>end;first>late>remind>again;first>no>tell>end",
    roots=ROOTS,
)


@pytest.mark.cell("eventBasedGateway")
@pytest.mark.cell("eventBasedGateway/to-message")
def test_the_message_that_comes_first_withdraws_timer_and_receive_task() -> None:
    walk = Walk(diagram=SHOP)
    assert walk.start() == ["late", "no", "paid"]
    assert walk.message("paid", amount=3) == ["ship"]
    assert walk.variables() == {"amount": 3}
    assert walk.complete("ship") == []
    assert walk.completed


@pytest.mark.cell("eventBasedGateway/to-timer")
def test_the_timer_that_comes_first_withdraws_the_rest_and_each_round_waits_anew() -> None:
    walk = Walk(diagram=SHOP)
    walk.start()
    first = walk.waits().timers
    assert walk.fire("late") == ["remind"]
    assert walk.complete("remind") == ["late", "no", "paid"]
    assert walk.waits().timers.keys().isdisjoint(first)
    assert walk.fire("late") == ["remind"]
    assert walk.complete("remind") == ["late", "no", "paid"]
    assert walk.message("paid") == ["ship"]


@pytest.mark.cell("eventBasedGateway/to-receiveTask")
def test_the_receive_task_that_is_answered_first_withdraws_the_rest() -> None:
    walk = Walk(diagram=SHOP)
    walk.start()
    assert walk.message("refused") == ["tell"]
    assert walk.complete("tell") == []
    assert walk.completed


def test_two_events_of_one_message_are_one_choice() -> None:
    twice = diagram(
        start()
        + node("eventBasedGateway", "first")
        + node("intermediateCatchEvent", "one", PAID)
        + node("intermediateCatchEvent", "other", PAID)
        + ask("a")
        + ask("b")
        + end(),
        flows="start>first;first>one>a>end;first>other>b>end",
        roots=ROOTS,
    )
    walk = Walk(diagram=twice)
    assert walk.start() == ["one", "other"]
    assert walk.message("paid") == ["a"]


def test_a_gateway_inside_an_activity_is_withdrawn_with_it() -> None:
    inner = (
        start("s")
        + node("eventBasedGateway", "first")
        + node("intermediateCatchEvent", "paid", PAID)
        + node("intermediateCatchEvent", "late", timer("PT1H"))
        + end("e")
        + "".join(
            f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
            for a, b in (("s", "first"), ("first", "paid"), ("first", "late"), ("paid", "e"))
        )
        + '<bpmn:sequenceFlow id="late_e" sourceRef="late" targetRef="e"/>'
    )
    walk = Walk(
        diagram=diagram(
            start()
            + node("subProcess", "sub", inner)
            + boundary("stop", "sub", '<bpmn:messageEventDefinition messageRef="n"/>')
            + end()
            + end("stopped"),
            flows="start>sub>end;stop>stopped",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["late", "paid", "stop"]
    assert walk.message("refused") == []
    assert walk.completed
