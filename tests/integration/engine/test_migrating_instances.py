"""Moving running instances to another version of their process, and taking that back."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from engine.batches import orders
from engine.batches.running import Batches
from engine.batches.selection import Selection
from engine.commands import CompleteUserTask, DeliverMessage, FireTimer
from engine.errors import (
    InstanceNotFound,
    MigrationBlocked,
    MigrationNotUndone,
    OnVersionAlready,
    TimerNotWaiting,
    UnknownVersion,
)
from engine.operators import RetryLater
from engine.rebuilding import rebuild
from engine.repairs import (
    HoldTimers,
    MigrateInstance,
    ReleaseTimers,
    ResumeInstance,
    SuspendInstance,
    UndoMigration,
)
from engine.store import tables
from engine.versions.preview import Previewer, preview
from engine.versions.verdicts import Safety

from .conftest import KEY, PROCESS, Engine, ask, boundary, diagram, do, end, nothing, start, timer

#: Ask, with a deadline and a reminder; then a job.
FIRST = diagram(
    start()
    + ask()
    + boundary("late", "ask", timer("P10D"))
    + boundary("remind", "ask", timer("P3D"), interrupting=False)
    + do()
    + end()
    + end("expired")
    + end("reminded"),
    flows="start>ask>do>end; late>expired; remind>reminded",
)

#: Another deadline, no reminder, a step more, and a call after a day.
SECOND = diagram(
    start()
    + ask()
    + boundary("late", "ask", timer("P30D"))
    + boundary("call", "ask", timer("P1D"), interrupting=False)
    + ask("confirm")
    + do()
    + end()
    + end("expired")
    + end("called"),
    flows="start>ask>confirm>do>end; late>expired; call>called",
)

#: The first step is called otherwise.
RENAMED = diagram(
    start()
    + '<bpmn:userTask id="answer" name="Answer" camunda:formRef="f" '
    + 'camunda:candidateGroups="chefes"/>'
    + boundary("deadline", "answer", timer("P30D"))
    + do("work")
    + end()
    + end("expired"),
    flows="start>answer>work>end; deadline>expired",
)
#: The reminder is not what the call is: it just ends.
DROP = {"remind": ""}
NAMES = {"ask": "answer", "late": "deadline", "remind": "", "do": "work"}


@pytest.fixture
def versions(engine: Engine) -> Engine:
    """An engine with three versions, and an instance that runs on the first."""
    engine.operator(nothing)
    engine.deploy(FIRST)
    engine.start()
    engine.deploy(SECOND)
    engine.deploy(RENAMED, f='{"id": "f", "components": []}')
    return engine


def migrate(
    engine: Engine, version: int, mapping: Mapping[str, str] | None = None, *, key: str = KEY
) -> None:
    engine.runtime.execute(
        MigrateInstance(
            instance_id=engine.instance(key).id,
            version=version,
            mapping=mapping or {},
            reason="a better version",
            actor="ana",
        )
    )


def undo(engine: Engine, key: str = KEY) -> None:
    engine.runtime.execute(
        UndoMigration(instance_id=engine.instance(key).id, reason="it was not", actor="ana")
    )


def timers(engine: Engine) -> dict[str, object]:
    return {row.element_id: row.due_at for row in engine.rows(tables.timer)}


@pytest.mark.row("B15")
def test_a_due_date_stays_as_it_is_even_one_that_was_moved(versions: Engine) -> None:
    """Row B15: migration keeps the running deadline unless told otherwise."""
    moved = versions.clock.now() + timedelta(days=77, minutes=3)
    with versions.database.begin() as connection:
        connection.execute(
            update(tables.timer).where(tables.timer.c.element_id == "late").values(due_at=moved)
        )
    before = {row.element_id: row for row in versions.rows(tables.timer)}
    versions.clock.advance(timedelta(days=1))
    migrate(versions, 2, DROP)
    after = {row.element_id: row for row in versions.rows(tables.timer)}
    assert after["late"] == before["late"]
    assert after["call"].due_at == versions.clock.now() + timedelta(days=1)
    assert "remind" not in after
    assert versions.instance().version == 2


def test_it_goes_on_as_the_other_version_says(versions: Engine) -> None:
    migrate(versions, 2, DROP)
    versions.complete("ask")
    assert versions.open_tasks() == ["confirm"]
    assert timers(versions) == {}
    versions.complete("confirm")
    assert versions.work()
    assert versions.instance().state == "completed"


def test_an_open_task_keeps_its_number_and_its_data_under_another_name(versions: Engine) -> None:
    before = versions.task("ask")
    migrate(versions, 3, NAMES)
    after = versions.task("answer")
    assert (after.id, after.variables) == (before.id, before.variables)
    assert (after.name, after.form, after.candidate_groups) == ("Answer", "f", ("chefes",))
    assert list(timers(versions)) == ["deadline"]
    versions.complete("answer")
    assert [job.element_id for job in versions.jobs()] == ["work"]


def test_it_says_what_needs_a_mapping_and_changes_nothing(versions: Engine) -> None:
    rows = versions.rows(tables.instance)
    with pytest.raises(MigrationBlocked, match="ask: a token stands there") as refused:
        migrate(versions, 3)
    assert any(reason.startswith("ask: ") for reason in refused.value.reasons)
    assert versions.rows(tables.instance) == rows
    assert versions.rows(tables.instance_migration) == []


def test_what_is_not_there_is_refused_by_name(versions: Engine) -> None:
    with pytest.raises(UnknownVersion, match="from 1 to 3"):
        migrate(versions, 9)
    with pytest.raises(OnVersionAlready, match="runs on version 1 already"):
        migrate(versions, 1)
    with pytest.raises(InstanceNotFound):
        versions.runtime.execute(
            MigrateInstance(instance_id=404, version=2, reason="none", actor="ana")
        )


def test_the_history_says_from_which_version_to_which_and_why(versions: Engine) -> None:
    migrate(versions, 3, NAMES)
    (kept,) = versions.rows(tables.instance_migration)
    step = versions.rows(tables.history)[-1]
    assert (step.command, step.step, step.actor) == ("MigrateInstance", 2, "ana")
    assert step.input["reason"] == "a better version"
    assert step.input["version"] == 3
    assert step.input["mapping"] == kept.mapping == NAMES
    assert step.input["from_definition"] == kept.from_definition_id
    assert kept.step == 2
    assert step.moves == [["remind", "cancelled"]]


def test_the_way_before_the_migration_can_still_be_rebuilt(versions: Engine) -> None:
    migrate(versions, 3, NAMES)
    versions.complete("answer")
    number = versions.instance().id
    with versions.database.connect() as connection:
        cache = versions.runtime.definitions
        was = rebuild(connection, cache, instance_id=number, step=1)
        then = rebuild(connection, cache, instance_id=number, step=2)
    assert was.elements == ("ask", "late", "remind")
    assert then.elements == ("answer", "deadline")
    assert was.definition_id != then.definition_id


@pytest.mark.row("B16")
def test_undoing_puts_everything_back_to_the_letter(versions: Engine) -> None:
    """Row B16: undo a migration."""
    before = versions.rows(tables.instance)[0]
    waits = [versions.rows(table) for table in (tables.user_task, tables.subscription)]
    clocks = [(row.task_uid, row.element_id, row.due_at) for row in versions.rows(tables.timer)]
    migrate(versions, 3, NAMES)
    undo(versions)
    after = versions.rows(tables.instance)[0]
    assert after.tokens == before.tokens
    assert after.definition_id == before.definition_id
    assert [versions.rows(table) for table in (tables.user_task, tables.subscription)] == waits
    again = [(row.task_uid, row.element_id, row.due_at) for row in versions.rows(tables.timer)]
    assert sorted(again) == sorted(clocks)
    (kept,) = versions.rows(tables.instance_migration)
    assert kept.undone_at is not None


def test_undoing_keeps_due_dates_as_they_are_now(versions: Engine) -> None:
    migrate(versions, 2, DROP)
    now = versions.clock.now() + timedelta(days=5)
    with versions.database.begin() as connection:
        connection.execute(update(tables.timer).values(due_at=now))
    undo(versions)
    assert timers(versions)["late"] == now


def test_a_timer_that_the_migration_ended_comes_back_as_it_had_been_moved(
    versions: Engine,
) -> None:
    moved = versions.clock.now() + timedelta(days=50)
    with versions.database.begin() as connection:
        connection.execute(
            update(tables.timer).where(tables.timer.c.element_id == "remind").values(due_at=moved)
        )
    migrate(versions, 2, DROP)
    assert "remind" not in timers(versions)
    undo(versions)
    assert timers(versions)["remind"] == moved


def test_undoing_is_refused_once_something_came_after(versions: Engine) -> None:
    with pytest.raises(MigrationNotUndone, match="no migration"):
        undo(versions)
    migrate(versions, 2, DROP)
    versions.complete("ask")
    with pytest.raises(MigrationNotUndone, match="step 3 came after it: CompleteUserTask"):
        undo(versions)


def test_after_undoing_it_can_be_migrated_and_undone_again(versions: Engine) -> None:
    before = versions.rows(tables.instance)[0].tokens
    for _ in range(2):
        migrate(versions, 2, DROP)
        undo(versions)
    assert versions.rows(tables.instance)[0].tokens == before
    versions.complete("ask")
    assert versions.work()
    assert versions.instance().state == "completed"


def test_a_suspended_instance_is_migrated_and_stays_suspended(versions: Engine) -> None:
    number = versions.instance().id
    versions.runtime.execute(SuspendInstance(instance_id=number, reason="wait", actor="ana"))
    migrate(versions, 2, DROP)
    assert versions.instance().state == "suspended"
    assert [row.paused for row in versions.rows(tables.timer)] == [True, True]
    versions.runtime.execute(ResumeInstance(instance_id=number, reason="go on", actor="ana"))
    assert [row.paused for row in versions.rows(tables.timer)] == [False, False]


def test_a_held_clock_stays_held_under_another_name(versions: Engine) -> None:
    number = versions.instance().id
    versions.runtime.execute(
        HoldTimers(instance_id=number, elements=("late",), reason="wait", actor="ana")
    )
    (held,) = (row for row in versions.rows(tables.timer) if row.element_id == "late")
    migrate(versions, 3, NAMES)
    (after,) = versions.rows(tables.timer)
    assert (after.id, after.due_at, after.held_at) == (held.id, held.due_at, held.held_at)
    versions.clock.advance(timedelta(days=2))
    versions.runtime.execute(
        ReleaseTimers(instance_id=number, elements=("deadline",), reason="on", actor="ana")
    )
    assert timers(versions) == {"deadline": held.due_at + timedelta(days=2)}


def test_a_message_goes_by_its_name_in_the_new_version_and_one_that_came_early_comes_in(
    engine: Engine,
) -> None:
    def waiting(name: str) -> str:
        task = '<bpmn:receiveTask id="wait" messageRef="m"/>'
        root = f'<bpmn:message id="m" name="{name}"/>'
        return diagram(start() + task + end(), flows="start>wait>end", roots=root)

    engine.deploy(waiting("old"))
    engine.start()
    engine.start("early")
    engine.deploy(waiting("new"))
    early = DeliverMessage(
        name="new", process=PROCESS, business_key="early", ttl=timedelta(days=1), key="letter"
    )
    assert engine.runtime.execute(early).state == "kept"
    migrate(engine, 2)
    assert engine.rows(tables.subscription)[0].message == "new"
    engine.runtime.execute(DeliverMessage(name="new", process=PROCESS, business_key=KEY))
    assert engine.instance().state == "completed"
    migrate(engine, 2, key="early")
    assert engine.instance("early").state == "completed"


def test_a_migration_with_which_a_message_came_in_is_not_undone(engine: Engine) -> None:
    def waiting(name: str) -> str:
        task = '<bpmn:receiveTask id="wait" messageRef="m"/>'
        root = f'<bpmn:message id="m" name="{name}"/>'
        nodes = start() + task + ask() + end()
        return diagram(nodes, flows="start>wait>ask>end", roots=root)

    engine.deploy(waiting("old"))
    engine.start()
    engine.deploy(waiting("new"))
    early = DeliverMessage(
        name="new", process=PROCESS, business_key=KEY, ttl=timedelta(days=1), key="letter"
    )
    engine.runtime.execute(early)
    migrate(engine, 2)
    assert engine.open_tasks() == ["ask"]
    with pytest.raises(MigrationNotUndone, match="a message that was kept for it"):
        undo(engine)


def test_a_job_goes_on_whatever_state_it_is_in(engine: Engine) -> None:
    def fails(_job: object) -> Mapping[str, object]:
        raise RetryLater("away")

    engine.operator(fails)
    engine.deploy(diagram(start() + do(retries="R1/PT1S") + end(), flows="start>do>end"))
    engine.start()
    engine.deploy(diagram(start() + do("work", retries="R1/PT1S") + end(), flows="start>work>end"))
    (ready,) = engine.rows(tables.job)
    migrate(engine, 2, {"do": "work"})
    (after,) = engine.rows(tables.job)
    assert (after.id, after.task_uid, after.element_id) == (ready.id, ready.task_uid, "work")
    assert engine.work()
    engine.clock.advance(timedelta(seconds=5))
    assert engine.work()
    assert [row.element_id for row in engine.rows(tables.incident)] == ["work"]
    engine.deploy(diagram(start() + do("again") + end(), flows="start>again>end"))
    migrate(engine, 3, {"work": "again"})
    (stuck,) = engine.rows(tables.incident)
    assert (stuck.element_id, stuck.closed_at) == ("again", None)
    (job,) = engine.jobs()
    assert (job.element_id, job.state) == ("again", "incident")


def test_a_job_that_a_worker_is_at_may_not_be_called_otherwise(versions: Engine) -> None:
    versions.complete("ask")
    with versions.database.begin() as connection:
        connection.execute(update(tables.job).values(state="running"))
    with pytest.raises(MigrationBlocked, match="do: a worker is at it now"):
        migrate(versions, 3, NAMES)
    migrate(versions, 2, DROP)
    assert versions.instance().version == 2


def test_a_timer_that_is_gone_cannot_fire(versions: Engine) -> None:
    (gone,) = (row.id for row in versions.rows(tables.timer) if row.element_id == "remind")
    migrate(versions, 2, DROP)
    versions.clock.advance(timedelta(days=4))
    with pytest.raises(TimerNotWaiting):
        versions.runtime.execute(FireTimer(timer_id=gone))


def test_what_cannot_begin_to_wait_blocks(engine: Engine) -> None:
    engine.deploy(diagram(start() + ask() + end(), flows="start>ask>end"))
    engine.start()
    late = boundary("late", "ask", timer("${missing.day}"))
    engine.deploy(diagram(start() + ask() + late + end() + end("e"), flows="start>ask>end; late>e"))
    with pytest.raises(MigrationBlocked, match="what would begin to wait fails"):
        migrate(engine, 2)


@pytest.mark.row("B13")
def test_a_preview_says_for_each_what_would_happen_and_why(versions: Engine) -> None:
    """Row B13: migrate one to version N, with pre-check that names blockers."""
    versions.runtime.definitions = versions.fresh_runtime().definitions
    with versions.database.connect() as connection:
        first = _previewer(versions, connection, 2, DROP)
        (group,) = first.preview().groups
        assert (group.version, group.count, group.elements) == (1, 1, ("ask", "late", "remind"))
        assert group.verdict.safety is Safety.SAFE
        assert (group.verdict.starts, group.verdict.ends) == (("call",), ("remind",))
        number = versions.instance().id
        closer = first.closely(number)
        assert [(each.element, each.due_at) for each in closer.starts] == [
            ("call", versions.clock.now() + timedelta(days=1))
        ]
        assert closer.moved_by == 0
        assert list(first.safe()) == [number]
        (needing,) = _previewer(versions, connection, 3).preview().groups
        assert needing.verdict.safety is Safety.NEEDS_MAPPING
        needs = {need.element: need.suggestions for need in needing.verdict.needs}
        assert needs["ask"] == ("answer",)
        mapped = preview(
            connection,
            versions.runtime.definitions,
            process=PROCESS,
            version=3,
            now=versions.clock.now(),
            mapping=NAMES,
        )
        assert mapped.count(Safety.SAFE) == 1


def _previewer(
    engine: Engine, connection: Connection, version: int, mapping: Mapping[str, str] | None = None
) -> Previewer:
    return Previewer(
        connection=connection,
        mapping=mapping or {},
        definitions=engine.runtime.definitions,
        process=PROCESS,
        version=version,
        now=engine.clock.now(),
    )


def test_a_batch_takes_only_the_safe_ones_and_is_taken_back(versions: Engine) -> None:
    versions.deploy(FIRST)
    for key in ("a", "b", "c"):
        versions.start(key)
    task = next(row for row in versions.rows(tables.user_task) if row.instance_id == 2)
    versions.runtime.execute(CompleteUserTask(task_id=task.id, answers={}, actor="ana"))
    versions.deploy(diagram(start() + ask() + ask("do") + end(), flows="start>ask>do>end"))
    clocks = [(row.task_uid, row.due_at) for row in versions.rows(tables.timer)]
    with versions.database.begin() as connection:
        safe = tuple(_previewer(versions, connection, 5).safe())
        batch = orders.create(
            connection,
            kind="migrate",
            selection=Selection(ids=safe),
            parameters={"version": 5},
            reason="a better version",
            actor="ana",
            now=versions.clock.now(),
        )
    assert Batches(runtime=versions.runtime).run() == len(safe) == 3
    assert [versions.instance(key).version for key in (KEY, "a", "b", "c")] == [5, 4, 5, 5]
    with versions.database.begin() as connection:
        orders.undo(connection, batch, reason="no", actor="ana", now=versions.clock.now())
    Batches(runtime=versions.runtime).run()
    assert [versions.instance(key).version for key in (KEY, "a", "b", "c")] == [1, 4, 4, 4]
    assert sorted((row.task_uid, row.due_at) for row in versions.rows(tables.timer)) == sorted(
        clocks
    )


def _calling(after: str) -> str:
    """Draw: call another process, then ask."""
    call = '<bpmn:callActivity id="call" calledElement="q"><bpmn:extensionElements>'
    call += '<camunda:in variables="all"/></bpmn:extensionElements></bpmn:callActivity>'
    return diagram(start() + call + ask(after) + end(), flows=f"start>call>{after}>end")


def _called(form: str) -> str:
    """Draw the process that is called."""
    inside = diagram(start() + ask() + end(), flows="start>ask>end")
    return inside.replace('id="p"', 'id="q"').replace('name="Ask"', f'name="{form}"')


def test_a_call_in_progress_goes_along_only_where_the_same_version_is_called(
    engine: Engine,
) -> None:
    engine.deploy(_called("first"))
    engine.deploy(_calling("after"))
    engine.start()
    engine.start("later")
    engine.deploy(_calling("then"))
    open_task = engine.rows(tables.user_task)[0]
    migrate(engine, 2, {"after": "then"})
    assert engine.rows(tables.user_task)[0] == open_task
    engine.runtime.execute(CompleteUserTask(task_id=open_task.id, answers={}, actor="ana"))
    assert engine.task("then").instance_id == engine.instance().id
    engine.deploy(_called("second"))
    engine.deploy(_calling("at_last"))
    with pytest.raises(MigrationBlocked, match="call: a called process runs inside"):
        migrate(engine, 3, key="later")
    migrate(engine, 3, {"then": "at_last"})
    engine.complete("at_last")
    assert engine.instance().state == "completed"
