"""Queues in a storm: what people wait for does not wait, and no queue fills."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
import redis
from celery import Celery
from celery.contrib.testing.worker import start_worker
from sqlalchemy import Engine, func, select, update

from engine.clock import SystemClock
from engine.commands import StartInstance
from engine.definitions import deploy
from engine.operators import Operator, OperatorRegistry
from engine.runtime import Runtime
from engine.store.tables import history, job
from engine.store.waiting import FIRST_PATIENCE
from tasks import queues, sweeping
from tasks.celery_app import add_work, announce_through, make_celery
from tasks.registration import BACKGROUND, INTERACTIVE

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="tests">'
)
DEADLINE = f"""{_HEAD}<bpmn:process id="deadline" isExecutable="true">
    <bpmn:startEvent id="s"/><bpmn:userTask id="ask" name="Ask"/>
    <bpmn:boundaryEvent id="late" attachedToRef="ask" cancelActivity="false">
        <bpmn:timerEventDefinition>
            <bpmn:timeDuration>PT0S</bpmn:timeDuration>
        </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:userTask id="remind" name="Remind"/><bpmn:endEvent id="e"/><bpmn:endEvent id="e2"/>
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="ask"/>
    <bpmn:sequenceFlow id="f2" sourceRef="ask" targetRef="e"/>
    <bpmn:sequenceFlow id="f3" sourceRef="late" targetRef="remind"/>
    <bpmn:sequenceFlow id="f4" sourceRef="remind" targetRef="e2"/>
</bpmn:process></bpmn:definitions>"""
#: More than the queue may call workers for.
TIMERS = 420
#: What one worker fires in a second or two.
STORM = 200


def asked(topic: str) -> str:
    """A process that does one job."""
    return f"""{_HEAD}<bpmn:process id="{topic}" isExecutable="true">
    <bpmn:startEvent id="s"/>
    <bpmn:serviceTask id="do" camunda:type="external" camunda:topic="{topic}"/>
    <bpmn:endEvent id="e"/>
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="do"/>
    <bpmn:sequenceFlow id="f2" sourceRef="do" targetRef="e"/>
</bpmn:process></bpmn:definitions>"""


@pytest.fixture
def celery(redis_url: str) -> Iterator[Celery]:
    """Celery on a broker of the test's own."""
    made = make_celery(redis_url)
    yield made
    made.close()


@pytest.fixture
def broker(redis_url: str) -> Iterator[redis.Redis]:
    """The broker itself."""
    with redis.Redis.from_url(redis_url) as made:
        yield made


@pytest.fixture
def runtime(database: Engine, celery: Celery) -> Runtime:
    """The engine with a job that somebody waits for and one that nobody does."""
    operators = OperatorRegistry()
    for topic in (INTERACTIVE, BACKGROUND):
        operators.add(
            Operator(
                topic=topic,
                function=lambda _job: {},
                inline=False,
                queue=topic,
                inputs={},
                summary="",
            )
        )
    made = Runtime(
        database=database,
        operators=operators,
        clock=SystemClock(),
        announce=announce_through(celery),
    )
    with database.begin() as connection:
        for text in (DEADLINE, asked(INTERACTIVE), asked(BACKGROUND)):
            deploy(
                connection,
                {"p.bpmn": text},
                operators=operators,
                deployed_by="test",
                now=datetime.now(UTC),
            )
    return made


def begin(runtime: Runtime, process: str, key: str) -> None:
    """Start an instance."""
    runtime.execute(StartInstance(process=process, business_key=key))


def messages(broker: redis.Redis, queue: str) -> list[dict[str, Any]]:
    """Read the headers of what waits in a queue."""
    waiting = broker.lrange(queue, 0, -1)
    assert isinstance(waiting, list)
    return [json.loads(message)["headers"] for message in waiting]


