"""Two real connections at one login's row: whoever comes second sees what the first did."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy
from sqlalchemy import Connection

from orquestra import campaign, linking, portal_sessions, work
from orquestra.errors import LoginAlreadyLinked, NotAllowed, TaskNotOpen
from orquestra.store import tables
from orquestra.work import LegacyHolder, WorkCounts

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import BaseMaker, Second


@pytest.fixture
def ids(database: sqlalchemy.Engine, base_on: "BaseMaker", now: datetime) -> tuple[int, int, int]:
    """A login with one open task, and a person."""
    with database.begin() as connection:
        base = base_on(connection)
        login_id = base.login("bass2016", campaign_id=base.campaign(now))
        task_id = base.task(base.process(login_id, number=849702), login_id)
        return login_id, task_id, base.person()


@pytest.fixture
def before(now: datetime) -> datetime:
    """An instant before the login's deadline."""
    return now - timedelta(days=1)


def test_a_conclude_under_way_is_in_before_the_link_counts(
    database: sqlalchemy.Engine, second: "Second", ids: tuple[int, int, int], before: datetime
) -> None:
    login_id, task_id, person_id = ids
    with database.begin() as connection:
        work.conclude_task(
            connection, LegacyHolder(login_id), task_id=task_id, message="Segue", now=before
        )
        beginning = second.start(
            lambda other: linking.begin(
                other, login_id=login_id, person_id=person_id, rule="sem_documento", now=before
            )
        )
        second.wait_until_blocked(beginning)
    link = beginning.result(timeout=30)
    assert link.before == WorkCounts(in_progress=1, concluded=0, tasks=0)
    with database.begin() as connection:
        while linking.migrate_batch(connection, link_id=link.id, size=10):
            pass
        linking.finish(connection, link_id=link.id, now=before)
        row = connection.execute(tables.open_task.select()).one()
        assert (row.owner_person_id, row.concluded_by) == (person_id, f"login:{login_id}")
        assert len(connection.execute(tables.process_message.select()).all()) == 1


def test_a_conclude_that_comes_while_the_link_begins_is_refused(
    database: sqlalchemy.Engine, second: "Second", ids: tuple[int, int, int], before: datetime
) -> None:
    login_id, task_id, person_id = ids
    with database.begin() as connection:
        link = linking.begin(
            connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=before
        )
        concluding = second.start(
            lambda other: work.conclude_task(
                other, LegacyHolder(login_id), task_id=task_id, message="Segue", now=before
            )
        )
        second.wait_until_blocked(concluding)
    with pytest.raises(NotAllowed) as refusal:
        concluding.result(timeout=30)
    assert refusal.value.reason == "em_vinculacao"
    assert link.before.tasks == 1
    with database.begin() as connection:
        assert connection.execute(tables.open_task.select()).one().concluded_at is None
        assert connection.execute(tables.process_message.select()).all() == []


def test_one_task_concluded_in_two_tabs_is_concluded_once(
    database: sqlalchemy.Engine, second: "Second", ids: tuple[int, int, int], before: datetime
) -> None:
    login_id, task_id, _ = ids
    holder = LegacyHolder(login_id)
    with database.begin() as connection:
        work.conclude_task(connection, holder, task_id=task_id, message="um", now=before)
        concluding = second.start(
            lambda other: work.conclude_task(
                other, holder, task_id=task_id, message="dois", now=before
            )
        )
        second.wait_until_blocked(concluding)
    with pytest.raises(TaskNotOpen):
        concluding.result(timeout=30)
    with database.begin() as connection:
        assert [row.body for row in connection.execute(tables.process_message.select())] == ["um"]


def test_of_two_people_who_link_one_login_at_once_one_gets_it(
    database: sqlalchemy.Engine,
    second: "Second",
    ids: tuple[int, int, int],
    base_on: "BaseMaker",
    before: datetime,
) -> None:
    login_id, _, first = ids
    with database.begin() as connection:
        other_person = base_on(connection).person(2)
    with database.begin() as connection:
        linking.begin(
            connection, login_id=login_id, person_id=first, rule="sem_documento", now=before
        )
        beginning = second.start(
            lambda other: linking.begin(
                other, login_id=login_id, person_id=other_person, rule="cpf_confere", now=before
            )
        )
        second.wait_until_blocked(beginning)
    with pytest.raises(LoginAlreadyLinked):
        beginning.result(timeout=30)


