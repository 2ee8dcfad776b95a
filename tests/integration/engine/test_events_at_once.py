"""Events under several processes: one of two comes first, and each round of a cycle comes once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from engine.commands import DeliverMessage, FireTimer
from engine.store.tables import history, subscription, timer
from engine.sweep import Sweep

from .conftest import PROCESS, Engine, ask, boundary, diagram, end, start
from .conftest import timer as timer_of
from .test_at_once import at_once

HOUR = timedelta(hours=1)
ROUNDS = 6

GATEWAY = diagram(
    start()
    + '<bpmn:eventBasedGateway id="first"/>'
    + '<bpmn:intermediateCatchEvent id="told"><bpmn:messageEventDefinition messageRef="m"/>'
    + "</bpmn:intermediateCatchEvent>"
    + f'<bpmn:intermediateCatchEvent id="timed">{timer_of("PT1H")}</bpmn:intermediateCatchEvent>'
    + ask("after_told")
    + ask("after_timed")
    + end(),
    flows="start>first>told>after_told>end; first>timed>after_timed>end",
    roots='<bpmn:message id="m" name="gone"/>',
)
REMINDED = diagram(
    start()
    + ask()
    + boundary(
        "remind",
        "ask",
        "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>"
        "</bpmn:timerEventDefinition>",
        interrupting=False,
    )
    + ask("reminded")
    + end(),
    flows="start>ask>end; remind>reminded>end",
)


def test_of_message_and_timer_at_once_one_is_first_and_the_other_is_withdrawn(
    engine: Engine,
) -> None:
    engine.deploy(GATEWAY)
    for number in range(ROUNDS):
        engine.start(f"k{number}")
    engine.clock.advance(2 * HOUR)
    for number in range(ROUNDS):
        key, instance_id = f"k{number}", engine.instance(f"k{number}").id
        (due,) = [row for row in engine.rows(timer) if row.instance_id == instance_id]
        heard = at_once(
            engine,
            FireTimer(timer_id=due.id),
            DeliverMessage(name="gone", process=PROCESS, business_key=key),
        )
        assert sorted(heard) in (["TimerNotWaiting", "running"], ["MessageNotExpected", "running"])
    assert (engine.rows(timer), engine.rows(subscription)) == ([], [])
    assert len(engine.open_tasks()) == ROUNDS


def test_each_round_of_a_cycle_comes_once_under_two_sweeps(engine: Engine) -> None:
    engine.deploy(REMINDED)
    engine.start()
    began = engine.clock.now()
    for number in (1, 2, 3):
        engine.clock.instant = began + number * HOUR
        sweeps = [Sweep(runtime=engine.fresh_runtime()) for _ in range(2)]
        (row,) = engine.rows(timer)
        assert row.due_at == began + number * HOUR
        with ThreadPoolExecutor(2) as threads:
            fired = sum(threads.map(lambda sweep: sweep.fire([row.id]), sweeps))  # noqa: B023 — this round's
        assert fired == 1
        assert engine.open_tasks().count("reminded") == number
    assert engine.rows(timer) == []
    assert [row.command for row in engine.rows(history)].count("FireTimer") == 3


def test_a_round_that_was_put_off_fires_late_and_the_next_keeps_the_schedule(
    engine: Engine,
) -> None:
    engine.deploy(REMINDED)
    engine.start()
    began = engine.clock.now()
    (row,) = engine.rows(timer)
    with engine.database.begin() as connection:
        connection.execute(timer.update().values(due_at=row.due_at + HOUR / 2))
    engine.clock.advance(HOUR)
    assert engine.sweep() == 0
    engine.clock.advance(HOUR / 2)
    assert engine.sweep() == 1
    (row,) = engine.rows(timer)
    assert row.due_at == began + 2 * HOUR