@pytest.mark.row("D12")
def test_a_sweep_calls_as_many_workers_as_there_is_work_for_and_never_a_flood(
    runtime: Runtime, celery: Celery, broker: redis.Redis
) -> None:
    """D12: after downtime each overdue timer fires once, throttled."""
    add_work(celery, runtime, lease_seconds=30)
    sweep = celery.tasks[sweeping.SWEEP]
    sweep()
    assert messages(broker, queues.TIMERS) == []
    for number in range(30):
        begin(runtime, "deadline", f"login:{number}")
    sweep()
    assert [found["task"] for found in messages(broker, queues.TIMERS)] == [
        sweeping.FIRE_TIMERS
    ] * 2
    for number in range(30, TIMERS):
        begin(runtime, "deadline", f"login:{number}")
    for _again in range(3):
        sweep()
        assert broker.llen(queues.TIMERS) == queues.MOST_WAITING[queues.TIMERS]


def test_a_job_that_nobody_waits_for_is_told_of_once_at_a_time(
    runtime: Runtime, broker: redis.Redis
) -> None:
    begin(runtime, BACKGROUND, "one")
    begin(runtime, INTERACTIVE, "two")
    ((told,), (urgent,)) = (messages(broker, queue) for queue in (BACKGROUND, INTERACTIVE))
    left = datetime.fromisoformat(told["expires"]) - datetime.now(UTC)
    assert timedelta(seconds=5) < left <= timedelta(seconds=FIRST_PATIENCE)
    assert urgent["expires"] is None


@pytest.mark.row("D21")
def test_a_full_queue_takes_no_more_until_the_sweep_finds_room(
    runtime: Runtime, celery: Celery, broker: redis.Redis
) -> None:
    """D21: a poison job cannot starve others (per-key backoff, fair batch)."""
    add_work(celery, runtime, lease_seconds=30)
    most = queues.MOST_WAITING[BACKGROUND]
    broker.rpush(BACKGROUND, *["{}"] * most)
    begin(runtime, BACKGROUND, "one")
    begin(runtime, INTERACTIVE, "two")
    assert (broker.llen(BACKGROUND), broker.llen(INTERACTIVE)) == (most, 1)
    with runtime.database.begin() as connection:
        connection.execute(update(job).values(nudged_at=func.now() - timedelta(minutes=10)))
    celery.tasks[sweeping.SWEEP]()
    assert (broker.llen(BACKGROUND), broker.llen(INTERACTIVE)) == (most, 2)
    broker.ltrim(BACKGROUND, 0, most - 2)
    celery.tasks[sweeping.SWEEP]()
    assert broker.llen(BACKGROUND) == most


@pytest.mark.row("D11")
def test_what_people_wait_for_is_begun_within_two_seconds_of_a_storm(
    runtime: Runtime, celery: Celery, broker: redis.Redis
) -> None:
    """D11: timer lateness p95 <= X s with N due at once, measured."""
    begun: list[float] = []
    took = Event()

    def note(_job: object) -> dict[str, object]:
        begun.append(time.monotonic())
        took.set()
        return {}

    object.__setattr__(runtime.operators.get(INTERACTIVE), "function", note)
    add_work(celery, runtime, lease_seconds=30)
    for number in range(STORM):
        begin(runtime, "deadline", f"login:{number}")
    for _call in range(queues.MOST_WAITING[queues.TIMERS]):
        celery.send_task(sweeping.FIRE_TIMERS, queue=queues.TIMERS)
    with start_worker(celery, pool="threads", concurrency=1, perform_ping_check=False):
        _until(lambda: _fired(runtime) > 0)
        asked_at = time.monotonic()
        begin(runtime, INTERACTIVE, "person")
        assert took.wait(10)
        assert broker.llen(queues.TIMERS), "the storm was not over"
        _until(lambda: _fired(runtime) == STORM)
    assert begun[0] - asked_at <= 2.0


def _fired(runtime: Runtime) -> int:
    """Count the timers that fired."""
    with runtime.database.connect() as connection:
        fired = select(func.count()).where(history.c.command == "FireTimer")
        return connection.execute(fired).scalar_one()


def _until(condition: Any, seconds: float = 30) -> None:  # noqa: ANN401 — any question
    """Look again and again, until a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)  # between two looks
