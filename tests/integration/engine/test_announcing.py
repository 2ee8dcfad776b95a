"""Jobs that nobody heard of are announced by turns, and one that kills its workers stops."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, update

from engine.jobs import JobRunner
from engine.operators import Operator
from engine.store import jobs
from engine.store.tables import incident, job
from engine.sweep import Sweep

from .conftest import Engine, diagram, do, end, nothing, start

QUIET = timedelta(minutes=10)


def _operators(engine: Engine, *topics: str) -> None:
    """Register service tasks, each with a queue of its own."""
    for topic in topics:
        engine.operators.add(
            Operator(
                topic=topic, function=nothing, inline=False, queue=topic, inputs={}, summary=""
            )
        )


def _start_many(engine: Engine, topic: str, count: int) -> None:
    """Start instances that wait for a job of a topic, and let their nudges be lost long ago."""
    engine.deploy(diagram(start() + do(topic=topic) + end(), flows="start>do>end"))
    for number in range(count):
        engine.start(f"{topic}:{number}")
    with engine.database.begin() as connection:
        connection.execute(update(job).values(nudged_at=func.now() - QUIET))
    engine.nudges.clear()


@pytest.mark.row("D21")
def test_topics_take_turns_so_that_a_noisy_one_keeps_no_other_waiting(engine: Engine) -> None:
    """D21: a poison job cannot starve others (per-key backoff, fair batch)."""
    _operators(engine, "noisy", "quiet")
    _start_many(engine, "noisy", 20)
    engine.clock.advance(timedelta(seconds=1))
    _start_many(engine, "quiet", 3)
    assert Sweep(runtime=engine.runtime, most_nudges=8).announce() == 8
    told = [nudge.topic for nudge in engine.nudges]
    assert Counter(told) == {"noisy": 5, "quiet": 3}
    assert told[:6] == ["noisy", "quiet"] * 3


def test_within_a_topic_the_job_that_is_due_longest_comes_first(engine: Engine) -> None:
    _operators(engine, "t")
    _start_many(engine, "t", 6)
    last = engine.rows(job)[-1].id
    with engine.database.begin() as connection:
        earlier = engine.clock.now() - timedelta(days=1)
        connection.execute(update(job).where(job.c.id == last).values(due_at=earlier))
    Sweep(runtime=engine.runtime, most_nudges=2).announce()
    assert engine.nudges[0].job_id == last


def test_jobs_of_a_full_queue_stay_where_they_are_until_there_is_room(engine: Engine) -> None:
    _operators(engine, "noisy", "quiet")
    _start_many(engine, "noisy", 2)
    _start_many(engine, "quiet", 2)
    sweep = Sweep(runtime=engine.runtime)
    assert sweep.announce(full=["noisy"]) == 2
    assert {nudge.topic for nudge in engine.nudges} == {"quiet"}
    assert sweep.announce() == 2


def test_a_nudge_says_when_it_is_repeated_so_that_no_two_wait(engine: Engine) -> None:
    _operators(engine, "t")
    engine.deploy(diagram(start() + do() + end(), flows="start>do>end"))
    engine.start()
    sweep = Sweep(runtime=engine.runtime)
    for _repeat in range(7):
        with engine.database.begin() as connection:
            connection.execute(update(job).values(nudged_at=func.now() - QUIET))
        sweep.announce()
    assert [nudge.repeats_after for nudge in engine.nudges] == [
        *(10, 20, 40, 80, 160, 320, 320, 320)
    ]


@pytest.mark.row("D10")
def test_a_job_that_its_workers_die_of_stops_as_an_incident(engine: Engine) -> None:
    """D10: a slow job is never started twice (heartbeat lease)."""
    _operators(engine, "t")
    engine.deploy(diagram(start() + do() + end(), flows="start>do>end"))
    engine.start()
    (waiting,) = engine.rows(job)
    deaths = len(waiting.retry_delays) + 3
    for _death in range(deaths):
        with engine.database.begin() as connection:
            assert jobs.take(connection, waiting.id, now=engine.clock.now(), lease_seconds=0)
    assert JobRunner(runtime=engine.runtime).run(waiting.id)
    (stopped,) = engine.rows(incident)
    assert stopped.error.startswith(f"WorkersDied: The job was begun {deaths} times")
    assert engine.jobs()[0].state == "incident"
