from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, func, select, update

from orquestra import campaign, linking, work
from orquestra.errors import (
    InvalidPage,
    InvalidText,
    NotAllowed,
    ProcessNotFound,
    TaskNotFound,
    TaskNotOpen,
)
from orquestra.store import tables
from orquestra.work import Access, LegacyHolder, PersonHolder

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import Base


def link(connection: Connection, login_id: int, person_id: int, now: datetime) -> None:
    began = linking.begin(
        connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=now
    )
    while linking.migrate_batch(connection, link_id=began.id, size=100):
        pass
    linking.finish(connection, link_id=began.id, now=now)


def test_the_workspace_shows_what_is_the_holders_and_nothing_else(
    connection: Connection, base: "Base", now: datetime
) -> None:
    mine, others = base.login(), base.login()
    running = base.process(mine, number=849702)
    base.process(mine, "concluido", number=849813, closed_at=now)
    foreign = base.process(others, number=535798)
    task = base.task(running, mine)
    base.task(running, None)
    base.task(foreign, others)
    base.task(running, mine, concluded_at=now, concluded_by=f"login:{mine}")
    holder = LegacyHolder(mine)
    assert work.counts(connection, holder) == work.WorkCounts(in_progress=1, concluded=1, tasks=1)
    running_page = work.processes(connection, holder, situation="em_andamento")
    assert [row.number for row in running_page.rows] == [849702]
    concluded_page = work.processes(connection, holder, situation="concluido")
    assert [row.number for row in concluded_page.rows] == [849813]
    assert [row.id for row in work.tasks(connection, holder, now=now).rows] == [task]


def test_the_task_that_expires_first_is_on_top(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login()
    process = base.process(login_id)
    never = base.task(process, login_id, expires_at=None)
    late = base.task(process, login_id, expires_at=now + timedelta(days=9))
    gone = base.task(process, login_id, expires_at=now)
    page = work.tasks(connection, LegacyHolder(login_id), now=now)
    assert [(row.id, row.expired) for row in page.rows] == [
        (gone, True),
        (late, False),
        (never, False),
    ]


def test_pages_hold_what_is_asked_and_count_everything(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login()
    processes = [base.process(login_id) for _ in range(7)]
    for process in processes:
        base.task(process, login_id)
    holder = LegacyHolder(login_id)
    seen = []
    for offset in (0, 3, 6, 9):
        page = work.processes(connection, holder, situation="em_andamento", limit=3, offset=offset)
        assert page.total == 7
        seen += [row.number for row in page.rows]
    assert len(seen) == len(set(seen)) == 7
    assert work.tasks(connection, holder, now=now, limit=2, offset=6).total == 7
    for limit, offset in ((0, 0), (201, 0), (1, -1), (1, 2**70)):
        with pytest.raises(InvalidPage):
            work.tasks(connection, holder, now=now, limit=limit, offset=offset)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", {"a", "b", "c"}),
        ("  ", {"a", "b", "c"}),
        ("100%", {"a"}),
        ("%", {"a"}),
        ("_", {"b"}),
        ("\\", {"c"}),
        ("/", {"c"}),
        ("anuencia", {"a", "b", "c"}),
        ("ANUÊNCIA", {"a", "b", "c"}),
        ("acao_2", {"b"}),
        ("\0", {"a", "b", "c"}),
        ("'; drop", set()),
        ("p070", {"a", "b", "c"}),
        ("8497", {"b"}),
    ],
)
def test_a_search_takes_its_term_literally_whatever_case_and_accents(
    connection: Connection, base: "Base", now: datetime, search: str, found: set[str]
) -> None:
    login_id = base.login()
    for number, description in ((100001, "100% NCM"), (849702, "Ação_2"), (100003, "a\\b/c")):
        process = base.process(login_id, number=number, description=description)
        base.task(process, login_id, name="Responder")
    names = {100001: "a", 849702: "b", 100003: "c"}
    holder = LegacyHolder(login_id)
    page = work.processes(connection, holder, situation="em_andamento", search=search)
    assert {names[row.number] for row in page.rows} == found
    tasks = work.tasks(connection, holder, search=search, now=now)
    assert {names[row.process_number] for row in tasks.rows} == found
    assert page.total == tasks.total == len(found)


