"""The effect ledger: what was asked of the outside, answered, and applied."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import pytest
from sqlalchemy import func

from engine import effects
from engine.commands import FinishJob
from engine.effects import EffectCount, EffectView
from engine.handling.jobs import Finishing
from engine.incidents import retry_all
from engine.operators import BpmnError, Job, RetryLater
from engine.reads import open_incidents
from engine.store import jobs as leases
from engine.store.tables import job as job_table
from tests.integration.engine.conftest import (
    KEY,
    ROAD,
    Engine,
    boundary,
    diagram,
    do,
    end,
    start,
)

if TYPE_CHECKING:
    from engine.handling.handler import Scene

CATCHES = diagram(
    start()
    + do(retries="PT1S")
    + boundary("recusado", "do", '<bpmn:errorEventDefinition id="e1" errorRef="e"/>')
    + end()
    + end("refused"),
    flows="start>do>end; recusado>refused",
    roots='<bpmn:error id="e" errorCode="recusado"/>',
)


class Killed(BaseException):
    """The process is gone: no line after it runs."""


def ledger(engine: Engine) -> list[EffectView]:
    """Read the calls of the one instance."""
    with engine.database.connect() as connection:
        return effects.of_instance(connection, engine.instance(KEY).id)


def counted(engine: Engine) -> tuple[int, int, int]:
    """Read how many calls of one kind were asked, answered and applied."""
    (count,) = effects.counts(ledger(engine))
    assert isinstance(count, EffectCount)
    return count.called, count.answered, count.applied


def end_leases(engine: Engine) -> None:
    """Let every lease be over, as of workers that died."""
    with engine.database.begin() as connection:
        connection.execute(
            job_table.update().values(leased_until=func.now() - timedelta(seconds=1))
        )


def begin(engine: Engine, function: Any) -> None:  # noqa: ANN401 — any service task
    """Deploy a service task behind an error event, and start."""
    engine.operator(function)
    engine.deploy(CATCHES)
    engine.start()


def test_a_call_is_asked_before_it_is_made_then_answered_and_applied(engine: Engine) -> None:
    seen: list[EffectView] = []

    def call(job: Job) -> None:
        with job.effect("govbr.token") as effect:
            seen.extend(ledger(engine))
            engine.clock.advance(timedelta(seconds=2))
            effect.answered("200")
            seen.extend(ledger(engine))

    begin(engine, call)
    asked_at = engine.clock.now()
    engine.work()
    asked, answered = seen
    (applied,) = ledger(engine)
    later = asked_at + timedelta(seconds=2)
    assert (asked.asked_at, asked.answered_at, asked.answer) == (asked_at, None, None)
    assert (answered.answered_at, answered.answer, answered.applied_at) == (later, "200", None)
    assert (applied.applied_at, applied.applied_step) == (later, 2)
    assert (applied.element_id, applied.attempt, applied.position) == ("do", 1, 1)
    assert counted(engine) == (1, 1, 1)


def test_a_call_whose_process_died_stays_asked_and_the_next_attempt_is_applied(
    engine: Engine,
) -> None:
    def dies_once(job: Job) -> None:
        with job.effect("bank.pay"):
            if job.attempt == 1:
                raise Killed

    begin(engine, dies_once)
    with pytest.raises(Killed):
        engine.work()
    assert counted(engine) == (1, 0, 0)
    end_leases(engine)
    engine.work()
    assert counted(engine) == (2, 1, 1)
    first, second = ledger(engine)
    assert (first.attempt, second.attempt) == (1, 2)
    assert first.idempotency_key == second.idempotency_key
    assert second.applied_step == 2


def test_an_attempt_repeated_shows_called_2_applied_1(engine: Engine) -> None:
    def away_once(job: Job) -> None:
        with job.effect("bank.pay") as effect:
            effect.answered("503" if job.attempt == 1 else "200")
        if job.attempt == 1:
            raise RetryLater("The bank said 503")

    begin(engine, away_once)
    engine.work()
    engine.clock.advance(timedelta(seconds=1))
    engine.work()
    assert counted(engine) == (2, 2, 1)
    assert [(view.answer, view.applied_step) for view in ledger(engine)] == [
        ("503", None),
        ("200", 2),
    ]


@pytest.mark.row("D10")
def test_a_superseded_workers_answer_stays_unapplied(engine: Engine) -> None:
    """D10: A slow job is never started twice (heartbeat lease)."""

    def slow(job: Job) -> None:
        with job.effect("bank.pay"):
            if job.attempt == 1:
                end_leases(engine)
                taken.append(take(engine))

    taken: list[leases.HeldJob] = []
    begin(engine, slow)
    engine.work()
    engine.runtime.execute(FinishJob(job_id=taken[0].id, lease=taken[0].lease, outputs={}))
    assert engine.instance().state == "completed"
    assert counted(engine) == (1, 1, 0)


def take(engine: Engine) -> leases.HeldJob:
    """Take the one job, as another worker."""
    (waiting,) = engine.jobs()
    with engine.database.begin() as connection:
        held = leases.take(connection, waiting.id, now=engine.clock.now(), lease_seconds=60)
    assert held is not None
    return held


@pytest.mark.row("D10")
def test_a_worker_that_lost_its_lease_makes_no_more_calls(engine: Engine) -> None:
    """D10: A slow job is never started twice (heartbeat lease)."""
    calls: list[str] = []

    def slow(job: Job) -> None:
        end_leases(engine)
        take(engine)
        with job.effect("bank.pay"):
            calls.append("paid")

    begin(engine, slow)
    assert engine.work()
    assert (calls, ledger(engine)) == ([], [])
    assert [job.attempts for job in engine.jobs()] == [2]


def test_a_business_error_brings_its_calls_answer_in(engine: Engine) -> None:
    def refused(job: Job) -> None:
        with job.effect("bank.pay") as effect:
            effect.answered("invalid_grant")
        raise BpmnError("recusado", "The bank refused")

    begin(engine, refused)
    engine.work()
    assert engine.instance().state == "completed"
    (view,) = ledger(engine)
    assert (view.answer, view.applied_step) == ("invalid_grant", 2)


def test_an_error_that_leaves_the_call_is_its_answer_by_name_and_nothing_of_its_text(
    engine: Engine,
) -> None:
    def breaks(job: Job) -> None:
        with job.effect("bank.pay"):
            raise ConnectionError("refused by Maria Silva, CPF 123.456.789-09")

    begin(engine, breaks)
    engine.work()
    (view,) = ledger(engine)
    assert (view.answer, view.applied_at) == ("ConnectionError", None)
    with engine.database.connect() as connection:
        assert len(open_incidents(connection, engine.instance().id)) == 1


def test_a_job_that_was_retried_after_its_incident_counts_its_calls_on(engine: Engine) -> None:
    def breaks(job: Job) -> None:
        with job.effect("bank.pay"):
            raise ConnectionError

    begin(engine, breaks)
    engine.work()
    with engine.runtime.transaction() as connection:
        assert retry_all(engine.runtime, connection, instance_id=engine.instance().id, actor="ana")
    engine.work()
    assert [(view.attempt, view.position) for view in ledger(engine)] == [(1, 1), (1, 2)]


@pytest.mark.parametrize("text", ["12345678909", "a@b.example", "Maria Silva", "", "x" * 41])
def test_the_ledger_takes_codes_and_nobodys_data(engine: Engine, text: str) -> None:
    refused: list[str] = []

    def call(job: Job) -> None:
        with pytest.raises(ValueError, match="codes"), job.effect(text):
            pass
        with job.effect("bank.pay") as effect:
            with pytest.raises(ValueError, match="codes") as caught:
                effect.answered(text)
            refused.append(str(caught.value))
            effect.answered("200")
            with pytest.raises(ValueError, match="one answer"):
                effect.answered("200")

    begin(engine, call)
    engine.work()
    assert counted(engine) == (1, 1, 1)
    assert text not in refused or text == ""


def test_an_inline_service_task_calls_nothing_outside(engine: Engine) -> None:
    def outside(job: Job) -> None:
        with job.effect("bank.pay"):
            raise AssertionError("it was called")

    engine.operator(outside, inline=True)
    engine.deploy(ROAD)
    engine.start()
    with pytest.raises(TypeError, match="make it a job"):
        engine.complete()
    assert engine.open_tasks() == ["ask"]


def test_only_a_job_that_made_calls_marks_them(engine: Engine) -> None:
    row = SimpleNamespace(id=7, steps=1, state="running")
    scene = cast("Scene", SimpleNamespace(row=row, now=engine.clock.now()))
    command = FinishJob(job_id=1, lease=uuid4(), outputs={})
    assert list(Finishing().writes(command, scene)) == []
    assert len(Finishing().writes(replace(command, effects=(3, 4)), scene)) == 1
