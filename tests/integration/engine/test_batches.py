"""A batch is one repair for many instances, with a result and a reason for each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from engine.batches import orders, reading
from engine.batches.previewing import preview
from engine.batches.running import Batches
from engine.batches.selection import Selection
from engine.commands import CancelInstance, CompleteUserTask
from engine.errors import BatchNotFound, BatchRefused
from engine.operators import Job
from engine.repairs import SuspendInstance
from engine.store import jobs
from engine.store.tables import (
    batch,
    batch_item,
    history,
    instance,
    remembered_command,
    timer,
    user_task,
)
from tasks import repair_batches
from tasks.celery_app import make_celery
from tasks.registration import BACKGROUND

from .conftest import PROCESS, Engine, ask, boundary, diagram, do, end, nothing, start, write_effect
from .conftest import timer as clock

ROAD = diagram(start() + ask("a") + do() + ask("b") + end(), flows="start>a>do>b>end")
ALL = Selection(process=PROCESS)


@dataclass
class Ward:
    """Instances, and what is done to them."""

    engine: Engine

    def admit(self, number: int, *, first: int = 0, group: str | None = None) -> list[int]:
        """Start instances; gives their ids."""
        return [
            self.engine.start(key=f"k:{n:04}", group=group, n=n).instance_id or 0
            for n in range(first, first + number)
        ]

    def create(self, kind: str, selection: Selection = ALL, **parameters: object) -> int:
        """Make a batch."""
        with self.engine.database.begin() as connection:
            return orders.create(
                connection,
                kind=kind,
                selection=selection,
                parameters=parameters,
                reason="asked for",
                actor="ana",
                now=self.engine.clock.now(),
            )

    def do(self, order: Callable[..., int | None], batch_id: int) -> int | None:
        """Pause, resume, cancel, try again or undo a batch."""
        with self.engine.database.begin() as connection:
            return order(
                connection, batch_id, reason="why not", actor="bia", now=self.engine.clock.now()
            )

    def run(self, limit: int | None = None, part: int = 25) -> int:
        """Work on batches as a worker that has just started."""
        return Batches(runtime=self.engine.fresh_runtime(), part=part).run(limit=limit)

    def view(self, batch_id: int) -> reading.BatchView:
        """Read a batch."""
        with self.engine.database.connect() as connection:
            found = reading.by_id(connection, batch_id)
        assert found is not None
        return found

    def items(self, batch_id: int, state: str | None = None) -> list[reading.ItemView]:
        """Read a batch's items."""
        with self.engine.database.connect() as connection:
            return list(reading.all_items(connection, batch_id, state=state))

    def steps(self, command: str) -> list[int]:
        """Read the instances that a command came to, once for each time."""
        with self.engine.database.connect() as connection:
            query = select(history.c.instance_id).where(history.c.command == command)
            return sorted(connection.execute(query).scalars())


@pytest.fixture
def ward(engine: Engine) -> Ward:
    """No instances yet."""
    engine.operator(nothing)
    engine.deploy(ROAD)
    return Ward(engine)


def _counts(**given: int) -> dict[str, int]:
    return {"waiting": 0, "done": 0, "skipped": 0, "failed": 0, **given}


@pytest.mark.row("B22")
def test_each_instance_has_its_result_and_the_batch_is_completed(ward: Ward) -> None:
    """B22: progress, pause, cancel, error text per failed item; not "completed" if any failed."""
    ids = ward.admit(3)
    batch_id = ward.create("move", source="a", target="b")
    assert (ward.view(batch_id).total, ward.view(batch_id).items) == (3, _counts(waiting=3))
    assert ward.run() == 3
    view = ward.view(batch_id)
    assert (view.state, view.items) == ("completed", _counts(done=3))
    assert view.ended_at == ward.engine.clock.now()
    assert [(item.instance_id, item.state, item.step) for item in ward.items(batch_id)] == [
        (number, "done", 2) for number in ids
    ]
    assert ward.engine.open_tasks() == ["b", "b", "b"]
    with ward.engine.database.connect() as connection:
        moved = connection.execute(select(history).where(history.c.command == "MoveToken")).all()
    assert {(row.actor, row.input["reason"]) for row in moved} == {("ana", "asked for")}


