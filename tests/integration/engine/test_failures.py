"""What failed is where staff see it: a command, a timer, a signal, and what nothing can move."""

import contextlib
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Row, insert, update

from engine.commands import CancelInstance, CompleteUserTask, DeliverMessage
from engine.due_timers import DueTimers
from engine.errors import DiagramFailed, NoFlowTaken, NothingToRetry
from engine.operators import Job
from engine.repairs import ChangeVariables, MoveToken, RetryJobs
from engine.signals import Signals, broadcast
from engine.store import timer_moves
from engine.store.tables import inbox_message, incident, instance, signal_letter, timer
from engine.sweep import Sweep

from .conftest import KEY, PROCESS, Engine, Even, ask, boundary, diagram, do, end, start
from .conftest import timer as clock

MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'


def _choice(condition: str) -> str:
    return (
        '<bpmn:exclusiveGateway id="x"/>'
        '<bpmn:sequenceFlow id="x_end" sourceRef="x" targetRef="end">'
        f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )


def _open(engine: Engine) -> list[Row[object]]:
    return [row for row in engine.rows(incident) if row.closed_at is None]


def _because(engine: Engine, key: str = KEY, **more: object) -> dict[str, object]:
    return {"instance_id": engine.instance(key).id, "reason": "asked", "actor": "ana", **more}


@pytest.fixture
def choosing(engine: Engine) -> Engine:
    """An instance at a user task, behind which one answer alone leads on."""
    engine.deploy(diagram(start() + ask() + _choice("${fee > 0}") + end(), flows="start>ask>x"))
    engine.start()
    return engine


def test_an_answer_that_the_diagram_refuses_is_an_incident_once_however_often_it_comes(
    choosing: Engine,
) -> None:
    for _ in range(2):
        with pytest.raises(NoFlowTaken):
            choosing.complete(fee=0)
    (found,) = _open(choosing)
    assert (found.kind, found.element_id, found.times) == ("command", "ask", 2)
    assert found.error.startswith("NoFlowTaken: ")
    assert choosing.instance().incidents == 1
    assert choosing.open_tasks() == ["ask"], "nothing else was changed"


def test_the_next_answer_that_passes_closes_the_incident(choosing: Engine) -> None:
    with pytest.raises(NoFlowTaken):
        choosing.complete(fee=0)
    choosing.complete(fee=1)
    (found,) = choosing.rows(incident)
    assert (found.closed_by, found.closed_at) == ("ana", choosing.clock.now())


def test_an_expression_that_fails_is_an_incident_without_the_data_it_met(engine: Engine) -> None:
    engine.deploy(
        diagram(start() + ask() + _choice("${fee.total > 0}") + end(), flows="start>ask>x")
    )
    engine.start()
    with pytest.raises(DiagramFailed):
        engine.complete(fee="segredo de alguém")
    (found,) = _open(engine)
    assert found.kind == "command"
    assert "segredo" not in found.error


def test_a_command_in_the_callers_transaction_is_reported_too_and_the_rest_is_undone(
    choosing: Engine,
) -> None:
    task = choosing.task()
    command = CompleteUserTask(task_id=task.id, answers={"fee": 0}, actor="ana")
    with choosing.runtime.transaction() as connection, pytest.raises(NoFlowTaken):
        choosing.runtime.execute(command, connection=connection)
    assert [row.kind for row in _open(choosing)] == ["command"], "also where the rest is committed"
    with contextlib.suppress(NoFlowTaken), choosing.runtime.transaction() as connection:
        connection.execute(update(incident).values(error="written by the caller"))
        choosing.runtime.execute(command, connection=connection)
    (found,) = _open(choosing)
    assert (found.times, found.error.startswith("NoFlowTaken")) == (2, True)


def test_a_message_that_the_diagram_refuses_is_an_incident_at_what_waits_for_it(
    engine: Engine,
) -> None:
    engine.deploy(
        diagram(
            start()
            + f'<bpmn:intermediateCatchEvent id="wait">{MESSAGE}</bpmn:intermediateCatchEvent>'
            + _choice("${fee > 0}")
            + end(),
            flows="start>wait>x",
            roots='<bpmn:message id="m" name="paid"/>',
        )
    )
    engine.start()

    def pay(fee: int) -> None:
        engine.runtime.execute(
            DeliverMessage(name="paid", process=PROCESS, business_key=KEY, payload={"fee": fee})
        )

    with pytest.raises(NoFlowTaken):
        pay(0)
    (found,) = _open(engine)
    assert (found.kind, found.element_id) == ("command", "wait")
    pay(1)
    assert _open(engine) == []


