"""Errors, escalations and signals that a token throws, and what catches them."""

import pytest

from engine.operators import Operator, OperatorRegistry

from .diagrams import ask, boundary, diagram, end, node, sequence, start
from .test_events_subprocess import beside
from .walk import Walk

ROOTS = (
    '<bpmn:signal id="sig" name="alarm"/>'
    '<bpmn:error id="err" name="broken" errorCode="broken"/>'
    '<bpmn:error id="other_err" name="lost" errorCode="lost"/>'
    '<bpmn:escalation id="esc" name="hard" escalationCode="hard"/>'
    '<bpmn:escalation id="other_esc" name="soft" escalationCode="soft"/>'
)
SIGNAL = '<bpmn:signalEventDefinition signalRef="sig"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="err"/>'
ANY_ERROR = '<bpmn:errorEventDefinition camunda:errorCodeVariable="code"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="esc"/>'
OTHER_ESCALATION = '<bpmn:escalationEventDefinition escalationRef="other_esc"/>'


def sub(inside: str, *, flows: str, name: str = "sub") -> str:
    """An embedded sub-process."""
    return node("subProcess", name, inside + sequence(flows))


def throw(name: str, definition: str) -> str:
    """An intermediate throw event."""
    return node("intermediateThrowEvent", name, definition)


def caught(definition: str, thrown: str, *, interrupting: bool = True) -> Walk:
    """A sub-process whose end throws, beside a second task inside, and a task behind its edge."""
    inside = (
        start("s")
        + node("parallelGateway", "fork")
        + ask("work")
        + ask("aside")
        + end("thrown", thrown)
        + end("e")
    )
    return Walk(
        diagram=diagram(
            start()
            + sub(inside, flows="s>fork>work>thrown;fork>aside>e")
            + boundary("edge", "sub", definition, interrupting=interrupting)
            + ask("handle")
            + ask("after")
            + end(),
            flows="start>sub>after>end;edge>handle>end",
            roots=ROOTS,
        )
    )


@pytest.mark.cell("endEvent/error")
def test_an_error_that_an_end_throws_is_caught_at_the_edge_and_all_inside_is_over() -> None:
    walk = caught(ERROR, ERROR)
    assert walk.start() == ["aside", "work"]
    assert walk.complete("work", x=1) == ["handle"]
    assert walk.complete("handle") == []
    assert walk.completed


def test_an_edge_without_a_code_catches_any_error_and_is_told_which() -> None:
    walk = caught(ANY_ERROR, ERROR)
    walk.start()
    assert walk.complete("work") == ["handle"]
    assert walk.variables()["code"] == "broken"


