"""Instances that begin by themselves: by a message, at an instant, by a signal."""

from datetime import timedelta

import pytest

from engine.commands import DeliverMessage, Outcome, StartInstance
from engine.errors import InstanceNotFound, MessageNotExpected
from engine.operators import Outputs
from engine.signals import broadcast
from engine.start_events import StartEvents
from engine.store import start_events
from engine.store.tables import history, instance, signal_letter, start_event
from engine.sweep import Sweep

from .conftest import PROCESS, Engine, ask, diagram, do, end, start

ROOTS = '<bpmn:message id="m" name="order"/><bpmn:signal id="s" name="opened"/>'


def begins(definition: str, *, plain: bool = True, task: str = "handle") -> str:
    """A process with a start event of a kind, and perhaps a plain one."""
    return diagram(
        (start() + ask() if plain else "")
        + f'<bpmn:startEvent id="on">{definition}</bpmn:startEvent>'
        + ask(task)
        + end(),
        flows=("start>ask>end;" if plain else "") + f"on>{task}>end",
        roots=ROOTS,
    )


MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'


def timer(kind: str, text: str) -> str:
    """A timer's definition."""
    return (
        f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"
    )


def _order(engine: Engine, key: str = "k", **more: str) -> Outcome:
    message = DeliverMessage(
        name="order", process=PROCESS, business_key=key, payload={"n": 1}, **more
    )
    return engine.runtime.execute(message)


def _keys(engine: Engine) -> list[str]:
    return [row.business_key for row in engine.rows(instance)]


def test_a_message_begins_an_instance_at_its_start_event_and_another_does_not(
    engine: Engine,
) -> None:
    engine.deploy(begins(MESSAGE))
    outcome = _order(engine)
    assert (outcome.state, outcome.repeated) == ("running", False)
    assert engine.open_tasks() == ["handle"]
    assert engine.task("handle").variables == {"n": 1}
    assert [row.command for row in engine.rows(history)] == ["StartInstance"]
    other = DeliverMessage(name="other", process=PROCESS, business_key="x")
    with pytest.raises(InstanceNotFound):
        engine.runtime.execute(other)


def test_a_plain_start_goes_its_own_way_and_no_start_event_waits_in_it(engine: Engine) -> None:
    engine.deploy(begins(timer("timeDuration", "PT1H")))
    engine.start()
    assert engine.open_tasks() == ["ask"]
    (row,) = engine.rows(history)
    assert [element for element, _ in row.moves] == ["start", "ask"]


def test_the_same_message_twice_begins_one_instance(engine: Engine) -> None:
    engine.deploy(begins(MESSAGE, plain=False))
    first = _order(engine, key="1:1")
    again = DeliverMessage(name="order", process=PROCESS, business_key="k", key="x")
    one = engine.runtime.execute(again)
    two = engine.runtime.execute(again)
    assert (two.instance_id, two.repeated) == (one.instance_id, True)
    assert first.instance_id != one.instance_id
    with pytest.raises(MessageNotExpected):
        _order(engine)
    assert len(_keys(engine)) == 2


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("timeDuration", "PT1H", timedelta(hours=1)),
        ("timeDate", "2026-03-11T15:00:00Z", timedelta(days=1)),
    ],
)
def test_a_timer_begins_one_instance_at_its_instant_also_under_two_sweeps(
    engine: Engine, kind: str, text: str, due: timedelta
) -> None:
    engine.deploy(begins(timer(kind, text)))
    at = engine.clock.now() + due
    Sweep(runtime=engine.runtime).run()
    assert _keys(engine) == []
    engine.clock.instant = at + timedelta(minutes=5)
    for runtime in (engine.runtime, engine.fresh_runtime(), engine.runtime):
        Sweep(runtime=runtime).run()
    assert _keys(engine) == [f"on:{at.isoformat()}"]
    assert engine.open_tasks() == ["handle"]


def test_a_sweep_leaves_a_start_alone_that_another_one_holds(engine: Engine) -> None:
    engine.deploy(begins(timer("timeDuration", "PT1H")))
    engine.clock.advance(timedelta(hours=2))
    with engine.runtime.transaction() as connection:
        assert start_events.take_due(connection, engine.clock.now()) is not None
        assert StartEvents(runtime=engine.fresh_runtime()).begin_due(10) == 0
    assert StartEvents(runtime=engine.fresh_runtime()).begin_due(10) == 1


def test_a_cycle_begins_as_often_as_it_says_and_leaves_out_what_a_downtime_missed(
    engine: Engine,
) -> None:
    engine.deploy(begins(timer("timeCycle", "R4/PT1H")))
    for hours in (1, 2.5, 0.5, 9):
        engine.clock.advance(timedelta(hours=hours))
        Sweep(runtime=engine.runtime).run()
    hours_of = [key.split("T")[1][:5] for key in _keys(engine)]
    assert hours_of == ["16:00", "17:00", "19:00"]
    (row,) = engine.rows(start_event)
    assert row.due_at is None


def test_a_newer_version_takes_the_place_of_an_older_ones_and_keeps_what_says_the_same(
    engine: Engine,
) -> None:
    engine.deploy(begins(timer("timeCycle", "R/PT1H")))
    (before,) = engine.rows(start_event)
    engine.clock.advance(timedelta(minutes=50))
    engine.deploy(begins(timer("timeCycle", "R/PT1H"), task="other"))
    (after,) = engine.rows(start_event)
    assert after.due_at == before.due_at
    assert after.definition_id != before.definition_id
    engine.clock.advance(timedelta(minutes=10))
    Sweep(runtime=engine.runtime).run()
    assert engine.open_tasks() == ["other"]
    engine.deploy(begins(MESSAGE))
    assert [row.kind for row in engine.rows(start_event)] == ["message"]


def test_a_signal_begins_an_instance_of_each_process_that_waits_for_it_once(engine: Engine) -> None:
    engine.deploy(begins(SIGNAL))
    for _ in range(2):
        broadcast(engine.runtime, "opened", key="1", payload={"by": "eva"})
        Sweep(runtime=engine.runtime).run()
    assert len(_keys(engine)) == 1
    assert engine.task("handle").variables == {"by": "eva"}
    assert engine.rows(signal_letter) == []


def test_the_start_event_of_a_start_is_in_its_history(engine: Engine) -> None:
    engine.deploy(begins(MESSAGE))
    engine.runtime.execute(StartInstance(process=PROCESS, business_key="a", start_event="on"))
    (row,) = engine.rows(history)
    assert row.input["start_event"] == "on"
    assert engine.open_tasks() == ["handle"]


def test_a_start_that_fails_keeps_no_other_waiting_and_is_tried_again(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    fails = [True]

    def work(_job: object) -> Outputs:
        if fails:
            raise ZeroDivisionError  # a mistake of the service
        return {}

    engine.operator(work, inline=True)
    engine.deploy(begins(timer("timeDuration", "PT1H")).replace(ask("handle"), do("handle")))
    other = begins(timer("timeDuration", "PT2H")).replace('id="p"', 'id="q"')
    engine.deploy(other)
    engine.clock.advance(timedelta(hours=3))
    Sweep(runtime=engine.runtime).run()
    assert [row.process for row in engine.rows(instance)] == ["q"]
    assert "could not begin its instance" in caplog.text
    fails.clear()
    Sweep(runtime=engine.runtime).run()
    assert len(_keys(engine)) == 1
    engine.clock.advance(timedelta(minutes=1))
    Sweep(runtime=engine.runtime).run()
    assert sorted(row.process for row in engine.rows(instance)) == ["p", "q"]
    assert [row.due_at for row in engine.rows(start_event)] == [None, None]