@pytest.fixture
def poisoned(engine: Engine) -> Engine:
    """An instance whose timer is due and fails until `broken` is taken away."""

    def fail(_job: Job, *, broken: bool = False) -> None:
        if broken:
            raise ValueError("poison")

    engine.operator(fail, inline=True)
    edge = boundary("late", "ask", clock("PT1H"), interrupting=False)
    engine.deploy(
        diagram(start() + ask() + edge + do() + end(), flows="start>ask>end; late>do>end")
    )
    engine.start(broken=True)
    engine.clock.instant = engine.rows(timer)[0].due_at
    return engine


def _fail_until_given_up(engine: Engine, work: Callable[[], int]) -> list[int]:
    """Let the time between attempts pass, and give what each attempt came to."""
    done = []
    for _ in range(6):
        with engine.database.begin() as connection:
            connection.execute(update(timer).values(leased_until=None))
            connection.execute(update(signal_letter).values(not_before=None))
        done.append(work())
    return done


@pytest.mark.row("D10")
def test_a_timer_that_fails_again_and_again_is_given_up_with_an_incident(
    poisoned: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """D10: retries used up, incident; staff retry."""
    due = DueTimers(runtime=poisoned.runtime, jitter=Even())
    with caplog.at_level(logging.ERROR):
        assert _fail_until_given_up(poisoned, lambda: due.work(60)) == [0] * 6
    assert sum(line.message == "A timer failed" for line in caplog.records) == 4
    (found,) = _open(poisoned)
    assert (found.kind, found.element_id, found.times) == ("timer", "late", 4)
    assert found.error == "ValueError: poison"
    assert due.waiting(10) == 0

    poisoned.runtime.execute(ChangeVariables(**_because(poisoned, values={"broken": False})))
    poisoned.runtime.execute(RetryJobs(**_because(poisoned)))
    assert (_open(poisoned), due.work(60)) == ([], 1)
    with pytest.raises(NothingToRetry):
        poisoned.runtime.execute(RetryJobs(**_because(poisoned)))


def test_a_timer_given_up_whose_activity_ends_leaves_no_open_incident(poisoned: Engine) -> None:
    due = DueTimers(runtime=poisoned.runtime, jitter=Even())
    _fail_until_given_up(poisoned, lambda: due.work(60))
    poisoned.complete()
    (found,) = poisoned.rows(incident)
    assert found.closed_by == "ana"


def test_a_timer_given_up_is_tried_anew_at_the_date_it_is_moved_to(poisoned: Engine) -> None:
    due = DueTimers(runtime=poisoned.runtime, jitter=Even())
    _fail_until_given_up(poisoned, lambda: due.work(60))
    poisoned.runtime.execute(ChangeVariables(**_because(poisoned, values={"broken": False})))
    later = poisoned.clock.now() + timedelta(days=1)
    with poisoned.database.begin() as connection:
        timer_moves.move(
            connection,
            timer_moves.Selection(process=PROCESS),
            to=timer_moves.To(at=later),
            actor="ana",
            reason="moved",
            now=poisoned.clock.now(),
        )
    assert (_open(poisoned), due.work(60)) == ([], 0)
    poisoned.clock.instant = later
    assert due.work(60) == 1


@pytest.fixture
def alarmed(engine: Engine) -> Engine:
    """Two instances that hear a signal; what follows fails in the first."""
    engine.deploy(
        diagram(
            start()
            + ask()
            + boundary("hear", "ask", SIGNAL, interrupting=False)
            + _choice("${well}")
            + end(),
            flows="start>ask>end; hear>x",
            roots='<bpmn:signal id="s" name="alarm"/>',
        )
    )
    engine.start("a", well=False)
    engine.start("b", well=True)
    return engine


def test_a_signal_that_fails_keeps_no_other_waiting_and_is_given_up_with_an_incident(
    alarmed: Engine,
) -> None:
    broadcast(alarmed.runtime, "alarm", key="1")
    hearing = Signals(runtime=alarmed.runtime, jitter=Even())
    assert hearing.deliver(1) + hearing.deliver(1) == 1, "the first fails, and stands aside"
    assert _fail_until_given_up(alarmed, lambda: hearing.deliver(1)) == [0] * 6
    (found,) = _open(alarmed)
    assert (found.kind, found.topic, found.times) == ("signal", "alarm", 4)
    assert found.instance_id == alarmed.instance("a").id

    alarmed.runtime.execute(ChangeVariables(**_because(alarmed, "a", values={"well": True})))
    alarmed.runtime.execute(RetryJobs(**_because(alarmed, "a")))
    assert (hearing.deliver(1), _open(alarmed)) == (1, [])


def test_a_signal_given_up_that_nobody_waits_for_any_more_leaves_no_open_incident(
    alarmed: Engine,
) -> None:
    broadcast(alarmed.runtime, "alarm", key="1")
    hearing = Signals(runtime=alarmed.runtime, jitter=Even())
    _fail_until_given_up(alarmed, lambda: hearing.deliver(10))
    alarmed.runtime.execute(CancelInstance(**_because(alarmed, "a")))
    hearing.deliver(10)
    assert _open(alarmed) == []


def test_a_kept_message_that_fails_is_tried_ever_more_rarely_while_it_lives(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.deploy(
        diagram(
            start()
            + ask()
            + '<bpmn:receiveTask id="wait" messageRef="m"/>'
            + _choice("${fee > 0}")
            + end(),
            flows="start>ask>wait>x",
            roots='<bpmn:message id="m" name="paid"/>',
        )
    )
    sweep = Sweep(runtime=engine.runtime, jitter=Even())
    engine.start()
    engine.complete()
    with engine.database.begin() as connection:
        connection.execute(
            insert(inbox_message).values(
                process=PROCESS,
                business_key=KEY,
                name="paid",
                payload={"fee": 0},
                actor="govbr",
                arrived_at=engine.clock.now(),
                expires_at=engine.clock.now() + timedelta(days=1),
            )
        )
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            sweep.deliver()
    assert len(caplog.records) == 1
    engine.clock.advance(timedelta(minutes=1))
    sweep.deliver()
    (found,) = _open(engine)
    assert (found.kind, found.times) == ("command", 2)


FORK_BODY = (
    '<bpmn:parallelGateway id="fork"/>' + ask("a") + ask("b") + '<bpmn:parallelGateway id="join"/>'
)
FORK_FLOWS = "start>ask>fork>a>join>end; fork>b>join"


@pytest.fixture
def alone(engine: Engine) -> Engine:
    """An instance whose one token, moved into a branch behind the fork, waits at the join."""
    engine.deploy(diagram(start() + ask() + FORK_BODY + end(), flows=FORK_FLOWS))
    engine.start()
    engine.runtime.execute(MoveToken(**_because(engine, source="ask", target="a")))
    engine.complete("a")
    return engine


def test_an_instance_that_nothing_can_move_any_more_is_an_incident(alone: Engine) -> None:
    assert alone.open_tasks() == []
    (found,) = _open(alone)
    assert (found.kind, found.element_id) == ("stuck", "join")
    assert alone.instance().state == "running"


def test_what_gives_it_something_to_wait_for_again_closes_the_incident(alone: Engine) -> None:
    alone.runtime.execute(MoveToken(**_because(alone, source="join", target="b")))
    assert (_open(alone), alone.open_tasks()) == ([], ["b"])


def test_an_instance_is_looked_through_for_incidents_only_while_it_has_one(
    choosing: Engine,
) -> None:
    assert not choosing.rows(instance)[0].troubled
    with pytest.raises(NoFlowTaken):
        choosing.complete(fee=0)
    assert choosing.rows(instance)[0].troubled
    choosing.complete(fee=1)
    assert not choosing.rows(instance)[0].troubled


def test_cancelling_it_closes_the_incident(alone: Engine) -> None:
    alone.runtime.execute(CancelInstance(**_because(alone)))
    assert _open(alone) == []
