"""Jobs: rows with a lease; what they write commits with their end, and they fail on purpose."""

import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import exc, func, select, text

from engine.commands import CancelInstance, FinishJob
from engine.errors import JobNotHeld, NothingToRetry
from engine.jobs import JobRunner
from engine.operators import BpmnError, Job, RetryLater
from engine.repairs import RetryJobs
from engine.store import jobs
from engine.store.jobs import HeldJob
from engine.store.tables import incident, job
from engine.store.waiting import Nudge
from engine.sweep import Sweep

from .conftest import Engine, ask, boundary, diagram, do, end, start, write_effect


def _one_job(engine: Engine, *, retries: str = "", caught: str | None = None) -> None:
    """Deploy and start a process of one job; `caught` puts an error event at its edge."""
    edge = boundary("failed", "do", caught) + ask("screen") + end("e2") if caught else ""
    engine.deploy(
        diagram(
            start() + do(retries=retries) + edge + end(),
            flows="start>do>end; failed>screen>e2" if caught else "start>do>end",
            roots='<bpmn:error id="refused" errorCode="recusado"/>',
        )
    )
    engine.start(login_id=7)


def _take(engine: Engine, *, lease_seconds: float) -> HeldJob:
    """Take the job as a worker does that then dies."""
    (waiting,) = engine.jobs()
    with engine.database.begin() as connection:
        held = jobs.take(
            connection, waiting.id, now=engine.clock.now(), lease_seconds=lease_seconds
        )
    assert held is not None
    return held


def test_a_jobs_writes_commit_with_its_end(engine: Engine) -> None:
    def write(job: Job, *, login_id: int) -> dict[str, int]:
        write_effect(job.connection)
        return {"seen": login_id}

    engine.operator(write)
    _one_job(engine)
    assert engine.work()
    assert (engine.effects(), engine.instance().state) == (1, "completed")


@pytest.mark.parametrize("failure", [RetryLater("not now"), BpmnError("x", "x"), ValueError("x")])
def test_a_job_that_fails_after_writing_has_written_nothing(
    engine: Engine, failure: Exception
) -> None:
    def write(job: Job) -> None:
        write_effect(job.connection)
        raise failure

    engine.operator(write)
    _one_job(engine)
    assert engine.work()
    assert engine.effects() == 0
    assert engine.instance().state == "running"


def test_a_job_whose_result_cannot_be_stored_has_written_nothing(engine: Engine) -> None:
    def write(job: Job) -> dict[str, object]:
        write_effect(job.connection)
        return {"no_json": object()}

    engine.operator(write)
    _one_job(engine)
    assert engine.work()
    assert (engine.effects(), engine.jobs()[0].state) == (0, "incident")


@pytest.mark.row("D8")
def test_a_job_that_may_be_repeated_waits_its_delay_and_ends_as_an_incident(
    engine: Engine,
) -> None:
    """D8: retry with backoff + jitter; 4xx not retried."""

    def away(_job: Job) -> None:
        raise RetryLater("gov.br was not reached")

    engine.operator(away)
    _one_job(engine, retries="PT10S,PT60S")
    for seconds in (10, 60):
        assert engine.work()
        (waiting,) = engine.jobs()
        assert waiting.state == "ready"
        assert waiting.due_at == engine.clock.now() + timedelta(seconds=seconds)
        assert not engine.work(), "it is not due"
        engine.clock.advance(timedelta(seconds=seconds))
    assert engine.work()
    (stopped,) = engine.jobs()
    assert (stopped.state, stopped.attempts) == ("incident", 3)
    assert "gov.br was not reached" in (stopped.last_error or "")
    assert engine.instance().incidents == 1
    assert not engine.work()


def test_what_the_other_side_asks_for_is_waited_for(engine: Engine) -> None:
    def away(_job: Job) -> None:
        raise RetryLater("too many requests", seconds=90)

    engine.operator(away)
    _one_job(engine, retries="PT10S")
    engine.work()
    assert engine.jobs()[0].due_at == engine.clock.now() + timedelta(seconds=90)


