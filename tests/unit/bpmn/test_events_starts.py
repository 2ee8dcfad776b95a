"""Start events of a process: the one that is meant begins the instance, the others are not there.

What makes them begin one stands in tests/integration/engine/test_start_events.py.
"""

import pytest

from engine.spiff.specs.starts import StartTrigger

from .diagrams import ask, diagram, end, start, timer
from .walk import Walk

EVENTS = {
    "message": '<bpmn:messageEventDefinition messageRef="m"/>',
    "signal": '<bpmn:signalEventDefinition signalRef="sig"/>',
    "date": timer("2026-04-01", "timeDate"),
    "duration": timer("PT1H"),
    "cycle": timer("R3/PT1H", "timeCycle"),
}
TEXTS = {
    "message": ("message", "order"),
    "signal": ("signal", "opened"),
    "date": ("timer", "2026-04-01"),
    "duration": ("timer", "PT1H"),
    "cycle": ("timer", "R3/PT1H"),
}


@pytest.mark.cell("startEvent/message")
@pytest.mark.cell("startEvent/signal")
@pytest.mark.cell("startEvent/timer/date")
@pytest.mark.cell("startEvent/timer/duration")
@pytest.mark.cell("startEvent/timer/cycle")
@pytest.mark.parametrize("kind", EVENTS)
def test_an_instance_begins_where_it_is_meant_to(kind: str) -> None:
    walk = Walk(
        diagram=diagram(
            start() + start("on", EVENTS[kind]) + ask("plain") + ask("other") + end(),
            flows="start>plain>end;on>other>end",
            roots='<bpmn:message id="m" name="order"/><bpmn:signal id="sig" name="opened"/>',
        )
    )
    assert walk.definition.starts == (
        StartTrigger(element="on", kind=TEXTS[kind][0], text=TEXTS[kind][1]),
    )
    assert walk.start() == ["plain"]
    assert walk.complete("plain") == []
    assert walk.completed
    assert walk.start_at("on", n=1) == ["other"]
    assert walk.complete("other") == []
    assert walk.completed