@pytest.mark.row("B22")
def test_a_batch_is_never_completed_while_one_has_failed_and_says_why(ward: Ward) -> None:
    ids = ward.admit(3)
    batch_id = ward.create("move", source="a", target="b")
    _complete(ward, ids[1])
    ward.run()
    view = ward.view(batch_id)
    assert (view.state, view.items) == ("failed", _counts(done=2, failed=1))
    (failed,) = ward.items(batch_id, "failed")
    assert failed.instance_id == ids[1]
    assert failed.reason == "No token waits at «a»: look where the instance is now."
    assert ward.run() == 0, "nothing is left to do"
    assert ward.view(batch_id).state == "failed"


def _complete(ward: Ward, instance_id: int) -> None:
    """Let one instance go on behind the batch's back."""
    with ward.engine.database.connect() as connection:
        query = select(user_task.c.id).where(user_task.c.instance_id == instance_id)
        task_id = connection.execute(query).scalar_one()
    ward.engine.runtime.execute(CompleteUserTask(task_id=task_id, answers={}, actor="ana"))


def test_what_failed_is_tried_again_and_then_the_batch_is_completed(ward: Ward) -> None:
    ids = ward.admit(3)
    batch_id = ward.create("skip", element="do")
    _complete(ward, ids[1])
    ward.run()
    assert ward.view(batch_id).items == _counts(done=1, failed=2)
    for number in (ids[0], ids[2]):
        _complete(ward, number)
    assert ward.do(orders.retry_failed, batch_id) == 2
    assert (ward.view(batch_id).state, ward.view(batch_id).ended_at) == ("running", None)
    ward.run()
    assert (ward.view(batch_id).state, ward.view(batch_id).items) == ("completed", _counts(done=3))
    assert ward.steps("SkipStep") == ids, "what was done is not done again"
    assert [entry[1:] for entry in ward.view(batch_id).log] == [["bia", "retried", "why not"]]


def test_what_is_over_by_then_is_passed_over_with_its_reason(ward: Ward) -> None:
    ids = ward.admit(3)
    batch_id = ward.create("move", source="a", target="b")
    ward.engine.runtime.execute(CancelInstance(instance_id=ids[0], reason="x", actor="ana"))
    with ward.engine.database.begin() as connection:
        connection.execute(text("DELETE FROM engine.instance WHERE id = :id"), {"id": ids[1]})
    ward.run()
    view = ward.view(batch_id)
    assert (view.state, view.items) == ("completed", _counts(done=1, skipped=2))
    assert [item.reason for item in ward.items(batch_id, "skipped")] == [
        f"Instance {ids[0]} is cancelled: it takes no more commands.",
        "The instance is not in the database any more.",
    ]


class _Killed(BaseException):
    """A worker that is killed runs no handler of errors."""


def test_a_worker_killed_in_the_middle_leaves_all_or_nothing_and_the_next_one_goes_on(
    engine: Engine,
) -> None:
    calls: list[int] = []

    def counts(job: Job) -> None:
        calls.append(job.instance_id)
        write_effect(job.connection)
        if len(calls) == 17:
            raise _Killed

    engine.operator(counts, topic="inline", inline=True)
    engine.deploy(
        diagram(
            start() + ask("a") + do(topic="inline") + ask("b") + end(), flows="start>a>do>b>end"
        )
    )
    ward = Ward(engine)
    ids = ward.admit(30)
    batch_id = ward.create("move", source="a", target="do")
    with pytest.raises(_Killed):
        ward.run(part=5)
    assert engine.effects() == ward.view(batch_id).items["done"] == 15
    assert ward.run(part=5) == 15
    assert (ward.view(batch_id).state, engine.effects()) == ("completed", 30)
    assert ward.steps("MoveToken") == ids


