"""Messages and timers: what waits is a row, and the timer's row alone says when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from engine.commands import DeliverMessage, FireTimer
from engine.errors import InstanceNotFound, MessageNotExpected, TimerNotWaiting
from engine.store import timer_moves
from engine.store.tables import history, subscription, timer, timer_move
from engine.store.timer_moves import Selection, To
from engine.sweep import Sweep

from .conftest import KEY, PROCESS, Engine, ask, boundary, diagram, end, start
from .conftest import timer as timer_of

HOUR = timedelta(hours=1)


def _back(business_key: str = KEY, name: str = "back") -> DeliverMessage:
    return DeliverMessage(
        name=name, process=PROCESS, business_key=business_key, payload={"attempt_id": 3}
    )


@pytest.fixture
def waiting(engine: Engine) -> Engine:
    """An engine whose process waits for a message at its start, then for a person."""
    engine.deploy(
        diagram(
            start() + '<bpmn:receiveTask id="wait" messageRef="m"/>' + ask() + end(),
            flows="start>wait>ask>end",
            roots='<bpmn:message id="m" name="back"/>',
        )
    )
    engine.start()
    return engine


def test_a_message_goes_to_its_instance_with_what_it_carries(waiting: Engine) -> None:
    waiting.start("login:2")
    waiting.runtime.execute(_back())
    assert waiting.task().business_key == KEY
    assert waiting.task().variables["attempt_id"] == 3
    assert len(waiting.rows(subscription)) == 1
    assert waiting.rows(history)[-1].changes == {"attempt_id": 3}


def test_a_message_that_nothing_waits_for_is_refused(waiting: Engine) -> None:
    with pytest.raises(MessageNotExpected, match="other"):
        waiting.runtime.execute(_back(name="other"))
    waiting.runtime.execute(_back())
    with pytest.raises(MessageNotExpected):
        waiting.runtime.execute(_back())
    with pytest.raises(InstanceNotFound):
        waiting.runtime.execute(_back("login:9"))


def _edge(engine: Engine, duration: str = "PT1H", *, interrupting: bool = True) -> None:
    """Deploy a user task with a timer at its edge that leads to another user task."""
    late = boundary("late", "ask", timer_of(duration), interrupting=interrupting)
    engine.deploy(
        diagram(
            start() + ask() + late + ask("remind") + end() + end("e2"),
            flows="start>ask>end; late>remind>e2",
        )
    )


def test_an_interrupting_timer_takes_the_task_away(engine: Engine) -> None:
    _edge(engine)
    engine.start()
    engine.clock.advance(HOUR)
    assert engine.sweep() == 1
    assert engine.open_tasks() == ["remind"]
    assert engine.rows(timer) == []
    assert ["ask", "cancelled"] in engine.rows(history)[-1].moves


def test_a_timer_that_does_not_interrupt_leaves_the_task_open_and_fires_once(
    engine: Engine,
) -> None:
    _edge(engine, interrupting=False)
    engine.start()
    engine.clock.advance(HOUR)
    assert engine.sweep() == 1
    assert engine.open_tasks() == ["ask", "remind"]
    engine.clock.advance(10 * HOUR)
    assert engine.sweep() == 0
    engine.complete("ask")
    assert engine.complete("remind").state == "completed"


def test_a_timer_does_not_fire_before_it_is_due(engine: Engine) -> None:
    _edge(engine)
    engine.start()
    engine.clock.advance(HOUR - timedelta(seconds=1))
    assert engine.sweep() == 0
    (row,) = engine.rows(timer)
    with pytest.raises(TimerNotWaiting):
        engine.runtime.execute(FireTimer(timer_id=row.id))
    assert engine.open_tasks() == ["ask"]


def test_a_task_completed_in_time_takes_its_timer_along(engine: Engine) -> None:
    _edge(engine)
    engine.start()
    assert engine.complete().state == "completed"
    assert engine.rows(timer) == []


def test_a_timer_without_a_time_never_fires(engine: Engine) -> None:
    _edge(engine, "${prazo}")
    engine.start(prazo=None)
    assert engine.rows(timer) == []
    engine.clock.advance(timedelta(days=3_650))
    assert engine.sweep() == 0
    assert engine.open_tasks() == ["ask"]


def test_two_sweeps_at_once_fire_a_timer_once(engine: Engine) -> None:
    _edge(engine, interrupting=False)
    for number in range(10):
        engine.start(f"login:{number}")
    engine.clock.advance(HOUR)
    together = Barrier(2)

    def sweep(_number: int) -> int:
        together.wait(timeout=10)
        return engine.sweep()

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(sweep, range(2))) == 10
    assert engine.open_tasks() == ["ask"] * 10 + ["remind"] * 10


def test_a_claimed_timer_is_left_to_who_claimed_it_until_the_claim_ends(engine: Engine) -> None:
    _edge(engine)
    engine.start()
    engine.clock.advance(HOUR)
    sweep = Sweep(runtime=engine.runtime, timer_lease_seconds=0)
    (claimed,) = sweep.run().timers
    assert sweep.run().timers == (claimed,), "the claim of a dead sweep is over at once here"
    assert Sweep(runtime=engine.runtime).run().timers == (claimed,)
    assert Sweep(runtime=engine.runtime).run().timers == ()
    assert (sweep.fire((claimed,)), sweep.fire((claimed,))) == (1, 0)


def test_the_timers_of_a_group_move_together_and_fire_by_their_rows(engine: Engine) -> None:
    _edge(engine)
    engine.start("login:1", group="campaign:1")
    engine.start("login:2", group="campaign:1")
    engine.start("login:3", group="campaign:2")
    with engine.database.begin() as connection:
        moved = timer_moves.move(
            connection,
            Selection(group_key="campaign:1", elements=["late"]),
            To(by=2 * HOUR),
            reason="greve",
            actor="ana",
            now=engine.clock.now(),
        )
    assert moved.timers == 2
    (move,) = engine.rows(timer_move)
    assert (move.timers, move.seconds, move.reason) == (2, 7_200, "greve")
    engine.clock.advance(HOUR)
    assert engine.sweep() == 1, "only the other group's"
    assert engine.task("remind").business_key == "login:3"
    engine.clock.advance(2 * HOUR)
    assert engine.sweep() == 2
    assert engine.open_tasks() == ["remind"] * 3


def test_a_move_leaves_the_other_timers_of_the_group_alone(engine: Engine) -> None:
    _edge(engine)
    engine.start(group="campaign:1")
    due = engine.rows(timer)[0].due_at
    with engine.database.begin() as connection:
        moved = timer_moves.move(
            connection,
            Selection(group_key="campaign:1", elements=["another"]),
            To(by=HOUR),
            reason="greve",
            actor="ana",
            now=engine.clock.now(),
        )
    assert (moved.timers, engine.rows(timer)[0].due_at) == (0, due)


def test_a_timer_moved_earlier_fires_earlier(engine: Engine) -> None:
    _edge(engine)
    engine.start()
    with engine.database.begin() as connection:
        connection.execute(timer.update().values(due_at=engine.clock.now()))
    assert engine.sweep() == 1
    assert engine.open_tasks() == ["remind"]


def test_an_intermediate_timer_holds_the_token_until_its_row_is_due(engine: Engine) -> None:
    wait = (
        f'<bpmn:intermediateCatchEvent id="pause">{timer_of("P1D")}</bpmn:intermediateCatchEvent>'
    )
    engine.deploy(diagram(start() + wait + end(), flows="start>pause>end"))
    engine.start()
    engine.clock.advance(timedelta(days=1))
    assert engine.sweep() == 1
    assert engine.instance().state == "completed"
