"""An undo and something else at the same moment, on two real connections."""

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from orquestra import campaign, linking, work
from orquestra.errors import (
    LinkAlreadyUndone,
    LinkNotUndoable,
    NotAllowed,
    TaskNotOpen,
    UndoAlreadyAsked,
)
from orquestra.store import tables
from orquestra.work import PersonHolder

from .snapshots import Snapshot, snapshot
from .test_linking_undo import WHY, link, staff_member, undo

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy
    from sqlalchemy import Connection

    from orquestra.linking import AccountLink

    from .conftest import BaseMaker, Second


class Linked(NamedTuple):
    """A link, and what to race with."""

    link: "AccountLink"
    task_id: int
    ana: int
    rui: int
    before: Snapshot


@pytest.fixture(params=[99])
def linked(
    request: pytest.FixtureRequest,
    database: "sqlalchemy.Engine",
    base_on: "BaseMaker",
    now: "datetime",
) -> Linked:
    """A blocked login with a task, linked; with few batches still under way."""
    with database.begin() as connection:
        base = base_on(connection)
        login_id = base.login(campaign_id=base.campaign(now - timedelta(days=1)))
        task_id = base.task(base.process(login_id), login_id)
        for _ in range(5):
            base.process(login_id)
        campaign.block(connection, login_id=login_id, now=now)
        ana, rui = (staff_member(connection, name, now) for name in ("ana", "rui"))
        before, person_id = snapshot(connection), base.person()
    with database.begin() as connection:
        done = link(connection, login_id, person_id, now, batches=request.param)
    return Linked(done, task_id, ana, rui, before)


def conclude(connection: "Connection", linked: Linked, now: "datetime") -> None:
    """The person concludes the task."""
    work.conclude_task(
        connection,
        PersonHolder(linked.link.person_id),
        task_id=linked.task_id,
        message="",
        now=now,
    )


def test_of_two_staff_members_at_once_one_undoes_and_the_other_is_told(
    database: "sqlalchemy.Engine", second: "Second", linked: Linked, now: "datetime"
) -> None:
    with database.begin() as connection:
        undo(connection, linked.link.id, linked.ana, now)
        other = second.start(lambda other: undo(other, linked.link.id, linked.rui, now))
        second.wait_until_blocked(other)
    with pytest.raises(LinkAlreadyUndone):
        other.result(timeout=30)
    with database.begin() as connection:
        assert snapshot(connection) == linked.before
        assert [event.kind for event in linking.events(connection, linked.link.id)][2:] == [
            "desfeito"
        ]


def test_of_two_staff_members_who_ask_at_once_one_has_asked(
    database: "sqlalchemy.Engine", second: "Second", linked: Linked, now: "datetime"
) -> None:
    def ask(connection: "Connection", staff_id: int) -> None:
        linking.ask_undo(connection, link_id=linked.link.id, staff_id=staff_id, reason=WHY, now=now)

    with database.begin() as connection:
        ask(connection, linked.ana)
        other = second.start(lambda other: ask(other, linked.rui))
        second.wait_until_blocked(other)
    with pytest.raises(UndoAlreadyAsked):
        other.result(timeout=30)
    with database.begin() as connection:
        assert linking.load(connection, linked.link.id).state == "done"


def test_an_undo_that_comes_while_a_task_is_concluded_is_refused(
    database: "sqlalchemy.Engine", second: "Second", linked: Linked, now: "datetime"
) -> None:
    with database.begin() as connection:
        conclude(connection, linked, now)
        undoing = second.start(lambda other: undo(other, linked.link.id, linked.ana, now))
        second.wait_until_blocked(undoing)
    with pytest.raises(LinkNotUndoable):
        undoing.result(timeout=30)
    with database.begin() as connection:
        assert linking.load(connection, linked.link.id).state == "done"


def test_a_task_that_is_concluded_while_the_undo_is_under_way_is_refused(
    database: "sqlalchemy.Engine", second: "Second", linked: Linked, now: "datetime"
) -> None:
    with database.begin() as connection:
        undo(connection, linked.link.id, linked.ana, now)
        concluding = second.start(lambda other: conclude(other, linked, now))
        second.wait_until_blocked(concluding)
    with pytest.raises(NotAllowed) as refusal:
        concluding.result(timeout=30)
    assert refusal.value.reason == "desvinculado"
    with database.begin() as connection:
        assert snapshot(connection) == linked.before


def test_a_task_is_not_concluded_after_its_login_went_to_another_person(
    database: "sqlalchemy.Engine",
    second: "Second",
    linked: Linked,
    base_on: "BaseMaker",
    now: "datetime",
) -> None:
    with database.begin() as connection:
        other_person = base_on(connection).person(2)
    with database.begin() as connection:
        undo(connection, linked.link.id, linked.ana, now)
        link(connection, linked.link.login_id, other_person, now)
        concluding = second.start(lambda other: conclude(other, linked, now))
        second.wait_until_blocked(concluding)
    with pytest.raises(TaskNotOpen):
        concluding.result(timeout=30)
    with database.begin() as connection:
        task = tables.open_task
        assert connection.execute(task.select()).one().concluded_at is None


@pytest.mark.parametrize("linked", [1], indirect=True)
def test_an_undo_waits_for_a_batch_and_brings_it_back_too(
    database: "sqlalchemy.Engine", second: "Second", linked: Linked, now: "datetime"
) -> None:
    with database.begin() as connection:
        assert linking.migrate_batch(connection, link_id=linked.link.id, size=2) == 2
        undoing = second.start(lambda other: undo(other, linked.link.id, linked.ana, now))
        second.wait_until_blocked(undoing)
    assert undoing.result(timeout=30).state == "undone"
    with database.begin() as connection:
        assert snapshot(connection) == linked.before


@pytest.mark.parametrize("linked", [1], indirect=True)
def test_a_batch_that_waits_for_the_undo_moves_nothing(
    database: "sqlalchemy.Engine", second: "Second", linked: Linked, now: "datetime"
) -> None:
    with database.begin() as connection:
        undo(connection, linked.link.id, linked.ana, now)
        moving = second.start(
            lambda other: linking.migrate_batch(other, link_id=linked.link.id, size=9)
        )
        second.wait_until_blocked(moving)
    assert moving.result(timeout=30) == 0
    with database.begin() as connection:
        assert snapshot(connection) == linked.before


def test_an_undo_and_a_postponement_wait_for_each_other_in_one_order(
    database: "sqlalchemy.Engine", second: "Second", linked: Linked, now: "datetime"
) -> None:
    with database.begin() as connection:
        found = campaign.current(connection, now)
        assert found is not None
        campaign.postpone(
            connection,
            campaign_id=found.id,
            new_deadline_on=(now + timedelta(days=30)).date(),
            reason="Prorrogado",
            actor="staff:1",
            now=now,
        )
        undoing = second.start(lambda other: undo(other, linked.link.id, linked.ana, now))
        second.wait_until_blocked(undoing)
    undoing.result(timeout=30)
    with database.begin() as connection:
        assert connection.execute(tables.login.select()).one().blocked_at is None
        assert connection.execute(tables.open_task.select()).one().held_seconds is None