def test_a_paused_batch_does_nothing_and_goes_on_with_the_rest(ward: Ward) -> None:
    ids = ward.admit(10)
    batch_id = ward.create("move", source="a", target="b")
    assert ward.run(limit=4) == 4
    ward.do(orders.pause, batch_id)
    assert ward.run() == 0
    assert (ward.view(batch_id).state, ward.view(batch_id).items) == (
        "paused",
        _counts(done=4, waiting=6),
    )
    ward.do(orders.resume, batch_id)
    assert ward.run() == 6
    assert ward.view(batch_id).state == "completed"
    assert ward.steps("MoveToken") == ids


def test_a_cancelled_batch_leaves_the_rest_alone_and_says_so(ward: Ward) -> None:
    ward.admit(5)
    batch_id = ward.create("move", source="a", target="b")
    ward.run(limit=2)
    assert ward.do(orders.cancel, batch_id) == 3
    assert ward.run() == 0
    view = ward.view(batch_id)
    assert (view.state, view.items) == ("cancelled", _counts(done=2, skipped=3))
    assert {item.reason for item in ward.items(batch_id, "skipped")} == {
        "The batch was cancelled: why not"
    }
    assert len(ward.engine.open_tasks()) == 5


def test_a_worker_that_holds_a_batch_keeps_no_other_from_another_batch(ward: Ward) -> None:
    ward.admit(4, group="one")
    ward.admit(4, first=4, group="two")
    first = ward.create("move", Selection(group="one"), source="a", target="b")
    second = ward.create("move", Selection(group="two"), source="a", target="b")
    with ward.engine.database.begin() as other:
        other.execute(text("SELECT id FROM engine.batch WHERE id = :id FOR UPDATE"), {"id": first})
        assert ward.run() == 4
    assert (ward.view(first).state, ward.view(second).state) == ("running", "completed")
    assert ward.run() == 4
    assert ward.view(first).state == "completed"


def test_two_workers_at_once_do_everything_once(ward: Ward) -> None:
    ids = ward.admit(24, group="one") + ward.admit(24, first=24, group="two")
    made = [
        ward.create("move", Selection(group=group), source="a", target="b")
        for group in ("one", "two")
    ]
    with ThreadPoolExecutor(2) as workers:
        while ward.view(made[0]).state == "running" or ward.view(made[1]).state == "running":
            list(workers.map(lambda _: ward.run(part=3), range(2)))
    assert [ward.view(batch_id).items for batch_id in made] == [_counts(done=24)] * 2
    assert ward.steps("MoveToken") == ids


def test_batches_take_turns(ward: Ward) -> None:
    ward.admit(6, group="one")
    ward.admit(6, first=6, group="two")
    made = [
        ward.create("move", Selection(group=group), source="a", target="b")
        for group in ("one", "two")
    ]
    ward.run(limit=8, part=2)
    assert [ward.view(batch_id).items["done"] for batch_id in made] == [4, 4]


def test_an_instance_that_someone_holds_is_done_later_and_nobody_waits(ward: Ward) -> None:
    ids = ward.admit(3)
    batch_id = ward.create("move", source="a", target="b")
    with ward.engine.database.begin() as other:
        other.execute(
            text("SELECT id FROM engine.instance WHERE id = :id FOR UPDATE"), {"id": ids[0]}
        )
        assert ward.run() == 2
        assert ward.view(batch_id).state == "running"
    assert ward.run() == 1
    assert ward.view(batch_id).state == "completed"


def test_an_instance_at_which_the_database_gives_up_fails_alone(engine: Engine) -> None:
    broken: list[int] = []

    def gives_up(job: Job) -> None:
        if job.instance_id in broken:
            job.connection.execute(text("SET LOCAL statement_timeout = 1"))
            job.connection.execute(text("SELECT pg_sleep(1)"))

    engine.operator(gives_up, topic="inline", inline=True)
    engine.deploy(
        diagram(
            start() + ask("a") + do(topic="inline") + ask("b") + end(), flows="start>a>do>b>end"
        )
    )
    ward = Ward(engine)
    ids = ward.admit(4)
    broken.append(ids[1])
    batch_id = ward.create("move", source="a", target="do")
    for _ in range(4):
        ward.run()
    view = ward.view(batch_id)
    assert (view.state, view.items) == ("failed", _counts(done=3, failed=1))
    (failed,) = ward.items(batch_id, "failed")
    assert (failed.instance_id, failed.attempts) == (ids[1], 3)
    assert "timeout" in (failed.reason or "")


