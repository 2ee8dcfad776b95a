"""A held clock keeps what was left of it: its release gives that back, to the second."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from engine.commands import FireTimer
from engine.errors import NothingToHold, NothingToRelease, TimerNotWaiting
from engine.repairs import HoldTimers, ReleaseTimers, ResumeInstance, SuspendInstance
from engine.store.tables import history, timer
from engine.sweep import Sweep

from .conftest import KEY, Engine, ask, boundary, diagram, end, start
from .conftest import timer as clock

DAY = timedelta(days=1)


@pytest.fixture
def waiting(engine: Engine) -> Engine:
    """An instance with a clock of 60 days and one of 90 that reminds, and may remind again."""
    edges = boundary("deadline", "ask", clock("P60D"))
    edges += boundary("remind", "ask", clock("P90D"), interrupting=False)
    engine.deploy(
        diagram(
            start() + ask() + edges + ask("blocked") + ask("reminded") + end(),
            flows="start>ask>end; deadline>blocked>end; remind>reminded>end",
        )
    )
    engine.start()
    return engine


def hold(engine: Engine, *elements: str, key: str = KEY) -> None:
    """Stop clocks."""
    number = engine.instance(key).id
    engine.runtime.execute(
        HoldTimers(instance_id=number, elements=elements, reason="blocked", actor="ana")
    )


def release(engine: Engine, *elements: str, key: str = KEY) -> None:
    """Let them go on."""
    number = engine.instance(key).id
    engine.runtime.execute(
        ReleaseTimers(instance_id=number, elements=elements, reason="back", actor="bia")
    )


@pytest.mark.row("D12")
def test_blocked_on_day_59_and_released_90_days_later_one_day_remains(waiting: Engine) -> None:
    """D12: after downtime each overdue timer fires once."""
    waiting.clock.advance(59 * DAY)
    hold(waiting, "deadline")
    waiting.clock.advance(90 * DAY)
    assert waiting.sweep() == 1, "the other clock went on, and was due"
    assert waiting.open_tasks() == ["ask", "reminded"]
    release(waiting, "deadline")
    waiting.clock.advance(DAY - timedelta(seconds=1))
    assert waiting.sweep() == 0
    waiting.clock.advance(timedelta(seconds=1))
    assert waiting.sweep() == 1
    assert waiting.open_tasks() == ["blocked", "reminded"]
    assert waiting.sweep() == 0


def test_the_history_keeps_who_held_which_clock_why_and_when_it_would_fire(
    waiting: Engine,
) -> None:
    due = waiting.rows(timer)[0].due_at
    hold(waiting, "deadline")
    waiting.clock.advance(DAY)
    release(waiting, "deadline")
    held, released = waiting.rows(history)[1:]
    assert (held.command, held.element_id, held.actor) == ("HoldTimers", "deadline", "ana")
    assert held.input["reason"] == "blocked"
    assert held.input["clocks"] == [["deadline", due.isoformat()]]
    assert released.input["clocks"] == [["deadline", (due + DAY).isoformat()]]


def test_a_clock_is_held_once_and_released_once(waiting: Engine) -> None:
    with pytest.raises(NothingToRelease, match="«deadline»"):
        release(waiting, "deadline")
    hold(waiting, "deadline")
    waiting.clock.advance(DAY)
    with pytest.raises(NothingToHold, match="«deadline»"):
        hold(waiting, "deadline")
    hold(waiting, "deadline", "remind")
    waiting.clock.advance(DAY)
    due = {row.element_id: row.due_at for row in waiting.rows(timer)}
    release(waiting, "deadline", "remind")
    after = {row.element_id: row.due_at for row in waiting.rows(timer)}
    assert {name: after[name] - due[name] for name in due} == {"deadline": 2 * DAY, "remind": DAY}


def test_a_clock_that_a_sweep_had_claimed_does_not_fire_once_it_is_held(waiting: Engine) -> None:
    waiting.clock.advance(60 * DAY)
    sweep = Sweep(runtime=waiting.runtime)
    claimed = sweep.run().timers
    hold(waiting, "deadline")
    assert sweep.fire(claimed) == 0
    release(waiting, "deadline")
    assert waiting.sweep() == 1, "it was due, and is at once"


def test_a_firing_that_waited_for_the_hold_does_not_fire(waiting: Engine) -> None:
    waiting.clock.advance(60 * DAY)
    deadline = waiting.rows(timer)[0].id
    command = HoldTimers(
        instance_id=waiting.instance().id, elements=("deadline",), reason="", actor="ana"
    )
    with ThreadPoolExecutor(1) as threads:
        with waiting.runtime.transaction() as connection:
            waiting.runtime.execute(command, connection=connection)
            fired = threads.submit(waiting.runtime.execute, FireTimer(timer_id=deadline))
            _until_somebody_waits(waiting)
        with pytest.raises(TimerNotWaiting):
            fired.result(10)
    assert waiting.open_tasks() == ["ask"]


def _until_somebody_waits(engine: Engine) -> None:
    """Look again and again, until a transaction waits for another."""
    deadline = time.monotonic() + 10
    while not _somebody_waits(engine):
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.01)  # between two looks


def _somebody_waits(engine: Engine) -> bool:
    """Whether a transaction waits for another; what was seen is kept until a transaction ends."""
    asked = text("""
        SELECT count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()
    """)
    with engine.database.connect() as connection:
        return bool(connection.execute(asked).scalar_one())


def test_a_task_that_is_completed_takes_its_held_clocks_along(waiting: Engine) -> None:
    hold(waiting, "deadline", "remind")
    assert waiting.complete().state == "completed"
    assert waiting.rows(timer) == []


def _suspend(engine: Engine, *, on: bool) -> None:
    """Suspend or resume."""
    command = SuspendInstance if on else ResumeInstance
    number = engine.instance().id
    engine.runtime.execute(command(instance_id=number, reason="", actor="ana"))


def test_a_held_clock_of_a_suspended_instance_needs_both_to_end(waiting: Engine) -> None:
    waiting.clock.advance(59 * DAY)
    hold(waiting, "deadline")
    _suspend(waiting, on=True)
    waiting.clock.advance(DAY)
    release(waiting, "deadline")
    waiting.clock.advance(DAY)
    assert waiting.sweep() == 0, "it is due, but stands still"
    _suspend(waiting, on=False)
    assert waiting.sweep() == 1
    assert waiting.open_tasks() == ["blocked"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=8))
def test_a_clock_fires_after_as_much_free_time_as_the_diagram_gives_it(
    waiting: Engine, plan: list[tuple[int, bool]]
) -> None:
    key = f"login:{waiting.instance().id}:{len(waiting.rows(history))}"
    waiting.start(key)
    free, held = 0, False
    for days, toggle in plan:
        waiting.clock.advance(days * DAY)
        free += 0 if held else days
        if free >= 60:
            break
        if toggle:
            (release if held else hold)(waiting, "deadline", key=key)
            held = not held
    if held:
        release(waiting, "deadline", key=key)
    number = waiting.instance(key).id
    (left,) = [
        row.due_at - waiting.clock.now()
        for row in waiting.rows(timer)
        if (row.instance_id, row.element_id) == (number, "deadline")
    ]
    assert left == (60 - free) * DAY
