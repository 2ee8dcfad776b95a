"""A suspended instance stands still; nothing that comes for it meanwhile is lost or done twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.commands import CancelInstance, DeliverMessage, FireTimer, Outcome
from engine.errors import (
    InstanceNotFound,
    InstanceSuspended,
    MessageNotExpected,
    NotSuspended,
    TimerNotWaiting,
)
from engine.operators import BpmnError, Job
from engine.repairs import (
    ChangeVariables,
    MoveToken,
    RepeatStep,
    ResumeInstance,
    RetryJobs,
    SuspendInstance,
)
from engine.store.tables import history, inbox_message, job, subscription, timer
from engine.sweep import Sweep

from .conftest import (
    KEY,
    PROCESS,
    Engine,
    ask,
    boundary,
    diagram,
    do,
    end,
    nothing,
    start,
    write_effect,
)
from .conftest import timer as clock

HOUR = timedelta(hours=1)
MESSAGE = '<bpmn:message id="m" name="back"/>'


def suspend(engine: Engine, key: str = KEY) -> Outcome:
    """Let an instance stand still."""
    number = engine.instance(key).id
    return engine.runtime.execute(
        SuspendInstance(instance_id=number, reason="court order", actor="ana")
    )


def resume(engine: Engine, key: str = KEY) -> Outcome:
    """Let it go on."""
    number = engine.instance(key).id
    return engine.runtime.execute(ResumeInstance(instance_id=number, reason="lifted", actor="bia"))


def _late(engine: Engine) -> None:
    """Start a user task with two clocks at its edge; neither interrupts."""
    edges = boundary("late", "ask", clock("PT1H"), interrupting=False)
    edges += boundary("later", "ask", clock("PT3H"), interrupting=False)
    engine.deploy(
        diagram(
            start() + ask() + edges + ask("remind") + ask("warn") + end(),
            flows="start>ask>end; late>remind>end; later>warn>end",
        )
    )
    engine.start()


def _receive(engine: Engine) -> None:
    """Start a process that waits for the same message twice."""
    engine.deploy(
        diagram(
            start()
            + '<bpmn:receiveTask id="one" messageRef="m"/>'
            + '<bpmn:receiveTask id="two" messageRef="m"/>'
            + end(),
            flows="start>one>two>end",
            roots=MESSAGE,
        )
    )
    engine.start()


def _deliver(engine: Engine, n: int, *, ttl: timedelta | None = None) -> Outcome:
    """Send the message, with a number in it."""
    return engine.runtime.execute(
        DeliverMessage(
            name="back",
            process=PROCESS,
            business_key=KEY,
            payload={"n": n},
            ttl=ttl,
            key=f"message:{n}",
        )
    )


def test_a_suspended_instances_user_task_is_refused_clearly_and_open_again_on_resume(
    engine: Engine,
) -> None:
    _late(engine)
    assert suspend(engine).state == "suspended"
    with pytest.raises(InstanceSuspended, match="is suspended: resume it first"):
        engine.complete()
    assert engine.open_tasks() == ["ask"]
    assert resume(engine).state == "running"
    assert engine.complete().state == "completed"
    suspended, resumed = engine.rows(history)[1:3]
    assert (suspended.command, suspended.actor, suspended.input["reason"]) == (
        "SuspendInstance",
        "ana",
        "court order",
    )
    assert (resumed.command, resumed.input["reason"]) == ("ResumeInstance", "lifted")


def test_suspending_twice_and_resuming_what_goes_on_are_refused(engine: Engine) -> None:
    _late(engine)
    with pytest.raises(NotSuspended):
        resume(engine)
    suspend(engine)
    with pytest.raises(InstanceSuspended):
        suspend(engine)
    with pytest.raises(InstanceNotFound):
        engine.runtime.execute(SuspendInstance(instance_id=0, reason="", actor="ana"))


@pytest.mark.row("D12")
def test_timers_that_came_due_while_suspended_fire_once_on_resume_and_in_order(
    engine: Engine,
) -> None:
    """D12: after downtime each overdue timer fires once."""
    _late(engine)
    suspend(engine)
    engine.clock.advance(10 * HOUR)
    assert engine.sweep() == 0
    first = engine.rows(timer)[0]
    with pytest.raises(TimerNotWaiting):
        engine.runtime.execute(FireTimer(timer_id=first.id))
    resume(engine)
    assert [row.due_at for row in engine.rows(timer)] == [
        engine.clock.now() - 9 * HOUR,
        engine.clock.now() - 7 * HOUR,
    ], "a suspension moves no due time"
    assert engine.sweep() == 2
    assert [row.element_id for row in engine.rows(history)[-2:]] == ["late", "later"]
    assert engine.open_tasks() == ["ask", "remind", "warn"]
    assert engine.sweep() == 0


def test_a_timer_that_was_claimed_before_the_suspension_does_not_fire(engine: Engine) -> None:
    _late(engine)
    engine.clock.advance(HOUR)
    sweep = Sweep(runtime=engine.runtime)
    claimed = sweep.run().timers
    suspend(engine)
    assert sweep.fire(claimed) == 0
    resume(engine)
    assert engine.sweep() == 1, "its claim ended with the suspension"


def test_a_job_is_not_started_while_suspended_and_told_of_again_on_resume(engine: Engine) -> None:
    engine.operator(nothing)
    engine.deploy(diagram(start() + do() + end(), flows="start>do>end"))
    engine.start()
    suspend(engine)
    engine.nudges.clear()
    assert not engine.work()
    assert Sweep(runtime=engine.runtime, nudge_after_seconds=0).run().nudged == 0
    resume(engine)
    assert [nudge.job_id for nudge in engine.nudges] == [engine.jobs()[0].id]
    assert engine.work()
    assert engine.instance().state == "completed"


@pytest.mark.row("D10")
def test_the_result_of_a_job_that_was_under_way_is_kept_and_its_work_not_done_again(
    engine: Engine,
) -> None:
    """D10: a slow job is never started twice."""
    calls: list[int] = []

    def slow(work: Job) -> dict[str, int]:
        calls.append(1)
        suspend(engine)
        write_effect(work.connection)
        return {"found": 7}

    engine.operator(slow)
    engine.deploy(diagram(start() + do() + ask() + end(), flows="start>do>ask>end"))
    engine.start()
    assert engine.work()
    assert (engine.instance().state, engine.open_tasks()) == ("suspended", [])
    assert engine.effects() == 1, "what it wrote is kept with its result"
    assert engine.rows(history)[-1].input["kept"]
    assert not engine.work()

    engine.nudges.clear()
    resume(engine)
    assert [nudge.topic for nudge in engine.nudges] == ["t"]
    assert engine.work()
    assert engine.task().variables["found"] == 7
    assert (len(calls), engine.effects(), engine.rows(job)) == (1, 1, [])


CATCH = '<bpmn:errorEventDefinition id="x" camunda:errorCodeVariable="erro"/>'


@pytest.mark.parametrize("caught", [True, False])
def test_the_error_of_a_job_that_was_under_way_is_kept_too(engine: Engine, *, caught: bool) -> None:
    calls: list[int] = []

    def refused(_work: Job) -> None:
        calls.append(1)
        if len(calls) == 1:
            suspend(engine)
        raise BpmnError("recusado", "no")

    engine.operator(refused)
    edge = boundary("failed", "do", CATCH) + ask() + end("e2")
    engine.deploy(
        diagram(
            start() + do() + end() + (edge if caught else ""),
            flows="start>do>end; failed>ask>e2" if caught else "start>do>end",
        )
    )
    engine.start()
    engine.work()
    assert engine.instance().incidents == 0
    resume(engine)
    engine.work()
    assert len(calls) == 1
    if caught:
        assert engine.task().variables["erro"] == "recusado"
        return
    assert engine.instance().incidents == 1
    again = RetryJobs(instance_id=engine.instance().id, reason="mended", actor="ana")
    engine.runtime.execute(again)
    engine.work()
    assert len(calls) == 2, "after an incident it is work again, no kept result"


def test_a_message_that_a_suspended_instance_waits_for_is_kept_until_it_goes_on(
    engine: Engine,
) -> None:
    _receive(engine)
    suspend(engine)
    assert _deliver(engine, 1).state == "kept"
    assert _deliver(engine, 1).repeated
    engine.clock.advance(timedelta(days=400))
    assert Sweep(runtime=engine.runtime).run().letters == 0
    assert len(engine.rows(inbox_message)) == 1
    resume(engine)
    assert [row.element_id for row in engine.rows(subscription)] == ["two"]
    assert engine.rows(history)[-1].changes == {"n": 1}
    assert engine.rows(inbox_message) == []
    assert _deliver(engine, 1).repeated, "it had its effect"


def test_of_two_messages_the_second_is_refused_as_it_would_be_after_the_first(
    engine: Engine,
) -> None:
    _receive(engine)
    suspend(engine)
    with pytest.raises(MessageNotExpected):
        engine.runtime.execute(DeliverMessage(name="other", process=PROCESS, business_key=KEY))
    _deliver(engine, 1)
    with pytest.raises(MessageNotExpected):
        _deliver(engine, 2)
    assert _deliver(engine, 3, ttl=HOUR).state == "kept"
    assert resume(engine).state == "completed"


def test_a_second_message_that_is_too_old_on_resume_is_not_delivered(engine: Engine) -> None:
    _receive(engine)
    suspend(engine)
    _deliver(engine, 1, ttl=HOUR)
    _deliver(engine, 2, ttl=HOUR)
    engine.clock.advance(2 * HOUR)
    assert resume(engine).state == "running"
    assert [row.element_id for row in engine.rows(subscription)] == ["two"]
    Sweep(runtime=engine.runtime).run()
    assert engine.rows(inbox_message) == []


def _move(engine: Engine) -> MoveToken:
    return MoveToken(
        instance_id=engine.instance().id, source="ask", target="do", reason="", actor="ana"
    )


def _repeat(engine: Engine) -> RepeatStep:
    return RepeatStep(instance_id=engine.instance().id, element="do", reason="", actor="ana")


@pytest.mark.parametrize("repair", [_move, _repeat])
def test_what_a_repair_begins_on_a_suspended_instance_stands_still_too(
    engine: Engine, repair: Callable[[Engine], MoveToken | RepeatStep]
) -> None:
    engine.operator(nothing)
    edge = boundary("late", "do", clock("PT1H"))
    engine.deploy(
        diagram(
            start() + do() + edge + ask() + end() + ask("remind"),
            flows="start>do>ask>end; late>remind>end",
        )
    )
    engine.start()
    assert engine.work()
    suspend(engine)
    engine.nudges.clear()
    engine.runtime.execute(repair(engine))
    engine.clock.advance(2 * HOUR)
    assert ([row.paused for row in engine.rows(timer)], engine.nudges) == ([True], [])
    assert (engine.sweep(), engine.work()) == (0, False)
    resume(engine)
    assert engine.sweep() == 1
    assert engine.open_tasks() == ["remind"]


def test_variables_can_be_changed_and_the_instance_cancelled_while_suspended(
    engine: Engine,
) -> None:
    _late(engine)
    suspend(engine)
    number = engine.instance().id
    change = ChangeVariables(instance_id=number, values={"x": 1}, reason="", actor="ana")
    assert engine.runtime.execute(change).state == "suspended"
    cancel = CancelInstance(instance_id=number, reason="withdrawn", actor="ana")
    assert engine.runtime.execute(cancel).state == "cancelled"
    assert (engine.rows(timer), engine.open_tasks()) == ([], [])
