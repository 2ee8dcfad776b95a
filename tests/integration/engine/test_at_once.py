"""Two at once on one instance: they are put in order, no token is lost, nobody sees a lock."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.commands import Command, CompleteUserTask, DeliverMessage, FireTimer, StartInstance
from engine.errors import Busy, EngineError, MessageNotExpected, TaskNotOpen, TimerNotWaiting
from engine.store.tables import instance, timer, user_task

from .conftest import KEY, PROCESS, Engine, ask, boundary, diagram, end, start
from .conftest import timer as timer_of

ROUNDS = 8

BRANCHES = diagram(
    start()
    + '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
    + "".join(map(ask, ("a", "b", "last")))
    + end(),
    flows="start>fork>a>join>last>end; fork>b>join",
)
RACE = diagram(
    start()
    + ask()
    + boundary("late", "ask", timer_of("PT1H"))
    + boundary("gone", "ask", '<bpmn:messageEventDefinition messageRef="m"/>')
    + ask("timed")
    + ask("told")
    + end()
    + end("end_timed")
    + end("end_told"),
    flows="start>ask>end; late>timed>end_timed; gone>told>end_told",
    roots='<bpmn:message id="m" name="gone"/>',
)


def at_once(engine: Engine, *commands: Command) -> list[str]:
    """Execute commands at the same moment, as processes of their own would; say what each heard."""
    together = threading.Barrier(len(commands))

    def carry_out(command: Command) -> str:
        runtime = engine.fresh_runtime()
        with engine.database.connect():
            together.wait(10)
        try:
            return runtime.execute(command).state
        except EngineError as error:
            return type(error).__name__

    with ThreadPoolExecutor(len(commands)) as threads:
        return list(threads.map(carry_out, commands))


def complete(engine: Engine, element: str, actor: str = "ana") -> CompleteUserTask:
    """Make the command that completes the one open task at an element."""
    return CompleteUserTask(task_id=engine.task(element).id, answers={element: 1}, actor=actor)


@pytest.mark.row("D6")
def test_of_two_branches_completed_at_once_no_token_is_lost(engine: Engine) -> None:
    """Row D6: two completions at once: no token lost."""
    engine.deploy(BRANCHES)
    for number in range(ROUNDS):
        engine.start(f"login:{number}")
        assert at_once(engine, complete(engine, "a"), complete(engine, "b")) == ["running"] * 2
        assert engine.open_tasks() == ["last"]
        assert engine.instance(f"login:{number}").state == "running"
        engine.complete("last")
        assert engine.instance(f"login:{number}").state == "completed"


@pytest.mark.row("D3")
def test_of_two_starts_of_one_business_key_at_once_the_second_gets_the_first_instance(
    engine: Engine,
) -> None:
    """Row D3: second start with same business key: the first instance, across versions."""
    engine.deploy(BRANCHES)
    for number in range(ROUNDS):
        if number == ROUNDS // 2:
            engine.deploy(RACE)
        starts = [StartInstance(process=PROCESS, business_key=f"login:{number}")] * 2
        assert at_once(engine, *starts) == ["running", "running"]
        assert len(engine.rows(instance)) == number + 1


@pytest.mark.row("D6")
def test_a_task_completed_by_two_at_once_is_completed_by_one(engine: Engine) -> None:
    """Row D6: the other one hears that it is done, and of no lock."""
    engine.deploy(BRANCHES)
    for number in range(ROUNDS):
        engine.start(f"login:{number}")
        heard = at_once(engine, complete(engine, "a"), complete(engine, "a", "bea"))
        assert sorted(heard) == [TaskNotOpen.__name__, "running"]
        assert engine.open_tasks() == ["b"]
        engine.complete("b")
        engine.complete("last")


@pytest.mark.row("D6")
def test_of_a_message_and_a_timer_at_once_one_goes_on_and_the_other_finds_nothing(
    engine: Engine,
) -> None:
    """Row D6: whichever comes second is refused by name."""
    engine.deploy(RACE)
    for number in range(ROUNDS):
        key = f"login:{number}"
        engine.start(key)
        engine.clock.advance(timedelta(hours=2))
        (row,) = engine.rows(timer)
        heard = at_once(
            engine,
            FireTimer(timer_id=row.id),
            DeliverMessage(name="gone", process=PROCESS, business_key=key),
        )
        assert heard in (
            ["running", MessageNotExpected.__name__],
            [TimerNotWaiting.__name__, "running"],
        )
        (open_task,) = engine.rows(user_task)
        assert open_task.element_id == ("timed" if heard[0] == "running" else "told")
        engine.complete(open_task.element_id)


@pytest.mark.row("D6")
def test_whoever_waits_too_long_for_another_command_is_asked_to_try_again(
    engine: Engine,
) -> None:
    """Row D6: a bounded wait, then a clean "try again"; nothing was done."""
    engine.runtime.lock_wait = timedelta(milliseconds=50)
    engine.deploy(BRANCHES)
    engine.start(KEY)
    command = complete(engine, "a")
    with engine.database.begin() as other:
        other.execute(text("SELECT 1 FROM engine.instance FOR UPDATE"))
        with pytest.raises(Busy, match="try again"):
            engine.runtime.execute(command)
    assert engine.open_tasks() == ["a", "b"]
    assert engine.runtime.execute(command).state == "running"
    assert engine.open_tasks() == ["b"]
