"""An undo and something else at the same moment, on two real connections."""

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from sqlalchemy import select

from orquestra import campaign, linking, work
from orquestra.errors import (
    LinkAlreadyUndone,
    LinkNotUndoable,
    NotAllowed,
    ProcessNotFound,
    TaskNotOpen,
    UndoAlreadyAsked,
)
from orquestra.store import tables
from orquestra.work import PersonHolder

from .snapshots import Snapshot, snapshot
from .test_linking_undo import WHY, link, staff_member, undo

if TYPE_CHECKING:
    from collections.abc import Callable
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
        before, person_id, _ = snapshot(connection), base.person(1), base.person(2)
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


def test_of_two_staff_members_at_once_one_wins_and_the_other_is_told(
    database: "sqlalchemy.Engine", second: "Second", linked: Linked, now: "datetime"
) -> None:
    def ask(connection: "Connection", staff_id: int) -> None:
        linking.ask_undo(connection, link_id=linked.link.id, staff_id=staff_id, reason=WHY, now=now)

    def undo_it(connection: "Connection", staff_id: int) -> None:
        undo(connection, linked.link.id, staff_id, now)

    for act, refusal in ((ask, UndoAlreadyAsked), (undo_it, LinkAlreadyUndone)):
        with database.begin() as connection:
            act(connection, linked.ana)
            other = second.start(lambda other, act=act: act(other, linked.rui))
            second.wait_until_blocked(other)
        with pytest.raises(refusal):
            other.result(timeout=30)
    with database.begin() as connection:
        assert snapshot(connection) == linked.before
        told = linking.events(connection, linked.link.id)
        assert [(event.kind, event.actor) for event in told][2:] == [
            ("desfazer_pedido", f"staff:{linked.ana}"),
            ("desfeito", f"staff:{linked.ana}"),
        ]


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


def write(connection: "Connection", linked: Linked, now: "datetime") -> None:
    """The person writes into a process of the login's."""
    task = connection.execute(tables.open_task.select()).one()
    process = tables.process_record
    number = connection.scalar(select(process.c.number).where(process.c.id == task.process_id))
    holder = PersonHolder(linked.link.person_id)
    work.add_message(connection, holder, number=number or 0, body="Segue.", now=now)


@pytest.mark.parametrize(
    ("act", "refusal"), [(conclude, TaskNotOpen), (write, ProcessNotFound)], ids=["task", "message"]
)
def test_nothing_is_done_to_what_went_to_another_person_at_this_moment(
    database: "sqlalchemy.Engine",
    second: "Second",
    linked: Linked,
    act: "Callable[[Connection, Linked, datetime], None]",
    refusal: type[Exception],
) -> None:
    now = linked.link.began_at
    with database.begin() as connection:
        person = select(tables.person.c.id).where(tables.person.c.id != linked.link.person_id)
        other_person = connection.scalars(person).one()
    with database.begin() as connection:
        undo(connection, linked.link.id, linked.ana, now)
        link(connection, linked.link.login_id, other_person, now)
        acting = second.start(lambda other: act(other, linked, now))
        second.wait_until_blocked(acting)
    with pytest.raises(refusal):
        acting.result(timeout=30)
    with database.begin() as connection:
        assert connection.execute(tables.open_task.select()).one().concluded_at is None
        assert connection.execute(tables.process_message.select()).all() == []


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