def test_a_task_is_concluded_with_its_message_once(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login("bass2016")
    process = base.process(login_id, number=849702)
    task = base.task(process, login_id)
    holder = LegacyHolder(login_id)
    done = work.conclude_task(connection, holder, task_id=task, message=" Segue. ", now=now)
    assert (done.task_id, done.process_number) == (task, 849702)
    with pytest.raises(TaskNotOpen):
        work.conclude_task(connection, holder, task_id=task, message="Segue.", now=now)
    detail = work.process(connection, holder, 849702)
    assert [(m.author, m.author_name, m.body) for m in detail.messages] == [
        (f"login:{login_id}", "Bass2016", "Segue.")
    ]
    assert [(t.concluded_at, t.concluded_by, t.mine) for t in detail.tasks] == [
        (now, f"login:{login_id}", True)
    ]
    assert detail.process.situation == "em_andamento"


def test_others_tasks_and_processes_are_not_found(
    connection: Connection, base: "Base", now: datetime
) -> None:
    mine, others = base.login(), base.login()
    task = base.task(base.process(others, number=1), others)
    bodys = base.task(base.process(mine, number=2), None)
    for holder in (LegacyHolder(mine), PersonHolder(base.person())):
        for task_id in (task, bodys, 2**70, -1):
            with pytest.raises(TaskNotFound):
                work.conclude_task(connection, holder, task_id=task_id, message="", now=now)
        for number in (1, 2**70, -1):
            with pytest.raises(ProcessNotFound):
                work.process(connection, holder, number)
            with pytest.raises(ProcessNotFound):
                work.add_message(connection, holder, number=number, body="olá", now=now)


@pytest.mark.parametrize("body", ["", "  ", "x" * 4001, "a\0b"])
def test_a_message_that_cannot_be_kept_is_refused(
    connection: Connection, base: "Base", now: datetime, body: str
) -> None:
    login_id = base.login()
    base.process(login_id, number=7)
    with pytest.raises(InvalidText):
        work.add_message(connection, LegacyHolder(login_id), number=7, body=body, now=now)


def test_until_the_deadline_a_login_works_and_after_it_only_looks(
    connection: Connection, base: "Base", now: datetime
) -> None:
    campaign_id = base.campaign(now + timedelta(hours=1))
    login_id = base.login(campaign_id=campaign_id)
    process = base.process(login_id, number=7)
    first, second = base.task(process, login_id), base.task(process, login_id)
    holder = LegacyHolder(login_id)
    last, after = now + timedelta(minutes=59, seconds=59), now + timedelta(hours=1)
    work.conclude_task(connection, holder, task_id=first, message="", now=last)
    assert work.access_of_login(connection, login_id=login_id, now=last) is Access.WORK
    for blocked in (False, True):
        if blocked:
            assert campaign.block(connection, login_id=login_id, now=after)
        assert work.access_of_login(connection, login_id=login_id, now=after) is Access.BLOCKED
        with pytest.raises(NotAllowed) as refusal:
            work.conclude_task(connection, holder, task_id=second, message="", now=after)
        assert refusal.value.reason == "bloqueado"
        with pytest.raises(NotAllowed):
            work.add_message(connection, holder, number=7, body="olá", now=after)
        assert work.process(connection, holder, 7).process.number == 7
        assert work.tasks(connection, holder, now=after).total == 1
        assert work.processes(connection, holder, situation="em_andamento").total == 1


@pytest.mark.parametrize(
    ("state", "reason"), [("linking", "em_vinculacao"), ("linked", "vinculado")]
)
def test_a_login_that_is_linked_or_about_to_be_neither_works_nor_looks(
    connection: Connection, base: "Base", now: datetime, state: str, reason: str
) -> None:
    login_id, person_id = base.login(), base.person()
    task = base.task(base.process(login_id, number=7), login_id)
    connection.execute(
        update(tables.login).values(
            state=state, person_id=person_id, linked_at=now, password_hash=None
        )
    )
    holder = LegacyHolder(login_id)
    refused = []
    for attempt in (
        lambda: work.tasks(connection, holder, now=now),
        lambda: work.processes(connection, holder, situation="concluido"),
        lambda: work.process(connection, holder, 7),
        lambda: work.conclude_task(connection, holder, task_id=task, message="", now=now),
        lambda: work.add_message(connection, holder, number=7, body="olá", now=now),
    ):
        with pytest.raises(NotAllowed) as refusal:
            attempt()
        refused.append(refusal.value.reason)
    assert refused == [reason] * 5
    assert work.counts(connection, holder).in_progress == 1


def test_while_the_link_is_under_way_not_even_the_person_concludes(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id, person_id = base.login(), base.person()
    task = base.task(base.process(login_id, number=7), login_id)
    began = linking.begin(
        connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=now
    )
    assert linking.migrate_batch(connection, link_id=began.id, size=100) == 2
    holder = PersonHolder(person_id)
    with pytest.raises(NotAllowed) as refusal:
        work.conclude_task(connection, holder, task_id=task, message="", now=now)
    assert refusal.value.reason == "em_vinculacao"
    linking.finish(connection, link_id=began.id, now=now)
    work.conclude_task(connection, holder, task_id=task, message="Pronto", now=now)
    assert base.row(tables.open_task, task).concluded_by == f"person:{person_id}"
    author = connection.execute(select(tables.process_message.c.author_name)).scalar_one()
    assert author == "Pessoa 1"


def test_a_task_follows_its_own_login_and_its_process_the_requesters(
    connection: Connection, base: "Base", now: datetime
) -> None:
    requester, helper = base.login("a"), base.login("b")
    process = base.process(requester, number=7)
    task = base.task(process, helper)
    requesters, helpers = base.person(1), base.person(2)
    assert work.process(connection, LegacyHolder(helper), 7).tasks[0].mine
    assert not work.process(connection, LegacyHolder(requester), 7).tasks[0].mine
    link(connection, helper, helpers, now)
    assert base.row(tables.open_task, task).owner_person_id == helpers
    assert base.row(tables.process_record, process).owner_person_id is None
    assert work.processes(connection, PersonHolder(helpers), situation="em_andamento").total == 0
    assert work.process(connection, PersonHolder(helpers), 7).tasks[0].mine
    assert work.add_message(connection, PersonHolder(helpers), number=7, body="olá", now=now)
    link(connection, requester, requesters, now)
    assert base.row(tables.open_task, task).owner_person_id == helpers
    assert base.row(tables.process_record, process).owner_person_id == requesters
    assert work.tasks(connection, PersonHolder(requesters), now=now).total == 0
    done = work.conclude_task(
        connection, PersonHolder(helpers), task_id=task, message="Feito", now=now
    )
    assert done.process_number == 7


def test_two_logins_of_one_person_are_one_workspace_that_can_be_narrowed_to_each(
    connection: Connection, base: "Base", now: datetime
) -> None:
    first, second, person_id = base.login("a"), base.login("b"), base.person()
    base.process(first, number=1)
    base.process(second, number=2)
    link(connection, first, person_id, now)
    link(connection, second, person_id, now)
    holder = PersonHolder(person_id)
    both = work.processes(connection, holder, situation="em_andamento")
    assert {(row.number, row.login) for row in both.rows} == {(1, "a"), (2, "b")}
    one = work.processes(connection, holder, situation="em_andamento", login_id=second)
    assert [row.number for row in one.rows] == [2]


def test_the_catalogue_names_each_kind_once_and_nothing_of_a_customers(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login()
    base.process(login_id, code="P070", version="2", opened_at=now - timedelta(days=900))
    for _ in range(3):
        base.process(login_id, code="P070", version="3", description="Barzi Motors LTDA")
    base.process(login_id, code="P001", name="Acreditação Inicial de Organismos", area="DICOR")
    entries = work.catalogue(connection)
    assert [(entry.code, entry.version) for entry in entries] == [("P001", "3"), ("P070", "3")]
    assert entries[0].description == "Processo de Acreditação Inicial de Organismos"
    assert "Barzi" not in str(entries)
    assert connection.execute(select(func.count()).select_from(tables.process_record)).scalar() == 5


def test_an_empty_base_has_an_empty_catalogue(connection: Connection) -> None:
    assert work.catalogue(connection) == []