def test_workers_that_share_a_link_move_each_row_once(
    database: sqlalchemy.Engine,
    ids: tuple[int, int, int],
    base_on: "BaseMaker",
    before: datetime,
) -> None:
    login_id, _, person_id = ids
    with database.begin() as connection:
        base = base_on(connection)
        for number in range(100):
            base.process(login_id, number=number)
        link = linking.begin(
            connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=before
        )

    def worker() -> int:
        moved = 0
        while True:
            with database.begin() as connection:
                batch = linking.migrate_batch(connection, link_id=link.id, size=7)
            moved += batch
            if not batch:
                return moved

    with ThreadPoolExecutor(max_workers=3) as workers:
        moved = [workers.submit(worker) for _ in range(3)]
        assert sum(future.result(timeout=60) for future in moved) == 102
    with database.begin() as connection:
        assert linking.finish(connection, link_id=link.id, now=before).state == "done"


def test_a_batch_that_waits_for_another_does_not_take_the_rest_for_nothing(
    database: sqlalchemy.Engine,
    second: "Second",
    ids: tuple[int, int, int],
    base_on: "BaseMaker",
    before: datetime,
) -> None:
    login_id, _, person_id = ids
    with database.begin() as connection:
        base = base_on(connection)
        for number in range(9):
            base.process(login_id, number=number)
        link = linking.begin(
            connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=before
        )
    with database.begin() as connection:
        assert linking.migrate_batch(connection, link_id=link.id, size=5) == 5
        waiting = second.start(lambda other: linking.migrate_batch(other, link_id=link.id, size=5))
        second.wait_until_blocked(waiting)
    assert waiting.result(timeout=30) == 5


def test_a_link_waits_for_no_request_and_ends_its_session_all_the_same(
    database: sqlalchemy.Engine, second: "Second", ids: tuple[int, int, int], before: datetime
) -> None:
    login_id, task_id, person_id = ids
    with database.begin() as connection:
        token, _ = portal_sessions.create(connection, kind="legacy", login_id=login_id, now=before)
    begun, seen = threading.Event(), before + timedelta(minutes=5)

    def begin(other: Connection) -> None:
        linking.begin(other, login_id=login_id, person_id=person_id, rule="sem_documento", now=seen)
        begun.set()

    with database.begin() as connection:
        assert portal_sessions.find(connection, token, seen) is not None  # holds the session's row
        second.start(begin).result(timeout=30)
        assert begun.is_set()
        with pytest.raises(NotAllowed):
            work.conclude_task(
                connection, LegacyHolder(login_id), task_id=task_id, message="", now=seen
            )
    with database.begin() as connection:
        session = portal_sessions.find(connection, token, seen)
        assert session is not None
        assert session.ended_reason == "vinculado"


def test_a_deadline_that_fires_while_it_is_postponed_blocks_nobody(
    database: sqlalchemy.Engine, second: "Second", ids: tuple[int, int, int], now: datetime
) -> None:
    login_id, _, _ = ids
    with database.begin() as connection:
        current = campaign.current(connection, now)
        assert current is not None
        campaign.postpone(
            connection,
            campaign_id=current.id,
            new_deadline_on=date(2026, 6, 5),
            reason="Prorrogado",
            actor="staff:1",
            now=now,
        )
        blocking = second.start(lambda other: campaign.block(other, login_id=login_id, now=now))
        second.wait_until_blocked(blocking)
    assert not blocking.result(timeout=30)
    with database.begin() as connection:
        assert connection.execute(tables.open_task.select()).one().held_seconds is None


def test_a_postponement_waits_for_a_block_under_way_and_lifts_it(
    database: sqlalchemy.Engine, second: "Second", ids: tuple[int, int, int], now: datetime
) -> None:
    login_id, _, _ = ids
    with database.begin() as connection:
        current = campaign.current(connection, now)
        assert current is not None
    with database.begin() as connection:
        assert campaign.block(connection, login_id=login_id, now=now)
        postponing = second.start(
            lambda other: campaign.postpone(
                other,
                campaign_id=current.id,
                new_deadline_on=date(2026, 6, 5),
                reason="Prorrogado",
                actor="staff:1",
                now=now,
            )
        )
        second.wait_until_blocked(postponing)
    postponing.result(timeout=30)
    with database.begin() as connection:
        assert connection.execute(tables.login.select()).one().blocked_at is None
