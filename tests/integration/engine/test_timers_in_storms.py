"""Many timers at once: each fires once, in due order, by as many workers as there are."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text, update

from engine import lateness
from engine.due_timers import DueTimers
from engine.operators import Job
from engine.repairs import HoldTimers, SuspendInstance
from engine.store.tables import history, timer

from .conftest import Engine, Even, ask, boundary, diagram, do, end, start
from .conftest import timer as clock

HOUR = timedelta(hours=1)
MANY = 60


@pytest.fixture
def storm(engine: Engine) -> Engine:
    """Many instances whose deadlines are a second apart and were due hours ago, made backwards."""
    edge = boundary("late", "ask", clock("${duration}"), interrupting=False)
    engine.deploy(
        diagram(
            start() + ask() + edge + ask("remind") + end(),
            flows="start>ask>end; late>remind>end",
        )
    )
    for number in reversed(range(MANY)):
        engine.start(f"login:{number}", duration=f"PT{number}S")
    engine.clock.advance(10 * HOUR)
    return engine


def _fired(engine: Engine) -> list[str]:
    """Read when the fired timers had been due, in the order in which they fired."""
    with engine.database.connect() as connection:
        rows = connection.execute(
            select(history.c.input["due_at"].astext)
            .where(history.c.command == "FireTimer")
            .order_by(text("xmin::text::bigint"))
        )
        return list(rows.scalars())


@pytest.mark.row("D12")
def test_after_a_downtime_each_overdue_timer_fires_once_and_in_due_order(storm: Engine) -> None:
    """D12: after downtime each overdue timer fires once, throttled."""
    due = DueTimers(runtime=storm.runtime)
    assert due.work(60, at_once=7) == MANY
    assert _fired(storm) == sorted(_fired(storm))
    assert len(set(_fired(storm))) == MANY
    assert due.work(60) == 0


@pytest.mark.row("D12")
def test_a_worker_claims_no_more_than_it_fires_next(storm: Engine) -> None:
    """D12: throttled."""
    due = DueTimers(runtime=storm.runtime)
    assert due.waiting(1_000) == MANY
    assert due.waiting(5) == 5
    assert due.work(0, at_once=5) == 5, "one turn, however long the queue"
    leased = [row for row in storm.rows(timer) if row.leased_until is not None]
    assert (leased, due.waiting(1_000)) == ([], MANY - 5)


def test_several_workers_share_a_storm_and_fire_each_timer_once(storm: Engine) -> None:
    together = Barrier(4)

    def work(_number: int) -> int:
        due = DueTimers(runtime=storm.fresh_runtime())
        together.wait(timeout=10)
        return due.work(60, at_once=5)

    with ThreadPoolExecutor(4) as threads:
        shares = list(threads.map(work, range(4)))
    assert sum(shares) == MANY
    assert min(shares) > 0
    assert len(set(_fired(storm))) == MANY


def test_the_timers_of_a_worker_that_died_are_fired_by_another_once(storm: Engine) -> None:
    dead = DueTimers(runtime=storm.runtime, lease_seconds=0)
    assert len(dead.claim(20)) == 20
    assert DueTimers(runtime=storm.runtime).work(60) == MANY
    assert dead.work(60) == 0


@pytest.mark.row("D21")
def test_a_timer_that_fails_keeps_no_other_waiting_and_is_tried_ever_more_rarely(
    engine: Engine,
) -> None:
    """D21: a poison job cannot starve others (per-key backoff, fair batch)."""

    def fail(_job: Job, *, broken: bool = False) -> None:
        if broken:
            raise ValueError("poison")

    engine.operator(fail, inline=True)
    edge = boundary("late", "ask", clock("PT1H"), interrupting=False)
    engine.deploy(
        diagram(start() + ask() + edge + do() + end(), flows="start>ask>end; late>do>end")
    )
    engine.start("login:0", broken=True)
    for number in range(1, 4):
        engine.start(f"login:{number}")
    due = DueTimers(runtime=engine.runtime, jitter=Even())
    engine.clock.advance(2 * HOUR)
    assert due.work(60) == 3, "those behind it"
    wait = text("SELECT extract(epoch FROM leased_until - now()) FROM engine.timer")
    waits = []
    for _ in range(2):
        with engine.database.begin() as connection:
            waits.append(round(connection.execute(wait).scalar_one() / 60))
            connection.execute(update(timer).values(leased_until=None))
        assert due.work(60) == 0
    with engine.database.begin() as connection:
        waits.append(round(connection.execute(wait).scalar_one() / 60))
    assert waits == [1, 2, 4]


def test_a_timer_whose_instance_is_busy_is_tried_again_soon(
    storm: Engine,
) -> None:
    storm.runtime.lock_wait = timedelta(milliseconds=50)
    due = DueTimers(runtime=storm.runtime)
    held = storm.instance("login:0").id
    with storm.database.connect() as connection, connection.begin():
        lock = text("SELECT 1 FROM engine.instance WHERE id = :id FOR UPDATE")
        connection.execute(lock, {"id": held})
        assert due.work(60) == MANY - 1
    with storm.database.begin() as connection:
        soon = text("UPDATE engine.timer SET leased_until = leased_until - interval '3 seconds'")
        connection.execute(soon)
    assert due.work(60) == 1


@pytest.mark.row("D11")
def test_lateness_is_measured_and_the_log_says_when_it_is_much(
    storm: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """D11: timer lateness p95 <= X s with N due at once, measured."""
    with caplog.at_level(logging.WARNING, logger="engine.due_timers"):
        DueTimers(runtime=storm.runtime).work(60)
    (said,) = caplog.records
    now = storm.clock.now()
    oldest = 10 * 3_600
    assert (said.action, said.fired, said.seconds) == ("timers_late", MANY, oldest)
    with storm.database.connect() as connection:
        measured = lateness.lateness(connection, since=now - HOUR, until=now + HOUR)
        none = lateness.lateness(connection, since=now - 2 * HOUR, until=now - HOUR)
    assert measured.fired == MANY
    assert measured.worst == oldest
    assert measured.p50 == pytest.approx(oldest - (MANY - 1) / 2)
    assert measured.p95 == pytest.approx(oldest - (MANY - 1) * 0.05)
    assert none == lateness.Lateness(fired=0, p50=0, p95=0, worst=0)


def test_a_timer_that_fires_in_time_is_nothing_for_the_log(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    edge = boundary("late", "ask", clock("PT1H"))
    engine.deploy(diagram(start() + ask() + edge + end(), flows="start>ask>end; late>end"))
    engine.start()
    engine.clock.advance(HOUR + timedelta(seconds=4))
    with caplog.at_level(logging.WARNING, logger="engine.due_timers"):
        assert DueTimers(runtime=engine.runtime).work(60) == 1
    assert caplog.records == []


def test_the_backlog_counts_what_is_overdue_held_and_paused(storm: Engine) -> None:
    named = {"instance_id": storm.instance("login:0").id, "reason": "", "actor": "ana"}
    storm.runtime.execute(HoldTimers(elements=("late",), **named))
    for number in (1, 2):
        instance_id = storm.instance(f"login:{number}").id
        storm.runtime.execute(SuspendInstance(instance_id=instance_id, reason="", actor="ana"))
    with storm.database.connect() as connection:
        seen = lateness.backlog(connection, storm.clock.now())
        before = lateness.backlog(connection, storm.clock.now() - 20 * HOUR)
    oldest = 10 * HOUR - timedelta(seconds=3)
    assert seen == lateness.Backlog(overdue=MANY - 3, oldest=oldest, held=1, paused=2)
    assert (before.overdue, before.oldest) == (0, timedelta())