def test_an_error_goes_past_an_edge_that_catches_another_to_the_one_that_catches_it() -> None:
    deep = sub(
        start("s2") + end("e2", ERROR),
        flows="s2>e2",
        name="deep",
    )
    inside = (
        start("s")
        + deep
        + boundary("wrong", "deep", '<bpmn:errorEventDefinition errorRef="other_err"/>')
        + end("e")
    )
    walk = Walk(
        diagram=diagram(
            start()
            + ask("first")
            + sub(inside, flows="s>deep>e;wrong>e")
            + boundary("edge", "sub", ERROR)
            + ask("handle")
            + end(),
            flows="start>first>sub>end;edge>handle>end",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["first"]
    assert walk.complete("first") == ["handle"]


@pytest.mark.cell("startEvent/in-event-sub-process/error/interrupting")
def test_an_error_starts_the_event_sub_process_of_its_own_scope() -> None:
    walk = Walk(
        diagram=diagram(
            start()
            + node("parallelGateway", "fork")
            + ask("work")
            + ask("aside")
            + end("thrown", ERROR)
            + end()
            + beside(ERROR, interrupting=True),
            flows="start>fork>work>thrown;fork>aside>end",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["aside", "work"]
    assert walk.complete("work", x=1) == ["react"]
    assert walk.variables() == {"x": 1}
    assert walk.complete("react") == []
    assert walk.completed


def test_an_error_that_nothing_catches_ends_the_process() -> None:
    walk = Walk(
        diagram=diagram(
            start()
            + node("parallelGateway", "fork")
            + ask("work")
            + ask("aside")
            + end("thrown", ERROR)
            + end(),
            flows="start>fork>work>thrown;fork>aside>end",
            roots=ROOTS,
        )
    )
    walk.start()
    assert walk.complete("work", x=1) == []
    assert walk.completed
    assert walk.variables()["x"] == 1


@pytest.mark.cell("endEvent/escalation")
@pytest.mark.cell("escalation")
@pytest.mark.cell("escalation/@escalationCode")
@pytest.mark.cell("escalationEventDefinition/@escalationRef")
@pytest.mark.cell("boundaryEvent/escalation/interrupting")
def test_an_escalation_that_interrupts_ends_all_inside() -> None:
    walk = caught(ESCALATION, ESCALATION)
    walk.start()
    assert walk.complete("work") == ["handle"]
    assert walk.complete("handle") == []
    assert walk.completed


@pytest.mark.cell("boundaryEvent/escalation/non-interrupting")
@pytest.mark.cell("intermediateThrowEvent/escalation")
def test_an_escalation_that_does_not_interrupt_may_come_again_and_its_thrower_goes_on() -> None:
    inside = start("s") + ask("work") + throw("up", ESCALATION) + ask("more") + end("e")
    inside += throw("again", ESCALATION)
    walk = Walk(
        diagram=diagram(
            start()
            + sub(inside, flows="s>work>up>more>again>e")
            + boundary("edge", "sub", ESCALATION, interrupting=False)
            + ask("handle")
            + ask("after")
            + end(),
            flows="start>sub>after>end;edge>handle>end",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["work"]
    assert walk.complete("work") == ["handle", "more"]
    assert walk.complete("more") == ["after", "handle", "handle"]


def test_an_escalation_that_nothing_catches_changes_nothing() -> None:
    walk = caught(OTHER_ESCALATION, ESCALATION)
    walk.start()
    assert walk.complete("work") == ["aside"]
    assert walk.complete("aside") == ["after"]


@pytest.mark.cell("startEvent/in-event-sub-process/escalation/interrupting")
@pytest.mark.cell("startEvent/in-event-sub-process/escalation/non-interrupting")
@pytest.mark.parametrize(
    ("interrupting", "first", "second"),
    [
        (True, ["react"], None),
        (False, ["more", "react"], ["react", "react"]),
    ],
)
def test_an_escalation_starts_the_event_sub_process_of_its_scope(
    *, interrupting: bool, first: list[str], second: list[str] | None
) -> None:
    walk = Walk(
        diagram=diagram(
            start()
            + ask("work")
            + throw("up", ESCALATION)
            + ask("more")
            + end("e", ESCALATION)
            + beside(ESCALATION, interrupting=interrupting),
            flows="start>work>up>more>e",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["work"]
    assert walk.complete("work") == first
    if second is not None:
        assert walk.complete("more") == second


@pytest.mark.cell("intermediateThrowEvent/signal")
@pytest.mark.cell("signal")
@pytest.mark.cell("signalEventDefinition/@signalRef")
@pytest.mark.cell("intermediateCatchEvent/signal")
def test_a_signal_reaches_all_that_wait_in_its_own_instance_at_once() -> None:
    walk = Walk(
        diagram=diagram(
            start()
            + node("parallelGateway", "fork")
            + ask("work")
            + throw("cry", SIGNAL)
            + node("intermediateCatchEvent", "one", SIGNAL)
            + node("intermediateCatchEvent", "two", SIGNAL)
            + ask("a")
            + ask("b")
            + ask("c")
            + end(),
            flows="start>fork>work>cry>a>end;fork>one>b>end;fork>two>c>end",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["one", "two", "work"]
    assert walk.complete("work") == ["a", "b", "c"]


def test_a_signal_of_another_instance_brings_what_it_carries() -> None:
    walk = Walk(
        diagram=diagram(
            start() + node("intermediateCatchEvent", "one", SIGNAL) + ask("b") + end(),
            flows="start>one>b>end",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["one"]
    assert walk.signal("alarm", level=3) == ["b"]
    assert walk.variables() == {"level": 3}


@pytest.mark.cell("boundaryEvent/signal/interrupting")
@pytest.mark.cell("boundaryEvent/signal/non-interrupting")
@pytest.mark.parametrize(
    ("interrupting", "first", "second"),
    [
        (True, ["handle"], None),
        (False, ["edge", "handle", "work"], ["edge", "handle", "handle", "work"]),
    ],
)
def test_a_signal_at_an_edge(
    *, interrupting: bool, first: list[str], second: list[str] | None
) -> None:
    walk = Walk(
        diagram=diagram(
            start()
            + ask("work")
            + boundary("edge", "work", SIGNAL, interrupting=interrupting)
            + ask("handle")
            + end(),
            flows="start>work>end;edge>handle>end",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["edge", "work"]
    assert walk.signal("alarm") == first
    if second is not None:
        assert walk.signal("alarm") == second


@pytest.mark.cell("startEvent/in-event-sub-process/signal/interrupting")
@pytest.mark.cell("startEvent/in-event-sub-process/signal/non-interrupting")
@pytest.mark.cell("endEvent/signal")
@pytest.mark.parametrize(
    ("interrupting", "after"), [(True, ["react"]), (False, ["aside", "on_react", "react"])]
)
def test_a_signal_that_an_end_throws_starts_an_event_sub_process(
    *, interrupting: bool, after: list[str]
) -> None:
    walk = Walk(
        diagram=diagram(
            start()
            + node("parallelGateway", "fork")
            + ask("work")
            + ask("aside")
            + end("cry", SIGNAL)
            + end()
            + beside(SIGNAL, interrupting=interrupting),
            flows="start>fork>work>cry;fork>aside>end",
            roots=ROOTS,
        )
    )
    assert walk.start() == ["aside", "on_react", "work"]
    assert walk.complete("work") == after


@pytest.mark.cell("eventBasedGateway/to-signal")
def test_a_signal_may_be_the_first_of_several_events() -> None:
    walk = Walk(
        diagram=diagram(
            start()
            + node("eventBasedGateway", "first")
            + node("intermediateCatchEvent", "one", SIGNAL)
            + node("intermediateCatchEvent", "two", '<bpmn:messageEventDefinition messageRef="m"/>')
            + ask("a")
            + ask("b")
            + end(),
            flows="start>first>one>a>end;first>two>b>end",
            roots=ROOTS + '<bpmn:message id="m" name="m"/>',
        )
    )
    assert walk.start() == ["one", "two"]
    assert walk.signal("alarm") == ["a"]


@pytest.mark.cell("intermediateThrowEvent/none")
def test_a_throw_event_without_a_definition_is_passed() -> None:
    walk = Walk(
        diagram=diagram(start() + throw("mark", "") + ask() + end(), flows="start>mark>ask>end")
    )
    assert walk.start() == ["ask"]


def test_terminate_inside_a_sub_process_ends_that_only() -> None:
    inside = (
        start("s")
        + node("parallelGateway", "fork")
        + ask("work")
        + ask("aside")
        + end("stop", "<bpmn:terminateEventDefinition/>")
        + end("e")
    )
    walk = Walk(
        diagram=diagram(
            start()
            + node("parallelGateway", "both")
            + sub(inside, flows="s>fork>work>stop;fork>aside>e")
            + ask("other")
            + ask("after")
            + end(),
            flows="start>both>sub>after>end;both>other>end",
        )
    )
    assert walk.start() == ["aside", "other", "work"]
    assert walk.complete("work", x=1) == ["after", "other"]
    assert walk.variables()["x"] == 1


def _sender() -> OperatorRegistry:
    registry = OperatorRegistry()
    registry.add(
        Operator(
            topic="mail", function=lambda _: {}, inline=False, queue="q", inputs={}, summary=""
        )
    )
    return registry


MAIL = '<bpmn:messageEventDefinition messageRef="m" camunda:type="external" camunda:topic="mail"/>'


@pytest.mark.cell("intermediateThrowEvent/message")
@pytest.mark.cell("endEvent/message")
@pytest.mark.cell("messageEventDefinition/@camunda:type=external")
@pytest.mark.cell("messageEventDefinition/@camunda:topic")
def test_a_message_that_is_thrown_is_a_job_and_its_token_waits_for_it() -> None:
    again = (
        '<bpmn:exclusiveGateway id="x" default="x_end"/>'
        '<bpmn:sequenceFlow id="x_send" sourceRef="x" targetRef="send">'
        "<bpmn:conditionExpression>${more}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    walk = Walk(
        diagram=diagram(
            start() + throw("send", MAIL) + ask() + again + end("end", MAIL),
            flows="start>send>ask>x>end",
            roots='<bpmn:message id="m" name="m"/>',
        ),
        operators=_sender(),
    )
    assert walk.start() == ["send"]
    assert [job.topic for job in walk.waits().jobs.values()] == ["mail"]
    assert walk.finish("send", sent=1) == ["ask"]
    assert walk.complete("ask", more=True) == ["send"]
    walk.finish("send", sent=2)
    assert walk.complete("ask", more=False) == ["end"]
    assert walk.finish("end") == []
    assert walk.completed
    assert walk.variables()["sent"] == 2
