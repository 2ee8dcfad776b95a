"""Event sub-processes that begin while other tokens wait at a join, or have ended."""

import pytest

from .diagrams import ask, diagram, end, node, sequence, start
from .test_events_subprocess import MESSAGE, ROOTS, SIGNAL, beside
from .walk import Walk


def test_an_event_sub_process_knows_the_variables_when_the_flow_has_ended_already() -> None:
    walk = Walk(
        diagram=diagram(
            start() + ask("work") + end() + beside(MESSAGE, interrupting=False),
            flows="start>work>end",
            roots=ROOTS,
        )
    )
    walk.start(a=1)
    walk.message("news", b=2)
    assert walk.complete("work", c=3) == ["on_react", "react"]
    walk.message("news", d=4)
    assert walk.variables() == {"a": 1, "b": 2, "c": 3, "d": 4}
    walk.complete("react")
    walk.complete("react")
    assert walk.completed
    assert walk.variables() == {"a": 1, "b": 2, "c": 3, "d": 4}


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
def test_an_event_sub_process_knows_the_variables_when_a_token_waits_at_a_join(kind: str) -> None:
    walk = Walk(
        diagram=diagram(
            start()
            + node(kind, "fork")
            + node(kind, "join")
            + ask("a")
            + ask("b")
            + end()
            + beside(SIGNAL, interrupting=True),
            flows="start>fork>a>join>end;fork>b>join",
            roots=ROOTS,
        )
    )
    walk.start(x=1)
    walk.complete("a", y=2)
    assert walk.signal("alarm", z=3) == ["react"]
    assert walk.variables() == {"x": 1, "y": 2, "z": 3}


def test_an_event_sub_process_that_interrupts_knows_what_was_done_in_a_sub_process() -> None:
    inner = start("s") + ask("first") + ask("second") + end("e")
    walk = Walk(
        diagram=diagram(
            start()
            + node("subProcess", "sub", inner + sequence("s>first>second>e"))
            + end()
            + beside(SIGNAL, interrupting=True),
            flows="start>sub>end",
            roots=ROOTS,
        )
    )
    walk.start(x=1)
    walk.complete("first", y=2)
    assert walk.signal("alarm", z=3) == ["react"]
    assert walk.variables() == {"x": 1, "y": 2, "z": 3}