def test_an_operator_that_fails_fails_its_instance_only(engine: Engine) -> None:
    def odd(job: Job) -> None:
        write_effect(job.connection)
        if job.instance_id % 2:
            raise ValueError("no odd ones")

    engine.operator(odd, topic="inline", inline=True)
    engine.deploy(
        diagram(
            start() + ask("a") + do(topic="inline") + ask("b") + end(), flows="start>a>do>b>end"
        )
    )
    ward = Ward(engine)
    ids = ward.admit(4)
    batch_id = ward.create("move", source="a", target="do")
    ward.run()
    assert {item.instance_id: item.reason for item in ward.items(batch_id, "failed")} == {
        number: "ValueError: no odd ones" for number in ids if number % 2
    }
    assert engine.open_tasks() == ["a", "a", "b", "b"]
    assert engine.effects() == 2, "what a failed repair wrote is taken back"


@pytest.mark.row("B8")
def test_a_group_of_stuck_jobs_is_retried_and_nothing_done_already_runs_again(ward: Ward) -> None:
    """B8: retry one; retry all of a group; nothing already done runs again."""
    engine = ward.engine
    ids = ward.admit(4, group="one")
    for number in ids:
        _complete(ward, number)
    with engine.database.begin() as connection:
        for job_id in connection.execute(text("SELECT id FROM engine.job ORDER BY id")).scalars():
            held = jobs.take(connection, job_id, now=engine.clock.now(), lease_seconds=30)
            assert held is not None
            if held.instance_id != ids[0]:
                error = "Away: gov.br" if held.instance_id != ids[3] else "Wrong: ours"
                jobs.open_incident(connection, held, error=error, now=engine.clock.now())
    engine.nudges.clear()
    batch_id = ward.create("retry", Selection(group="one", incident_error="Away:"))
    ward.run()
    assert [item.instance_id for item in ward.items(batch_id, "done")] == ids[1:3]
    assert len(engine.nudges) == 2
    again = ward.create("retry", Selection(group="one"))
    ward.run()
    assert ward.view(again).items == _counts(done=1, skipped=3)
    assert ward.view(again).state == "completed"


@pytest.mark.row("B23")
def test_ten_thousand_instances_are_one_batch(ward: Ward) -> None:
    """B23: a batch over 10,000+ instances is accepted and finishes."""
    ward.admit(1)
    with ward.engine.database.begin() as connection:
        columns = [c.name for c in instance.c if c.name not in ("id", "business_key")]
        listed = ", ".join(columns)
        connection.execute(
            text(
                f"INSERT INTO engine.instance (business_key, {listed}) "
                f"SELECT 'copy:' || n, {listed} FROM engine.instance, generate_series(1, 9999) n"
            )
        )
    batch_id = ward.create("cancel")
    assert ward.view(batch_id).total == 10_000
    assert ward.run(limit=200) == 200
    assert ward.view(batch_id).items == _counts(done=200, waiting=9_800)
    with ward.engine.database.begin() as connection:
        connection.execute(text("DELETE FROM engine.instance WHERE state = 'running'"))
    assert ward.run() == 0
    view = ward.view(batch_id)
    assert (view.state, view.items) == ("completed", _counts(done=200, skipped=9_800))


@pytest.mark.row("B4")
def test_all_rows_of_a_batch_are_read_in_pages(ward: Ward) -> None:
    """B4: CSV of the filtered list = same rows as screen."""
    ids = ward.admit(7)
    batch_id = ward.create("move", source="a", target="b")
    ward.run(limit=3)
    with ward.engine.database.connect() as connection:
        first = reading.items(connection, batch_id, limit=5)
        rest = reading.items(connection, batch_id, after=first[-1].instance_id, limit=5)
        waiting = reading.items(connection, batch_id, state="waiting")
        every = list(reading.all_items(connection, batch_id))
        (listed,) = reading.newest(connection)
    assert [item.instance_id for item in [*first, *rest]] == ids
    assert every == [*first, *rest]
    assert [item.business_key for item in waiting] == [f"k:{n:04}" for n in range(3, 7)]
    assert listed == ward.view(batch_id)