def test_an_incident_that_staff_retry_ends_well_with_fresh_attempts(engine: Engine) -> None:
    attempts: list[int] = []

    def second_time(job: Job) -> None:
        attempts.append(job.attempt)
        if len(attempts) == 1:
            raise ValueError("broken")

    engine.operator(second_time)
    _one_job(engine)
    engine.work()
    again = RetryJobs(instance_id=engine.instance().id, reason="gov.br is back", actor="ana")
    engine.nudges.clear()
    engine.runtime.execute(again)
    assert [nudge.topic for nudge in engine.nudges] == ["t"]
    with pytest.raises(NothingToRetry):
        engine.runtime.execute(again)
    assert engine.work()
    assert attempts == [1, 1]
    assert (engine.instance().state, engine.instance().incidents) == ("completed", 0)
    assert engine.rows(incident)[0].closed_by == "ana"


CATCH_ALL = '<bpmn:errorEventDefinition id="x" camunda:errorCodeVariable="erro"/>'
CATCH_ONE = (
    '<bpmn:errorEventDefinition id="x" errorRef="refused" camunda:errorCodeVariable="erro"/>'
)


@pytest.mark.parametrize("event", [CATCH_ALL, CATCH_ONE])
@pytest.mark.parametrize("inline", [False, True])
def test_the_diagram_catches_a_jobs_error_and_keeps_its_code(
    engine: Engine, event: str, *, inline: bool
) -> None:
    def refuse(_job: Job) -> None:
        raise BpmnError("recusado", "gov.br refused the code")

    engine.operator(refuse, inline=inline)
    _one_job(engine, caught=event)
    if not inline:
        assert engine.work()
    assert engine.task("screen").variables["erro"] == "recusado"
    assert engine.jobs() == []
    assert engine.instance().incidents == 0


@pytest.mark.parametrize("event", [None, CATCH_ONE])
def test_an_error_that_nothing_catches_is_an_incident(engine: Engine, event: str | None) -> None:
    def refuse(_job: Job) -> None:
        raise BpmnError("outro", "something else")

    engine.operator(refuse)
    _one_job(engine, caught=event)
    assert engine.work()
    assert engine.open_tasks() == []
    assert engine.jobs()[0].state == "incident"
    assert engine.instance().incidents == 1


def test_a_job_that_someone_holds_is_nothing_to_do(engine: Engine) -> None:
    engine.operator(lambda _job: None)
    _one_job(engine)
    _take(engine, lease_seconds=60)
    assert not engine.work()


@pytest.mark.row("D10")
def test_a_job_whose_worker_died_is_taken_over_when_its_lease_is_over(engine: Engine) -> None:
    """D10: a slow job is never started twice (heartbeat lease)."""
    engine.operator(lambda _job: None)
    _one_job(engine)
    _take(engine, lease_seconds=0)
    assert engine.work()
    assert engine.instance().state == "completed"


@pytest.mark.row("D10")
def test_a_slow_job_keeps_its_lease_by_its_heartbeat_and_is_not_started_twice(
    engine: Engine,
) -> None:
    """D10: a slow job is never started twice (heartbeat lease)."""
    calls: list[int] = []

    def slow(_job: Job) -> None:
        calls.append(1)
        with engine.database.begin() as connection:
            connection.execute(_leases_over())
        deadline = time.monotonic() + 10
        while not _leased(engine):
            assert time.monotonic() < deadline, "no heartbeat came"
            time.sleep(0.01)  # between two looks
        assert not engine.runner().run(engine.jobs()[0].id), "a second nudge finds it taken"

    engine.operator(slow)
    _one_job(engine)
    assert JobRunner(runtime=engine.runtime, lease_seconds=1.5).run(engine.jobs()[0].id)
    assert (calls, engine.instance().state) == ([1], "completed")


def _leased(engine: Engine) -> bool:
    """Whether the one job's lease goes on."""
    with engine.database.connect() as connection:
        return bool(connection.execute(select(job.c.leased_until > func.now())).scalar_one())


