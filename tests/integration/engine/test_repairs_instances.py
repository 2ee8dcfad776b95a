"""Repairs of one instance: each is one command, with its reason, all or nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text as sql
from sqlalchemy import update

from engine.commands import CancelInstance, DeliverMessage, FinishJob
from engine.definitions import DefinitionCache
from engine.errors import (
    InstanceNotFound,
    InstanceNotRunning,
    JobNotHeld,
    NothingToChange,
    NothingToRepeat,
    NothingToSkip,
    NoTokenAt,
    TargetUnfit,
    ValueTooLarge,
)
from engine.incidents import retry_all
from engine.operators import Job
from engine.rebuilding import rebuild
from engine.repairs import (
    ChangeVariables,
    MoveToken,
    RepeatStep,
    ResumeInstance,
    RetryJobs,
    SkipStep,
    SuspendInstance,
)
from engine.spiff import deltas
from engine.store import jobs
from engine.store.jobs import HeldJob
from engine.store.tables import history, incident, instance, job, subscription, timer, user_task

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
)
from .conftest import (
    timer as clock,
)

#: start → a → do → b → end; two timers at the edge of b.
ROAD = diagram(
    start()
    + ask("a")
    + do()
    + ask("b")
    + end()
    + boundary("late", "b", clock("P10D"), interrupting=False)
    + ask("hurry")
    + end("hurried"),
    flows="start>a>do>b>end; late>hurry>hurried",
)


@pytest.fixture
def road(engine: Engine) -> Engine:
    """An instance that waits at its first step."""
    engine.operator(nothing)
    engine.deploy(ROAD)
    engine.start(x=1)
    return engine


def _taken(engine: Engine) -> HeldJob:
    """Take the one job, as a worker does."""
    with engine.database.begin() as connection:
        held = jobs.take(connection, engine.jobs()[0].id, now=engine.clock.now(), lease_seconds=30)
    assert held is not None
    return held


def _stuck(engine: Engine) -> None:
    """Bring the one job to its incident."""
    held = _taken(engine)
    with engine.database.begin() as connection:
        jobs.open_incident(connection, held, error="broken", now=engine.clock.now())


def _suspend(engine: Engine) -> None:
    engine.runtime.execute(SuspendInstance(**_because(engine)))


def _because(engine: Engine, **more: object) -> dict[str, object]:
    return {"instance_id": engine.instance().id, "reason": "asked for", "actor": "ana", **more}


def _move(engine: Engine, source: str, target: str) -> None:
    engine.runtime.execute(MoveToken(**_because(engine, source=source, target=target)))


def test_a_move_is_one_step_of_the_history_with_who_and_why(road: Engine) -> None:
    _move(road, "a", "b")
    assert road.open_tasks() == ["b"]
    with road.database.connect() as connection:
        step = connection.execute(history.select().order_by(history.c.step.desc())).first()
    assert step is not None
    assert (step.command, step.element_id, step.actor) == ("MoveToken", "b", "ana")
    assert step.input == {"source": "a", "target": "b", "reason": "asked for"}
    assert sorted(step.moves) == [["a", "cancelled"], ["b", "entered"], ["late", "entered"]]
    assert [row.element_id for row in road.rows(timer)] == ["late"]


def test_the_same_move_twice_is_once(road: Engine) -> None:
    command = MoveToken(**_because(road, source="a", target="b", key="move:1"))
    assert not road.runtime.execute(command).repeated
    assert road.runtime.execute(command).repeated
    assert road.open_tasks() == ["b"]


def test_a_jobs_result_is_dropped_where_its_token_was_moved_away(road: Engine) -> None:
    road.complete("a")
    held = _taken(road)
    _move(road, "do", "b")
    assert road.rows(job) == []
    with pytest.raises(JobNotHeld):
        road.runtime.execute(FinishJob(job_id=held.id, lease=held.lease, outputs={"y": 1}))
    assert road.task("b").variables == {"x": 1}


@pytest.mark.parametrize(
    "repair",
    [
        lambda engine: MoveToken(**_because(engine, source="do", target="b")),
        lambda engine: SkipStep(**_because(engine, element="do", outputs={"done": True})),
        lambda engine: RepeatStep(**_because(engine, element="do")),
    ],
)
def test_the_incident_of_a_job_that_a_repair_takes_away_is_closed(
    road: Engine, repair: Callable[[Engine], MoveToken]
) -> None:
    road.complete("a")
    _stuck(road)
    assert road.instance().incidents == 1
    road.runtime.execute(repair(road))
    assert road.instance().incidents == 0
    assert road.rows(incident)[0].closed_by == "ana"


def test_a_skipped_job_goes_on_with_the_outputs_that_were_given(road: Engine) -> None:
    road.complete("a")
    held = _taken(road)
    road.runtime.execute(SkipStep(**_because(road, element="do", outputs={"done": True})))
    assert road.task("b").variables == {"x": 1, "done": True}
    with pytest.raises(JobNotHeld):
        road.runtime.execute(FinishJob(job_id=held.id, lease=held.lease, outputs={}))


def test_a_repeated_job_is_another_one_with_the_variables_of_now(road: Engine) -> None:
    road.complete("a", y=2)
    first = road.jobs()[0].id
    road.work()
    road.runtime.execute(RepeatStep(**_because(road, element="do")))
    assert road.open_tasks() == []
    assert road.rows(timer) == []
    (again,) = road.jobs()
    assert again.id != first
    assert road.work()
    assert road.open_tasks() == ["b"]


def test_a_repeated_step_keeps_the_row_of_the_clock_at_its_edge(road: Engine) -> None:
    """Finding 3.2: a reset moved the due date; here what moved or holds it is kept, too."""
    _move(road, "a", "b")
    moved = road.clock.now() + timedelta(days=40)
    with road.database.begin() as connection:
        connection.execute(update(timer).values(due_at=moved, due_before_move=timer.c.due_at))
    before = road.rows(timer)
    first = road.task("b").id
    road.clock.advance(timedelta(days=3))
    road.runtime.execute(RepeatStep(**_because(road, element="b")))
    assert road.rows(timer) == before
    assert road.task("b").id != first
    road.clock.advance(timedelta(days=37))
    assert road.sweep() == 1
    assert road.open_tasks() == ["b", "hurry"]


def test_a_step_of_a_folded_round_is_found_in_the_history(engine: Engine) -> None:
    again = (
        '<bpmn:exclusiveGateway id="again" default="again_a"/>'
        '<bpmn:sequenceFlow id="again_end" sourceRef="again" targetRef="end">'
        "<bpmn:conditionExpression>${stop == true}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    engine.deploy(diagram(start() + ask("a") + ask("b") + again + end(), flows="start>a>b>again>a"))
    engine.start(stop=False)
    for _ in range(3):
        engine.complete("a")
        engine.complete("b")
    engine.runtime.execute(RepeatStep(**_because(engine, element="b")))
    assert engine.open_tasks() == ["b"]
    with pytest.raises(NothingToRepeat):
        engine.runtime.execute(RepeatStep(**_because(engine, element="end")))


def test_changed_variables_reach_open_tasks_and_waiting_jobs_but_not_a_running_one(
    engine: Engine,
) -> None:
    def takes(_job: Job, *, x: int) -> dict[str, int]:
        return {"got": x}

    engine.operator(takes)
    engine.deploy(
        diagram(
            start()
            + '<bpmn:parallelGateway id="fork"/>'
            + ask("a")
            + do("one")
            + do("two")
            + do("three")
            + end("e1")
            + end("e2")
            + end("e3")
            + end("e4"),
            flows="start>fork>a>e1; fork>one>e2; fork>two>e3; fork>three>e4",
        )
    )
    engine.start(x=1, old=True)
    by_element = {row.element_id: row for row in engine.rows(job)}
    now = engine.clock.now()
    with engine.database.begin() as connection:
        jobs.take(connection, by_element["one"].id, now=now, lease_seconds=30)
        held = jobs.take(connection, by_element["two"].id, now=now, lease_seconds=30)
        assert held is not None
        jobs.open_incident(connection, held, error="broken", now=now)
    engine.runtime.execute(ChangeVariables(**_because(engine, values={"x": 2}, remove=("old",))))
    assert engine.task("a").variables == {"x": 2}
    inputs = {row.element_id: row.inputs for row in engine.rows(job)}
    assert inputs == {"one": {"x": 1}, "two": {"x": 2}, "three": {"x": 2}}
    step = engine_step(engine)
    assert (step.command, step.changes) == ("ChangeVariables", {"x": 2, "old": None})


def engine_step(engine: Engine) -> object:
    """Read the newest step of the history."""
    with engine.database.connect() as connection:
        return connection.execute(history.select().order_by(history.c.step.desc())).first()


def test_changed_variables_have_the_instances_budget(road: Engine) -> None:
    with pytest.raises(ValueTooLarge, match="«big»"):
        road.runtime.execute(ChangeVariables(**_because(road, values={"big": "x" * 200_000})))
    assert road.task("a").variables == {"x": 1}


def test_retrying_all_of_an_instance_says_whether_anything_was_stuck(road: Engine) -> None:
    road.complete("a")
    number = road.instance().id
    with road.runtime.transaction() as connection:
        assert not retry_all(road.runtime, connection, instance_id=number, actor="ana")
    _stuck(road)
    road.nudges.clear()
    with road.runtime.transaction() as connection:
        assert retry_all(road.runtime, connection, instance_id=number, actor="ana")
        assert road.nudges == [], "the broker hears of it after the commit"
    assert len(road.nudges) == 1
    assert road.work()
    assert road.open_tasks() == ["b"]


def test_the_history_rebuilds_an_instance_after_each_repair(road: Engine) -> None:
    number = road.instance().id
    repairs = [
        MoveToken(**_because(road, source="a", target="b")),
        ChangeVariables(**_because(road, values={"x": 2, "y": [1]})),
        RepeatStep(**_because(road, element="b")),
        MoveToken(**_because(road, source="b", target="do")),
        SkipStep(**_because(road, element="do", outputs={"done": True})),
        RepeatStep(**_because(road, element="do")),
    ]
    seen = []
    for repair in repairs:
        road.runtime.execute(repair)
        with road.database.connect() as connection:
            row = connection.execute(instance.select()).one()
            now = rebuild(connection, DefinitionCache(), instance_id=number, step=row.steps)
        seen.append((row.steps, deltas.decompress(row.tokens), now.elements, now.variables))
    assert [each[2] for each in seen] == [
        ("b", "late"),
        ("b", "late"),
        ("b", "late"),
        ("do",),
        ("b", "late"),
        ("do",),
    ]
    for step, text, elements, variables in seen:
        with road.database.connect() as connection:
            then = rebuild(connection, DefinitionCache(), instance_id=number, step=step)
        assert (then.text, then.elements, then.variables) == (text, elements, variables)
    assert seen[-1][3] == {"x": 2, "y": [1], "done": True}


def test_a_suspended_instance_is_repaired_and_stays_suspended_until_it_is_resumed(
    road: Engine,
) -> None:
    _suspend(road)
    _move(road, "a", "b")
    assert road.instance().state == "suspended"
    assert [row.paused for row in road.rows(timer)] == [True]
    road.clock.advance(timedelta(days=11))
    assert road.sweep() == 0
    road.runtime.execute(ResumeInstance(**_because(road)))
    assert road.sweep() == 1
    assert road.open_tasks() == ["b", "hurry"]


def test_a_job_that_a_repair_asks_for_while_suspended_waits_for_the_resumption(
    road: Engine,
) -> None:
    _suspend(road)
    road.nudges.clear()
    _move(road, "a", "do")
    assert not road.work()
    assert road.nudges == []
    road.runtime.execute(ResumeInstance(**_because(road)))
    assert len(road.nudges) == 1
    assert road.work()
    assert road.open_tasks() == ["b"]


def test_a_message_in_the_inbox_is_taken_where_a_repair_leads_to_its_event(engine: Engine) -> None:
    catch = (
        '<bpmn:intermediateCatchEvent id="wait"><bpmn:messageEventDefinition messageRef="m"/>'
        "</bpmn:intermediateCatchEvent>"
    )
    engine.deploy(
        diagram(
            start() + ask("a") + ask("other") + catch + ask("z") + end(),
            flows="start>a>other>wait>z>end",
            roots='<bpmn:message id="m" name="paid"/>',
        )
    )
    engine.start()
    early = DeliverMessage(
        name="paid", process=PROCESS, business_key=KEY, ttl=timedelta(days=1), key="m1"
    )
    assert engine.runtime.execute(early).state == "kept"
    _move(engine, "a", "wait")
    assert engine.open_tasks() == ["z"]
    assert engine.rows(subscription) == []


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        (lambda e: MoveToken(**_because(e, source="b", target="a")), NoTokenAt),
        (lambda e: MoveToken(**_because(e, source="a", target="nowhere")), TargetUnfit),
        (lambda e: RepeatStep(**_because(e, element="b")), NothingToRepeat),
        (lambda e: SkipStep(**_because(e, element="do")), NothingToSkip),
        (lambda e: ChangeVariables(**_because(e)), NothingToChange),
        (
            lambda e: ChangeVariables(**_because(e, values={"x": 1}, remove=("x",))),
            NothingToChange,
        ),
        (
            lambda e: RetryJobs(**{**_because(e), "instance_id": 10**9}),
            InstanceNotFound,
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    road: Engine, refused: Callable[[Engine], MoveToken], error: type[Exception]
) -> None:
    tables = (instance, user_task, timer, job)
    before = [road.rows(table) for table in tables]
    with pytest.raises(error):
        road.runtime.execute(refused(road))
    assert [road.rows(table) for table in tables] == before


def test_an_instance_that_is_over_takes_no_repair(road: Engine) -> None:
    road.runtime.execute(CancelInstance(**_because(road)))
    with pytest.raises(InstanceNotRunning):
        _move(road, "a", "b")
    with road.database.connect() as connection:
        assert connection.execute(sql("SELECT count(*) FROM engine.history")).scalar() == 2