def test_a_batch_keeps_the_set_it_was_made_for(ward: Ward) -> None:
    ward.admit(2)
    batch_id = ward.create("move", source="a", target="b")
    ward.admit(2, first=2)
    ward.run()
    assert ward.view(batch_id).items == _counts(done=2)
    assert ward.engine.open_tasks() == ["a", "a", "b", "b"]


def test_the_same_command_of_a_batch_twice_is_once(ward: Ward) -> None:
    ids = ward.admit(1)
    batch_id = ward.create("move", source="a", target="b")
    ward.run()
    with ward.engine.database.begin() as connection:
        connection.execute(update(batch_item).values(state="waiting"))
        connection.execute(text("UPDATE engine.batch SET state = 'running'"))
    ward.run()
    assert ward.view(batch_id).items == _counts(done=1)
    assert ward.steps("MoveToken") == ids
    with ward.engine.database.connect() as connection:
        keys = connection.execute(select(remembered_command.c.key)).scalars().all()
    assert keys == [f"batch:{batch_id}:{ids[0]}"]


def test_a_worker_begins_no_new_part_when_its_time_is_over(ward: Ward) -> None:
    ward.admit(6)
    batch_id = ward.create("move", source="a", target="b")
    seconds = iter([0.0, 0.5, 1.0, 1.6])
    batches = Batches(runtime=ward.engine.runtime, part=2, timer=lambda: next(seconds))
    assert batches.run(seconds=1.5) == 4
    assert ward.view(batch_id).items == _counts(done=4, waiting=2)


def test_celery_is_asked_for_batches_again_and_again_where_nobody_waits(ward: Ward) -> None:
    ward.admit(2)
    batch_id = ward.create("move", source="a", target="b")
    celery = make_celery("memory://")
    (entry,) = (
        entry
        for entry in celery.conf.beat_schedule.values()
        if entry["task"] == repair_batches.TASK
    )
    assert (entry["schedule"], entry["options"]["queue"]) == (timedelta(seconds=2), BACKGROUND)
    repair_batches.register(celery, ward.engine.runtime)
    assert celery.tasks[repair_batches.TASK]() == 2
    assert ward.view(batch_id).state == "completed"


# --- undoing --------------------------------------------------------------------------------


def test_a_batch_that_suspended_is_undone_for_those_that_it_suspended(ward: Ward) -> None:
    ids = ward.admit(3)
    because = {"reason": "by hand", "actor": "bia"}
    ward.engine.runtime.execute(SuspendInstance(instance_id=ids[0], **because))
    batch_id = ward.create("suspend")
    ward.run()
    assert ward.view(batch_id).items == _counts(done=2, skipped=1)
    undoing = ward.do(orders.undo, batch_id)
    assert undoing is not None
    assert (ward.view(undoing).kind, ward.view(undoing).selection) == (
        "resume",
        {"done_in": batch_id},
    )
    ward.run()
    assert ward.view(undoing).items == _counts(done=2)
    states = {row.id: row.state for row in ward.engine.rows(instance)}
    assert states == {ids[0]: "suspended", ids[1]: "running", ids[2]: "running"}


def test_a_batch_that_held_clocks_is_undone_and_no_time_is_lost(engine: Engine) -> None:
    engine.deploy(
        diagram(
            start() + ask("a") + boundary("late", "a", clock("P10D")) + end() + end("gone"),
            flows="start>a>end; late>gone",
        )
    )
    ward = Ward(engine)
    ward.admit(2)
    due = [row.due_at for row in engine.rows(timer)]
    batch_id = ward.create("hold", elements=["late"])
    ward.run()
    again = ward.create("hold", elements=["late"])
    ward.run()
    assert ward.view(again).items == _counts(skipped=2)
    engine.clock.advance(timedelta(days=90))
    assert engine.sweep() == 0
    ward.do(orders.undo, batch_id)
    ward.run()
    assert [row.due_at for row in engine.rows(timer)] == [d + timedelta(days=90) for d in due]


