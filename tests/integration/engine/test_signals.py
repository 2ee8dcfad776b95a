"""A signal reaches every instance that waited when it was thrown, once each."""

import contextlib

import pytest
from sqlalchemy import func, select

from engine import reads
from engine.commands import CompleteUserTask
from engine.repairs import ResumeInstance, SuspendInstance
from engine.signals import Signals, broadcast
from engine.store.tables import history, signal_letter
from engine.sweep import Sweep

from .conftest import Engine, ask, boundary, diagram, end, start

SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'

#: Whoever gets "cry" throws the signal; whoever waits at "hear" hears it, again and again.
ALARM = diagram(
    start()
    + ask()
    + '<bpmn:exclusiveGateway id="x" default="x_rest"/>'
    + f'<bpmn:intermediateThrowEvent id="cry">{SIGNAL}</bpmn:intermediateThrowEvent>'
    + ask("rest")
    + boundary("hear", "rest", SIGNAL, interrupting=False)
    + ask("heard")
    + end()
    + '<bpmn:sequenceFlow id="x_cry" sourceRef="x" targetRef="cry"><bpmn:conditionExpression>'
    "${cry}</bpmn:conditionExpression></bpmn:sequenceFlow>",
    flows="start>ask>x>rest>end;cry>rest;hear>heard>end",
    roots='<bpmn:signal id="s" name="alarm"/>',
)


@pytest.fixture
def alarm(engine: Engine) -> Engine:
    """Two instances that wait for the signal, and one that may throw it."""
    engine.deploy(ALARM)
    for key in ("a", "b", "thrower"):
        engine.start(key)
    for key in ("a", "b"):
        _complete(engine, key, cry=False)
    return engine


def _complete(engine: Engine, key: str, **answers: object) -> None:
    with engine.database.connect() as connection:
        (task,) = [
            each
            for each in reads.open_user_tasks(connection, element_id="ask")
            if each.business_key == key
        ]
    engine.runtime.execute(CompleteUserTask(task_id=task.id, answers=answers, actor="ana"))


def _letters(engine: Engine) -> int:
    with engine.database.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(signal_letter)).scalar_one())


def _heard(engine: Engine) -> int:
    return engine.open_tasks().count("heard")


def test_a_thrown_signal_comes_to_all_others_that_wait_and_to_each_once(alarm: Engine) -> None:
    _complete(alarm, "thrower", cry=True)
    assert (_letters(alarm), _heard(alarm)) == (2, 0)
    Sweep(runtime=alarm.runtime).run()
    Sweep(runtime=alarm.runtime).run()
    assert (_letters(alarm), _heard(alarm)) == (0, 2)
    told = [row for row in alarm.rows(history) if row.command == "DeliverSignal"]
    assert [(row.element_id, row.actor) for row in told] == [("hear", "ana")] * 2


def test_a_signal_whose_command_is_undone_was_never_thrown(alarm: Engine) -> None:
    with alarm.database.connect() as connection:
        (task,) = reads.open_user_tasks(connection, element_id="ask")
    command = CompleteUserTask(task_id=task.id, answers={"cry": True}, actor="ana")
    with contextlib.suppress(RuntimeError), alarm.runtime.transaction() as connection:
        alarm.runtime.execute(command, connection=connection)
        raise RuntimeError
    assert _letters(alarm) == 0


def test_two_sweeps_deliver_a_signal_once(alarm: Engine) -> None:
    broadcast(alarm.runtime, "alarm", key="1")
    other = alarm.fresh_runtime()
    first, second = Signals(runtime=alarm.runtime), Signals(runtime=other)
    heard = first.deliver(1) + second.deliver(10) + first.deliver(10)
    assert (heard, _heard(alarm)) == (2, 2)


def test_the_same_throw_from_outside_twice_is_one(alarm: Engine) -> None:
    for _ in range(2):
        broadcast(alarm.runtime, "alarm", key="1", payload={"level": 3})
    assert _letters(alarm) == 2
    Sweep(runtime=alarm.runtime).run()
    broadcast(alarm.runtime, "alarm", key="2")
    Sweep(runtime=alarm.runtime).run()
    assert _heard(alarm) == 4


def test_who_waits_no_more_does_not_hear_it_and_who_begins_later_neither(alarm: Engine) -> None:
    broadcast(alarm.runtime, "alarm", key="1")
    with alarm.database.connect() as connection:
        rests = reads.open_user_tasks(connection, element_id="rest")
    for task in rests:
        alarm.runtime.execute(CompleteUserTask(task_id=task.id, answers={}, actor="ana"))
    _complete(alarm, "thrower", cry=False)
    Sweep(runtime=alarm.runtime).run()
    assert (_letters(alarm), _heard(alarm)) == (0, 0)


def test_a_suspended_instance_hears_it_when_it_goes_on(alarm: Engine) -> None:
    number = alarm.instance("a").id
    alarm.runtime.execute(SuspendInstance(instance_id=number, reason="r", actor="eva"))
    broadcast(alarm.runtime, "alarm", key="1")
    Sweep(runtime=alarm.runtime).run()
    assert (_letters(alarm), _heard(alarm)) == (1, 1)
    alarm.runtime.execute(ResumeInstance(instance_id=number, reason="r", actor="eva"))
    Sweep(runtime=alarm.runtime).run()
    assert (_letters(alarm), _heard(alarm)) == (0, 2)
