"""What was found out is known to what catches an error or interrupts, however deep it was done."""

import pytest

from .diagrams import ask, boundary, diagram, end, node, sequence, start
from .test_events_subprocess import MESSAGE, ROOTS, SIGNAL, beside
from .walk import Walk

ERROR = '<bpmn:errorEventDefinition errorRef="err"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="esc"/>'
TWICE = '<bpmn:standardLoopCharacteristics testBefore="false" loopMaximum="2"/>'


@pytest.mark.parametrize("thrown", [ERROR, ESCALATION])
def test_what_catches_the_end_of_its_own_scope_knows_what_was_done_before_it(thrown: str) -> None:
    walk = Walk(
        diagram=diagram(
            start() + ask("work") + end("end", thrown) + beside(thrown, interrupting=True),
            flows="start>work>end",
            roots=ROOTS,
        )
    )
    walk.start(a=1)
    assert walk.complete("work", a=2, b=3) == ["react"]
    assert walk.variables() == {"a": 2, "b": 3}


def test_an_error_at_the_edge_knows_what_was_done_beside_what_waits_in_the_sub_process() -> None:
    inner = start("s") + ask("work") + end("e", ERROR) + sequence("s>work>e")
    walk = Walk(
        diagram=diagram(
            start()
            + node("subProcess", "sub", inner + beside(SIGNAL, interrupting=True))
            + boundary("failed", "sub", ERROR)
            + ask("mend")
            + end(),
            flows="start>sub>end;failed>mend>end",
            roots=ROOTS,
        )
    )
    walk.start(a=1)
    assert walk.complete("work", b=2) == ["mend"]
    assert walk.variables() == {"a": 1, "b": 2}


def test_what_interrupts_a_loop_knows_what_was_done_in_the_round_that_goes_on() -> None:
    inner = start("s") + ask("one") + ask("two") + end("e") + sequence("s>one>two>e")
    walk = Walk(
        diagram=diagram(
            start()
            + node("subProcess", "sub", TWICE + inner)
            + boundary("stop", "sub", MESSAGE)
            + ask("after")
            + end(),
            flows="start>sub>after>end;stop>after",
            roots=ROOTS,
        )
    )
    walk.start()
    walk.complete("one", a=1)
    walk.complete("two", b=2)
    walk.complete("one", a=3)
    assert walk.message("news") == ["after"]
    assert walk.variables() == {"a": 3, "b": 2}


def test_a_way_that_an_interrupting_event_led_to_its_end_has_told_what_was_done_on_it() -> None:
    walk = Walk(
        diagram=diagram(
            start()
            + node("parallelGateway", "fork")
            + ask("first")
            + ask("second")
            + boundary("stop", "second", MESSAGE)
            + ask("other")
            + end()
            + end("stopped"),
            flows="start>fork>first>second>end;fork>other>end;stop>stopped",
            roots=ROOTS,
        )
    )
    walk.start()
    walk.complete("first", a=1)
    assert walk.message("news", b=2) == ["other"]
    assert walk.variables() == {"a": 1, "b": 2}
    walk.complete("other")
    assert walk.variables() == {"a": 1, "b": 2}


TERMINATE = "<bpmn:terminateEventDefinition/>"


def _two_ways(last: str) -> Walk:
    """One way sets something and waits, the other ends everything."""
    return Walk(
        diagram=diagram(
            start()
            + node("parallelGateway", "fork")
            + ask("work")
            + ask("x")
            + ask("y")
            + end("stop", last)
            + end(),
            flows="start>fork>work>stop;fork>x>y>end",
            roots='<bpmn:error id="err" name="broken" errorCode="broken"/>',
        )
    )


@pytest.mark.parametrize("last", [TERMINATE, '<bpmn:errorEventDefinition errorRef="err"/>'])
def test_an_end_that_takes_all_tokens_with_it_keeps_what_they_had_changed(last: str) -> None:
    walk = _two_ways(last)
    walk.start(a=1)
    walk.complete("x", c=3)
    assert walk.complete("work", b=2) == []
    assert walk.completed
    assert walk.variables() == {"a": 1, "b": 2, "c": 3}


def test_an_uncaught_error_inside_a_sub_process_keeps_what_was_done_there() -> None:
    inside = start("s") + ask("work") + end("e", '<bpmn:errorEventDefinition errorRef="err"/>')
    walk = Walk(
        diagram=diagram(
            start() + node("subProcess", "sub", inside + sequence("s>work>e")) + end(),
            flows="start>sub>end",
            roots='<bpmn:error id="err" name="broken" errorCode="broken"/>',
        )
    )
    walk.start(a=1)
    assert walk.complete("work", b=2) == []
    assert walk.completed
    assert walk.variables() == {"a": 1, "b": 2}


def test_terminate_inside_a_sub_process_brings_out_what_its_tokens_had_changed() -> None:
    inside = (
        start("s")
        + node("parallelGateway", "fork")
        + ask("work")
        + ask("x")
        + ask("y")
        + end("stop", TERMINATE)
        + end("e")
        + sequence("s>fork>work>stop;fork>x>y>e")
    )
    walk = Walk(
        diagram=diagram(
            start() + node("subProcess", "sub", inside) + ask("after") + end(),
            flows="start>sub>after>end",
        )
    )
    walk.start(a=1)
    walk.complete("x", c=3)
    assert walk.complete("work", b=2) == ["after"]
    assert walk.variables() == {"a": 1, "b": 2, "c": 3}