@pytest.mark.row("B14")
def test_a_batch_of_migrations_goes_on_after_a_stop_and_is_undone(ward: Ward) -> None:
    """B14: migrate many; result per instance; stop and go on."""
    engine = ward.engine
    ids = ward.admit(4)
    _complete(ward, ids[3])
    other = diagram(start() + ask("a") + do("work") + ask("b") + end(), flows="start>a>work>b>end")
    engine.deploy(other)
    batch_id = ward.create("migrate", version=2)
    ward.run(limit=1)
    ward.do(orders.pause, batch_id)
    ward.do(orders.resume, batch_id)
    ward.run()
    view = ward.view(batch_id)
    assert (view.state, view.items) == ("failed", _counts(done=3, failed=1))
    (failed,) = ward.items(batch_id, "failed")
    assert failed.instance_id == ids[3]
    assert "do: a token stands there, and the new version lacks it" in (failed.reason or "")
    versions = {row.id: row.definition_id for row in engine.rows(instance)}
    assert len({versions[number] for number in ids[:3]} - {versions[ids[3]]}) == 1
    with engine.database.connect() as connection:
        rows = connection.execute(text("SELECT batch_id FROM engine.instance_migration")).all()
    assert [row.batch_id for row in rows] == [batch_id] * 3
    undoing = ward.do(orders.undo, batch_id)
    assert undoing is not None
    ward.run()
    assert (ward.view(undoing).state, ward.view(undoing).items) == ("completed", _counts(done=3))
    assert len({row.definition_id for row in engine.rows(instance)}) == 1


# --- selections -----------------------------------------------------------------------------


def test_a_selection_means_what_its_conditions_say(ward: Ward) -> None:
    engine = ward.engine
    noon = engine.clock.now()
    early = ward.admit(3, group="one")
    engine.clock.advance(timedelta(days=1))
    engine.deploy(ROAD.replace('name="Ask"', 'name="Asked"'))
    late = ward.admit(2, first=3, group="two")
    _complete(ward, late[0])
    with engine.database.begin() as connection:
        connection.execute(
            update(instance).where(instance.c.id == early[0]).values(state="suspended")
        )
        connection.execute(
            update(instance).where(instance.c.id == early[1]).values(state="completed")
        )
    held = engine.database
    with held.begin() as connection:
        (job_id,) = connection.execute(text("SELECT id FROM engine.job")).scalars()
        taken = jobs.take(connection, job_id, now=engine.clock.now(), lease_seconds=9)
        assert taken is not None
        jobs.open_incident(connection, taken, error="100% wrong", now=engine.clock.now())

    def chosen(**conditions: object) -> list[int]:
        given = Selection(**conditions)  # type: ignore[arg-type]
        selection = Selection.from_json(given.to_json())
        assert selection == given
        with engine.database.begin() as connection:
            batch_id = ward_create(connection, selection)
            ids = [item.instance_id for item in reading.items(connection, batch_id)]
            connection.rollback()
        return ids

    def ward_create(connection: object, selection: Selection) -> int:
        return orders.create(
            connection,  # type: ignore[arg-type]
            kind="cancel",
            selection=selection,
            reason="r",
            actor="ana",
            now=engine.clock.now(),
        )

    assert chosen(process=PROCESS) == [early[0], early[2], *late]
    assert chosen(process=PROCESS, state="suspended") == [early[0]]
    assert chosen(process=PROCESS, version=1) == [early[0], early[2]]
    assert chosen(process=PROCESS, version=2) == late
    assert chosen(process=PROCESS, waiting_at="do") == [late[0]]
    assert chosen(process=PROCESS, waiting_at="a", state="running") == [early[2], late[1]]
    assert chosen(group="two") == late
    assert chosen(process=PROCESS, key_prefix="k:0004") == [late[1]]
    assert chosen(process=PROCESS, started_before=noon + timedelta(hours=1)) == [
        early[0],
        early[2],
    ]
    assert chosen(process=PROCESS, started_from=noon + timedelta(hours=1)) == late
    assert chosen(process=PROCESS, incident=True) == [late[0]]
    assert chosen(process=PROCESS, incident=False) == [early[0], early[2], late[1]]
    assert chosen(process=PROCESS, incident_topic="t") == [late[0]]
    assert chosen(process=PROCESS, incident_error="100% w") == [late[0]]
    assert chosen(ids=(early[1], early[2])) == [early[2]]
    assert chosen(ids=(early[2], *range(10**6, 10**6 + 70_000))) == [early[2]]
    with pytest.raises(BatchRefused, match="No instance fits"):
        chosen(process=PROCESS, incident_error="100_ w")
    with pytest.raises(BatchRefused, match="No instance fits"):
        chosen(process=PROCESS, key_prefix="k_")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "process, its group"),
        ({"version": 2, "group": "g"}, "one of a process"),
        ({"process": "p", "state": "completed"}, "completed"),
        ({"process": "p", "colour": "red"}, "colour"),
        ({"process": "p", "started_from": "tomorrow"}, "no instant"),
        ({"process": "p", "started_from": "2026-03-10T12:00:00"}, "time zone"),
    ],
)
def test_a_selection_that_says_too_little_or_nonsense_is_refused(
    given: dict[str, object], said: str
) -> None:
    with pytest.raises(BatchRefused, match=said):
        Selection.from_json(given)


