from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy
from sqlalchemy import Connection, func, insert, select, update

from orquestra import campaign, linking, work
from orquestra.errors import CountMismatch, LinkNotFound, LoginAlreadyLinked, LoginNotFound
from orquestra.store import tables
from orquestra.work import LegacyHolder, PersonHolder, WorkCounts

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import Base, BaseMaker


def migrate(connection: Connection, link_id: int, size: int = 100) -> int:
    moved = 0
    while batch := linking.migrate_batch(connection, link_id=link_id, size=size):
        assert batch <= size
        moved += batch
    return moved


def test_a_link_begins_by_dropping_the_password_and_counting(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id, person_id = base.login(), base.person()
    running = base.process(login_id)
    base.process(login_id, "concluido")
    base.process(login_id, "concluido")
    base.task(running, login_id)
    base.task(running, login_id, concluded_at=now)
    base.task(running, None)
    link = linking.begin(
        connection, login_id=login_id, person_id=person_id, rule="cpf_confere", now=now
    )
    assert link.before == WorkCounts(in_progress=1, concluded=2, tasks=1)
    assert (link.state, link.rule, link.began_at) == ("linking", "cpf_confere", now)
    row = base.row(tables.login, login_id)
    assert (row.state, row.person_id, row.linked_at) == ("linking", person_id, now)
    assert (row.password_hash, row.password_format) == (None, None)
    assert linking.link_of_login(connection, login_id) == link
    assert linking.link_by_reference(connection, link.reference) == link
    assert linking.links_of_person(connection, person_id) == [link]
    assert linking.link_by_reference(connection, "\0") is None


def test_a_whole_link_moves_everything_once(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id, person_id = base.login(), base.person()
    for _ in range(3):
        base.task(base.process(login_id), login_id)
        base.process(login_id, "concluido")
    before = work.counts(connection, LegacyHolder(login_id))
    link = linking.begin(
        connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=now
    )
    assert migrate(connection, link.id, size=4) == 9
    done = linking.finish(connection, link_id=link.id, now=now)
    assert (done.state, done.finished_at) == ("done", now)
    assert work.counts(connection, PersonHolder(person_id)) == before == done.before
    assert base.row(tables.login, login_id).state == "linked"


def test_each_phase_may_run_again(connection: Connection, base: "Base", now: datetime) -> None:
    login_id, person_id = base.login(), base.person()
    base.process(login_id)
    later = now + timedelta(hours=1)
    first = linking.begin(
        connection, login_id=login_id, person_id=person_id, rule="cpf_confere", now=now
    )
    again = linking.begin(
        connection, login_id=login_id, person_id=person_id, rule="decisao", now=later
    )
    assert again == first
    assert migrate(connection, first.id) == 1
    done = linking.finish(connection, link_id=first.id, now=now)
    assert linking.finish(connection, link_id=first.id, now=later) == done
    assert linking.migrate_batch(connection, link_id=first.id, size=5) == 0
    assert (
        linking.begin(
            connection, login_id=login_id, person_id=person_id, rule="cpf_confere", now=later
        )
        == done
    )


def test_another_person_is_refused_and_sees_the_holder_masked(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id, first, second = base.login(), base.person(123456789), base.person(2)
    linking.begin(connection, login_id=login_id, person_id=first, rule="sem_documento", now=now)
    with pytest.raises(LoginAlreadyLinked) as refusal:
        linking.begin(connection, login_id=login_id, person_id=second, rule="cpf_confere", now=now)
    assert refusal.value.masked_holder == "***.456.789-**"
    assert refusal.value.linked_at == now


def test_an_end_that_does_not_match_its_beginning_is_refused(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id, person_id = base.login(), base.person()
    process = base.process(login_id)
    link = linking.begin(
        connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=now
    )
    with pytest.raises(CountMismatch):
        linking.finish(connection, link_id=link.id, now=now)
    migrate(connection, link.id)
    late = base.process(login_id)
    for _ in range(2):  # not moved, then moved: in neither case what was counted
        with pytest.raises(CountMismatch):
            linking.finish(connection, link_id=link.id, now=now)
        migrate(connection, link.id)
    connection.execute(tables.process_record.delete().where(tables.process_record.c.id == late))
    connection.execute(
        update(tables.process_record)
        .where(tables.process_record.c.id == process)
        .values(situation="concluido")
    )
    with pytest.raises(CountMismatch):
        linking.finish(connection, link_id=link.id, now=now)
    assert base.row(tables.login, login_id).state == "linking"
    assert base.row(tables.account_link, link.id).finished_at is None


def test_normalizing_opens_what_the_deadline_blocked_and_lets_the_clocks_go_on(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login(campaign_id=base.campaign(now))
    task = base.task(base.process(login_id), login_id, expires_at=now + timedelta(days=10))
    assert campaign.block(connection, login_id=login_id, now=now)
    later = now + timedelta(days=30)
    person_id = base.person()
    link = linking.begin(
        connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=later
    )
    assert not campaign.block(connection, login_id=login_id, now=later)
    migrate(connection, link.id)
    linking.finish(connection, link_id=link.id, now=later)
    row = base.row(tables.open_task, task)
    assert (row.expires_at, row.held_seconds) == (later + timedelta(days=10), None)
    assert base.row(tables.login, login_id).blocked_at is None
    work.conclude_task(connection, PersonHolder(person_id), task_id=task, message="", now=later)


@pytest.mark.parametrize("size", [0, -1, 10_001])
def test_a_batch_is_bounded(connection: Connection, size: int) -> None:
    with pytest.raises(ValueError, match="1 to 10000"):
        linking.migrate_batch(connection, link_id=1, size=size)


def test_what_is_not_there_is_not_found(connection: Connection, now: datetime) -> None:
    with pytest.raises(LoginNotFound):
        linking.begin(connection, login_id=9, person_id=9, rule="cpf_confere", now=now)
    with pytest.raises(LinkNotFound):
        linking.migrate_batch(connection, link_id=9, size=1)
    with pytest.raises(LinkNotFound):
        linking.finish(connection, link_id=9, now=now)


def test_five_thousand_processes_end_at_five_thousand_after_a_crash_in_the_middle(
    database: sqlalchemy.Engine, base_on: "BaseMaker", now: datetime
) -> None:
    with database.begin() as connection:
        base = base_on(connection)
        login_id, other_id, person_id = base.login(), base.login(), base.person()
        process = base.process(other_id)
        base.task(process, login_id)
        connection.execute(
            insert(tables.process_record),
            [
                {
                    "number": number,
                    "code": "P070",
                    "name": "Análise",
                    "version": "3",
                    "area": "DICOR",
                    "login_id": login_id,
                    "situation": "concluido" if number % 5 else "em_andamento",
                    "opened_at": now,
                }
                for number in range(5_000)
            ],
        )
    with database.begin() as connection:
        link = linking.begin(
            connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=now
        )
    committed = []
    for attempt in range(100):
        with database.connect() as connection:
            moved = linking.migrate_batch(connection, link_id=link.id, size=500)
            if attempt in {3, 7}:
                continue  # the process dies here: its connection closes without a commit
            connection.commit()
        committed.append(moved)
        if not moved:
            break
    assert committed == [500] * 10 + [1, 0]
    with database.begin() as connection:
        linking.finish(connection, link_id=link.id, now=now)
        counts = work.counts(connection, PersonHolder(person_id))
        assert counts == WorkCounts(in_progress=1_000, concluded=4_000, tasks=1)
        numbers = connection.execute(
            select(func.count(), func.count(tables.process_record.c.number.distinct())).where(
                tables.process_record.c.owner_person_id == person_id
            )
        ).one()
        assert tuple(numbers) == (5_000, 5_000)