@pytest.mark.row("D8")
def test_many_jobs_that_failed_together_are_spread_by_the_jitter(engine: Engine) -> None:
    """D8: retry with backoff + jitter; 4xx not retried."""

    def away(_job: Job) -> None:
        raise RetryLater("not now")

    engine.operator(away)
    _one_job(engine, retries="PT100S")
    for number in range(9):
        engine.start(f"login:{number + 2}")
    now = engine.clock.now()
    runner = JobRunner(runtime=engine.runtime, jitter=random.Random(7))  # noqa: S311 — a spread
    for row in engine.rows(job):
        assert runner.run(row.id)
    waits = [(row.due_at - now).total_seconds() for row in engine.rows(job)]
    assert len(set(waits)) == 10
    assert 80 <= min(waits) < 95
    assert 105 < max(waits) <= 120


@pytest.mark.row("D10")
def test_the_result_of_a_job_of_a_cancelled_instance_is_dropped(engine: Engine) -> None:
    """D10: a slow job is never started twice (heartbeat lease)."""

    def slow(work: Job) -> None:
        write_effect(work.connection)
        number = engine.instance().id
        engine.runtime.execute(CancelInstance(instance_id=number, reason="", actor="ana"))

    engine.operator(slow)
    _one_job(engine)
    assert engine.work()
    assert (engine.effects(), engine.instance().state) == (0, "cancelled")
    assert engine.rows(job) == []


def test_the_result_of_a_worker_that_lost_its_lease_is_dropped(engine: Engine) -> None:
    takers: list[HeldJob] = []

    def slow(job: Job) -> None:
        write_effect(job.connection)
        with engine.database.begin() as connection:
            connection.execute(_leases_over())
        takers.append(_take(engine, lease_seconds=60))

    engine.operator(slow)
    _one_job(engine)
    assert engine.work()
    assert (engine.effects(), engine.instance().state) == (0, "running")
    (waiting,) = engine.jobs()
    assert (waiting.state, waiting.attempts) == ("running", 2)
    engine.runtime.execute(FinishJob(job_id=waiting.id, lease=takers[0].lease, outputs={}))
    assert engine.instance().state == "completed"


def _leases_over() -> object:
    """Return the statement that ends every lease."""
    return job.update().values(leased_until=func.now() - timedelta(seconds=1))


def test_a_lease_that_went_to_another_worker_finishes_nothing(engine: Engine) -> None:
    engine.operator(lambda _job: None)
    _one_job(engine)
    first, second = _take(engine, lease_seconds=0), _take(engine, lease_seconds=60)
    with pytest.raises(JobNotHeld):
        engine.runtime.execute(FinishJob(job_id=first.id, lease=first.lease, outputs={}))
    engine.runtime.execute(FinishJob(job_id=second.id, lease=second.lease, outputs={}))
    with pytest.raises(JobNotHeld):
        engine.runtime.execute(FinishJob(job_id=second.id, lease=second.lease, outputs={}))


def test_the_idempotency_key_is_the_same_for_every_attempt(engine: Engine) -> None:
    keys: list[str] = []

    def once_away(job: Job) -> None:
        keys.append(job.idempotency_key)
        if job.attempt == 1:
            raise RetryLater("not now")

    engine.operator(once_away)
    _one_job(engine, retries="PT1S")
    engine.work()
    engine.clock.advance(timedelta(seconds=1))
    engine.work()
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_job_in_a_long_queue_is_announced_ever_more_rarely(engine: Engine) -> None:
    engine.operator(lambda _job: None)
    _one_job(engine)

    found = []
    for seconds in (9, 11, 11, 21, 21, 41):
        with engine.database.begin() as connection:
            last = text("UPDATE engine.job SET nudged_at = now() - make_interval(secs => :ago)")
            connection.execute(last, {"ago": seconds})
        found.append(Sweep(runtime=engine.runtime, nudge_after_seconds=10).run().nudged)

    assert found == [0, 1, 0, 1, 0, 1]