@pytest.mark.parametrize(
    ("kind", "parameters", "said"),
    [
        ("explode", {}, "No repair"),
        ("move", {"source": "a"}, "needs the parameter «target»"),
        ("move", {"source": "a", "target": 3}, "must be a text"),
        ("move", {"source": "a", "target": "b", "to": "c"}, "no parameter «to»"),
        ("hold", {"elements": []}, "something in it"),
        ("migrate", {"version": True}, "a number"),
        ("change", {"values": {}}, "needs «values»"),
    ],
)
def test_a_repair_that_is_not_asked_for_rightly_makes_no_batch(
    ward: Ward, kind: str, parameters: dict[str, object], said: str
) -> None:
    ward.admit(1)
    with pytest.raises(BatchRefused, match=said):
        ward.create(kind, **parameters)
    assert ward.engine.rows(batch) == []


def test_what_does_not_fit_a_batchs_state_is_refused(ward: Ward) -> None:
    ward.admit(2)
    batch_id = ward.create("move", source="a", target="b")
    with pytest.raises(BatchRefused, match="is running: it cannot be resumed"):
        ward.do(orders.resume, batch_id)
    with pytest.raises(BatchRefused, match="cannot be undone"):
        ward.do(orders.undo, batch_id)
    with pytest.raises(BatchRefused, match="Nothing of batch"):
        ward.do(orders.retry_failed, batch_id)
    ward.run()
    for order in (orders.pause, orders.cancel, orders.retry_failed):
        with pytest.raises(BatchRefused, match="is completed"):
            ward.do(order, batch_id)
    with pytest.raises(BatchRefused, match="«move» cannot be undone"):
        ward.do(orders.undo, batch_id)
    with pytest.raises(BatchNotFound):
        ward.do(orders.pause, 10**9)


# --- previews -------------------------------------------------------------------------------


def test_a_preview_tries_a_few_and_takes_it_back(ward: Ward) -> None:
    ids = ward.admit(3)
    _complete(ward, ids[1])
    ward.engine.nudges.clear()
    seen = preview(
        ward.engine.runtime, ALL, kind="move", parameters={"source": "a", "target": "do"}
    )
    assert (seen.total, seen.by_state) == (3, {"running": 3})
    assert [(trial.instance_id, trial.would) for trial in seen.trials] == [
        (ids[0], "done"),
        (ids[1], "failed"),
        (ids[2], "done"),
    ]
    assert "«a»" in (seen.trials[1].reason or "")
    assert ward.engine.open_tasks() == ["a", "a"]
    assert ward.steps("MoveToken") == []
    assert ward.engine.nudges == []


def test_a_preview_says_what_would_be_passed_over(ward: Ward) -> None:
    ids = ward.admit(1)
    seen = preview(ward.engine.runtime, Selection(ids=tuple(ids)), kind="retry")
    (trial,) = seen.trials
    assert (trial.would, trial.business_key, trial.state) == ("skipped", "k:0000", "running")