def test_a_lost_nudge_is_found_by_the_sweep(engine: Engine) -> None:
    def away(_nudges: Sequence[Nudge]) -> None:
        raise RuntimeError("The broker is away")

    engine.operator(lambda _job: None)
    engine.runtime.announce = away
    _one_job(engine)
    assert engine.nudges == []
    engine.runtime = engine.fresh_runtime()
    assert Sweep(runtime=engine.runtime).run().nudged == 0, "it was told just now"
    assert Sweep(runtime=engine.runtime, nudge_after_seconds=0).run().nudged == 1
    (nudge,) = engine.nudges
    assert JobRunner(runtime=engine.runtime).run(nudge.job_id)
    assert engine.instance().state == "completed"


def test_the_sweep_finds_the_job_of_a_dead_worker(engine: Engine) -> None:
    engine.operator(lambda _job: None)
    _one_job(engine)
    _take(engine, lease_seconds=0)
    assert Sweep(runtime=engine.runtime, nudge_after_seconds=0).run().nudged == 1


NAME, CPF = "Maria da Silva", "12345678909"
_ROW = text("INSERT INTO named (name, cpf, said) VALUES (:name, :cpf, false)")


def _named_table(engine: Engine) -> None:
    """Make a table that takes nothing, so that PostgreSQL quotes the row in its error."""
    with engine.database.begin() as connection:
        connection.execute(
            text("CREATE TABLE named (name text, cpf text, said bool CONSTRAINT said CHECK (said))")
        )


def break_it(job: Job) -> None:
    job.connection.execute(_ROW, {"name": NAME, "cpf": CPF})


def wrap_it(job: Job) -> None:
    try:
        break_it(job)
    except exc.IntegrityError as error:
        raise RuntimeError(f"the step is off: {error}") from error


def put_it_off(job: Job) -> None:
    try:
        break_it(job)
    except exc.IntegrityError as error:
        raise RetryLater(str(error)) from error


def quote_its_text(job: Job) -> None:
    said = ""
    try:
        break_it(job)
    except exc.IntegrityError as error:
        said = str(error)
    raise ValueError(said)


@pytest.mark.parametrize(
    ("fail", "retries"),
    [(break_it, ""), (wrap_it, ""), (quote_its_text, ""), (put_it_off, ""), (put_it_off, "PT10S")],
)
def test_what_a_job_failed_of_is_kept_without_the_row_that_the_database_quotes(
    engine: Engine, fail: Callable[[Job], None], retries: str
) -> None:
    _named_table(engine)
    engine.operator(fail)
    _one_job(engine, retries=retries)
    assert engine.work()
    incidents = engine.rows(incident)
    kept = [engine.jobs()[0].last_error or "", *(row.error for row in incidents)]
    for said in kept:
        assert NAME not in said
        assert CPF not in said
        assert "Failing row" not in said
        assert 'constraint "said"' in said


@pytest.mark.row("D8")
def test_nobody_takes_a_job_over_while_its_result_is_being_brought_in(engine: Engine) -> None:
    """D8: a slow job is never started twice.

    Its lease runs out between the look at its fencing token and the commit.
    """
    done: list[int] = []
    others: list[bool] = []

    def work(job: Job) -> None:
        done.append(job.attempt)

    run_out = text(
        "UPDATE engine.job SET leased_until = now() - interval '1 second'"
        " WHERE id IN (SELECT id FROM engine.job FOR UPDATE SKIP LOCKED)"
    )

    def meanwhile(_job: Job) -> None:
        with engine.database.begin() as connection:
            connection.execute(run_out)
        others.append(JobRunner(runtime=engine.fresh_runtime()).run(number))

    engine.operator(work)
    engine.operator(meanwhile, topic="meanwhile", inline=True)
    engine.deploy(
        diagram(start() + do() + do("then", "meanwhile") + end(), flows="start>do>then>end")
    )
    engine.start()
    number = engine.jobs()[0].id
    assert JobRunner(runtime=engine.runtime).run(number)
    assert (done, others, engine.instance().state) == ([1], [False], "completed")
