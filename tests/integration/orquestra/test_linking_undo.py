"""Link, then undo: the records are as they were, or nothing is touched."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DBAPIError

from orquestra import campaign, linking, portal_sessions, work
from orquestra.errors import (
    InvalidText,
    LinkAlreadyUndone,
    LinkNotUndoable,
    SameStaffMember,
    TaskNotFound,
    UndoAlreadyAsked,
    UndoNotAsked,
)
from orquestra.linking import AccountLink
from orquestra.store import tables
from orquestra.work import PersonHolder

from .snapshots import LEFT_BEHIND, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from .conftest import Base

WHY = "Vinculado à conta errada"


def link(
    connection: Connection, login_id: int, person_id: int, now: "datetime", *, batches: int = 99
) -> AccountLink:
    """Link a login; with few batches the link stays under way."""
    begun = linking.begin(
        connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=now
    )
    for _ in range(batches):
        if not linking.migrate_batch(connection, link_id=begun.id, size=2):
            return linking.finish(connection, link_id=begun.id, now=now)
    return begun


def undo(
    connection: Connection, link_id: int, staff_id: int, now: "datetime", *, four_eyes: bool = False
) -> AccountLink:
    """Undo a link."""
    return linking.undo(
        connection, link_id=link_id, staff_id=staff_id, reason=WHY, four_eyes=four_eyes, now=now
    )


def staff_member(connection: Connection, name: str, now: "datetime") -> int:
    """Write a member of staff who never signs in."""
    staff_id: int = connection.execute(
        insert(tables.staff_member)
        .values(username=name, name=name.title(), password_hash="-", created_at=now)
        .returning(tables.staff_member.c.id)
    ).scalar_one()
    return staff_id


@pytest.fixture
def ana(connection: Connection, now: "datetime") -> int:
    """A member of staff."""
    return staff_member(connection, "ana", now)


@pytest.fixture
def rui(connection: Connection, now: "datetime") -> int:
    """Another one."""
    return staff_member(connection, "rui", now)


def message(connection: Connection, process_id: int, author: str, at: "datetime") -> None:
    """Write a message into a process."""
    connection.execute(
        insert(tables.process_message).values(
            process_id=process_id, author=author, author_name="-", body="Segue.", written_at=at
        )
    )


def plain(base: "Base") -> int:
    """A login with a process of each kind and its tasks."""
    login_id = base.login(last_entry_at=base.now, groups=["Importadores"], signals=["cnpj"])
    process_id = base.process(login_id)
    base.task(process_id, login_id)
    base.task(process_id, login_id, concluded_at=base.now, concluded_by=f"login:{login_id}")
    base.task(process_id, None)
    base.process(login_id, "concluido")
    return login_id


def blocked(base: "Base") -> int:
    """A login that its deadline has blocked, so that its tasks' clocks stand still."""
    login_id = base.login(campaign_id=base.campaign(base.now - timedelta(days=9)))
    process_id = base.process(login_id)
    base.task(process_id, login_id, expires_at=base.now + timedelta(days=3))
    base.task(process_id, login_id, expires_at=None)
    late = base.now - timedelta(days=8)
    base.task(process_id, login_id, expires_at=late - timedelta(days=4))
    assert campaign.block(base.connection, login_id=login_id, now=late)
    return login_id


def in_others_processes(base: "Base") -> int:
    """A login with a task in another's process, which has a task in its own."""
    login_id, other_id = base.login(), base.login()
    base.task(base.process(other_id), login_id)
    base.task(base.process(login_id), other_id)
    return login_id


def with_messages(base: "Base") -> int:
    """A login whose processes were written into before."""
    login_id = plain(base)
    process_id = base.process(login_id)
    message(base.connection, process_id, f"login:{login_id}", base.now - timedelta(days=1))
    message(base.connection, process_id, "staff:1", base.now - timedelta(days=1))
    return login_id


@pytest.mark.row("7 account-link ledger, reversible")
@pytest.mark.parametrize("make", [plain, blocked, in_others_processes, with_messages])
@pytest.mark.parametrize("batches", [0, 1, 99])
def test_link_then_undo_leaves_every_row_as_it_was(
    base: "Base", ana: int, make: "Callable[[Base], int]", batches: int
) -> None:
    connection, now = base.connection, base.now
    login_id, person_id = make(base), base.person()
    before = snapshot(connection)
    done = link(connection, login_id, person_id, now, batches=batches)
    assert snapshot(connection) != before

    undone = undo(connection, done.id, ana, now + timedelta(days=2))

    assert snapshot(connection) == before
    assert (undone.state, undone.undone_by, undone.undo_reason) == ("undone", ana, WHY)
    row = base.row(tables.login, login_id)
    assert (row.state, row.password_hash, row.password_source) == ("legacy", None, None)
    assert linking.link_of_login(connection, login_id) is None
    assert linking.links_of_person(connection, person_id) == []
    assert linking.link_by_reference(connection, done.reference) == undone


def test_what_is_compared_is_every_table_but_those_with_a_reason(connection: Connection) -> None:
    names = {table.name for table in tables.metadata.tables.values()}
    assert LEFT_BEHIND.keys() < names
    assert snapshot(connection).keys() == names - LEFT_BEHIND.keys()


def test_a_second_link_to_the_right_person_can_be_undone_too(
    connection: Connection, base: "Base", ana: int, now: "datetime"
) -> None:
    login_id, wrong, right = blocked(base), base.person(1), base.person(2)
    before = snapshot(connection)
    keys = [linking.road_key(connection, login_id)]
    for person_id in (wrong, right):
        done = link(connection, login_id, person_id, now)
        assert work.counts(connection, PersonHolder(person_id)) == done.before
        undo(connection, done.id, ana, now)
        assert snapshot(connection) == before
        keys.append(linking.road_key(connection, login_id))
    assert keys == [f"login:{login_id}", f"login:{login_id}:2", f"login:{login_id}:3"]
    again = link(connection, login_id, right, now)
    assert linking.link_of_login(connection, login_id) == again


def test_a_road_of_before_the_undo_is_nobodys_any_more(
    connection: Connection, base: "Base", ana: int, now: "datetime"
) -> None:
    login_id, person_id = plain(base), base.person()

    def walks(key: str | None) -> int | None:
        return linking.login_on_road(connection, key, person_id=person_id, since=now)

    key = linking.road_key(connection, login_id)
    assert walks(key) == login_id
    undo(connection, link(connection, login_id, person_id, now).id, ana, now)
    assert walks(key) is None
    assert walks(linking.road_key(connection, login_id)) == login_id
    assert walks(None) is None


def test_a_road_that_somebody_else_walked_to_its_end_shows_nothing_to_others(
    connection: Connection, base: "Base", now: "datetime"
) -> None:
    login_id, person_id, other = plain(base), base.person(), base.person(2)
    link(connection, login_id, person_id, now)
    key = linking.road_key(connection, login_id)
    assert linking.login_on_road(connection, key, person_id=person_id, since=now) == login_id
    assert linking.login_on_road(connection, key, person_id=other, since=now) is None


def test_a_deadline_that_was_postponed_meanwhile_blocks_nobody_again(
    connection: Connection, base: "Base", ana: int, now: "datetime"
) -> None:
    login_id = blocked(base)
    done = link(connection, login_id, base.person(), now)
    connection.execute(update(tables.campaign).values(deadline_at=now + timedelta(days=30)))
    undo(connection, done.id, ana, now)
    assert base.row(tables.login, login_id).blocked_at is None
    held = select(tables.open_task.c.id).where(tables.open_task.c.held_seconds.is_not(None))
    assert connection.execute(held).all() == []


def test_nobody_gets_back_in_with_a_session_of_before_the_link(
    connection: Connection, base: "Base", ana: int, now: "datetime"
) -> None:
    login_id, later = plain(base), now + timedelta(minutes=1)
    token, _ = portal_sessions.create(connection, kind="legacy", login_id=login_id, now=now)
    done = link(connection, login_id, base.person(), later)
    # as if a request had held the row while the link began
    connection.execute(update(tables.portal_session).values(ended_at=None, ended_reason=None))
    undo_without_ending = later + timedelta(minutes=1)
    undo(connection, done.id, ana, undo_without_ending)
    connection.execute(update(tables.portal_session).values(ended_at=None, ended_reason=None))
    found = portal_sessions.find(connection, token, undo_without_ending)
    assert found is not None
    assert found.ended_reason == portal_sessions.LINKED
    fresh, _ = portal_sessions.create(
        connection, kind="legacy", login_id=login_id, now=undo_without_ending
    )
    found = portal_sessions.find(connection, fresh, undo_without_ending)
    assert found is not None
    assert found.ended_reason is None


def test_a_link_drops_all_of_the_password_and_every_way_to_choose_another(
    connection: Connection, base: "Base", now: "datetime"
) -> None:
    login_id = base.login(password_salt="s", password_source="importada", password_seen="d")
    connection.execute(
        insert(tables.password_reset),
        [
            {
                "token_hash": str(number),
                "login_id": login_id,
                "reason": "esqueci",
                "asked_at": now,
                "expires_at": now + timedelta(hours=1),
                "used_at": used_at,
            }
            for number, used_at in enumerate([None, now])
        ],
    )
    link(connection, login_id, base.person(), now)
    row = base.row(tables.login, login_id)._mapping
    assert {row[name] for name in row if name.startswith("password_")} == {None}
    voided = select(tables.password_reset.c.voided_at).order_by(tables.password_reset.c.id)
    assert connection.scalars(voided).all() == [now, None]


def _concludes(base: "Base", login_id: int, person_id: int, at: "datetime") -> None:
    """The person concludes the login's task."""
    task_id = base.connection.execute(
        select(tables.open_task.c.id).where(
            tables.open_task.c.login_id == login_id, tables.open_task.c.concluded_at.is_(None)
        )
    ).scalar_one()
    work.conclude_task(
        base.connection, PersonHolder(person_id), task_id=task_id, message="", now=at
    )


def _writes(base: "Base", login_id: int, person_id: int, at: "datetime") -> None:
    """The person writes into one of the login's processes."""
    number = base.connection.execute(
        select(tables.process_record.c.number)
        .where(tables.process_record.c.login_id == login_id)
        .limit(1)
    ).scalar_one()
    work.add_message(base.connection, PersonHolder(person_id), number=number, body="Segue.", now=at)


def _opens(base: "Base", login_id: int, person_id: int, at: "datetime") -> None:
    """The person opens a process."""
    base.process(login_id, owner_person_id=person_id, opened_at=at)


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (_concludes, "tarefa_concluida"),
        (_writes, "mensagem_escrita"),
        (_opens, "processo_aberto"),
    ],
)
def test_what_was_begun_under_a_link_stands_in_its_undos_way(
    base: "Base", ana: int, act: "Callable[[Base, int, int, datetime], None]", kind: str
) -> None:
    connection, now = base.connection, base.now
    login_id, person_id = plain(base), base.person()
    done = link(connection, login_id, person_id, now)
    later = now + timedelta(hours=1)
    act(base, login_id, person_id, later)
    before = snapshot(connection)
    for attempt in (
        lambda: undo(connection, done.id, ana, later),
        lambda: linking.ask_undo(connection, link_id=done.id, staff_id=ana, reason=WHY, now=later),
    ):
        with pytest.raises(LinkNotUndoable) as refusal:
            attempt()
        assert [(each.kind, each.happened_at) for each in refusal.value.obstacles] == [
            (kind, later)
        ]
    assert snapshot(connection) == before
    assert linking.load(connection, done.id) == done


def test_a_message_in_anothers_process_counts_where_the_link_gave_the_way_to_it(
    connection: Connection, base: "Base", now: "datetime"
) -> None:
    login_id, person_id = in_others_processes(base), base.person()
    done = link(connection, login_id, person_id, now)
    other = select(tables.process_record).where(tables.process_record.c.login_id != login_id)
    process = connection.execute(other).one()
    work.add_message(
        connection, PersonHolder(person_id), number=process.number, body="Segue.", now=now
    )
    (found,) = linking.obstacles(connection, done)
    assert (found.kind, found.process_number) == ("mensagem_escrita", process.number)


def test_others_work_and_the_persons_other_logins_stand_in_no_undos_way(
    connection: Connection, base: "Base", ana: int, now: "datetime"
) -> None:
    login_id, other_id, person_id = plain(base), plain(base), base.person()
    own, other = (link(connection, each, person_id, now) for each in (login_id, other_id))
    _concludes(base, other_id, person_id, now)
    _writes(base, other_id, person_id, now)
    process_id = base.process(login_id, opened_at=now - timedelta(days=400))
    stranger = base.login()
    base.task(process_id, stranger, concluded_at=now, concluded_by=f"login:{stranger}")
    message(connection, process_id, "staff:1", now)
    undo(connection, own.id, ana, now)
    assert linking.load(connection, other.id).state == "done"


def test_with_four_eyes_one_asks_and_another_does(
    connection: Connection, base: "Base", ana: int, rui: int, now: "datetime"
) -> None:
    login_id = plain(base)
    before = snapshot(connection)
    done = link(connection, login_id, base.person(), now)
    with pytest.raises(UndoNotAsked):
        undo(connection, done.id, ana, now, four_eyes=True)
    asked = linking.ask_undo(connection, link_id=done.id, staff_id=ana, reason="Um", now=now)
    assert (asked.state, asked.undo_asked_by, asked.undo_reason) == ("done", ana, "Um")
    with pytest.raises(SameStaffMember):
        undo(connection, done.id, ana, now, four_eyes=True)
    with pytest.raises(UndoAlreadyAsked):
        linking.ask_undo(connection, link_id=done.id, staff_id=rui, reason=WHY, now=now)
    undone = undo(connection, done.id, rui, now, four_eyes=True)
    assert (undone.undo_asked_by, undone.undone_by, undone.undo_reason) == (ana, rui, "Um")
    assert snapshot(connection) == before
    for again in (ana, rui):
        with pytest.raises(LinkAlreadyUndone):
            undo(connection, done.id, again, now)


def test_a_request_can_be_withdrawn_and_asked_anew(
    connection: Connection, base: "Base", ana: int, rui: int, now: "datetime"
) -> None:
    done = link(connection, plain(base), base.person(), now)
    with pytest.raises(UndoNotAsked):
        linking.withdraw_undo(connection, link_id=done.id, staff_id=ana, reason=WHY, now=now)
    linking.ask_undo(connection, link_id=done.id, staff_id=ana, reason=WHY, now=now)
    left = linking.withdraw_undo(connection, link_id=done.id, staff_id=rui, reason="Não", now=now)
    assert left == done
    with pytest.raises(UndoNotAsked):
        undo(connection, done.id, rui, now, four_eyes=True)
    linking.ask_undo(connection, link_id=done.id, staff_id=rui, reason=WHY, now=now)
    undo(connection, done.id, ana, now, four_eyes=True)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_nothing_is_undone_without_a_reason(
    connection: Connection, base: "Base", ana: int, now: "datetime", reason: str
) -> None:
    done = link(connection, plain(base), base.person(), now)
    for act in (linking.ask_undo, linking.withdraw_undo):
        with pytest.raises(InvalidText):
            act(connection, link_id=done.id, staff_id=ana, reason=reason, now=now)
    with pytest.raises(InvalidText):
        linking.undo(
            connection, link_id=done.id, staff_id=ana, reason=reason, four_eyes=False, now=now
        )


def test_the_ledger_tells_each_step_with_its_evidence(
    connection: Connection, base: "Base", ana: int, rui: int, now: "datetime"
) -> None:
    login_id, person_id = plain(base), base.person()
    begun = linking.begin(
        connection,
        login_id=login_id,
        person_id=person_id,
        rule="decisao",
        attempt_id=41,
        decision_id=None,
        now=now,
    )
    assert (begun.attempt_id, begun.decision_id) == (41, None)
    linking.note_mismatch(connection, link_id=begun.id, now=now)
    while linking.migrate_batch(connection, link_id=begun.id, size=9):
        pass
    linking.finish(connection, link_id=begun.id, now=now)
    later = now + timedelta(days=1)
    linking.ask_undo(connection, link_id=begun.id, staff_id=ana, reason="a", now=later)
    linking.withdraw_undo(connection, link_id=begun.id, staff_id=ana, reason="b", now=later)
    linking.ask_undo(connection, link_id=begun.id, staff_id=ana, reason="c", now=later)
    linking.undo(connection, link_id=begun.id, staff_id=rui, reason="d", four_eyes=True, now=later)
    told = linking.events(connection, begun.id)
    assert [(each.kind, each.actor, each.reason) for each in told] == [
        ("comecou", f"person:{person_id}", None),
        ("contagem_divergente", "system", None),
        ("terminou", "system", None),
        ("desfazer_pedido", f"staff:{ana}", "a"),
        ("desfazer_retirado", f"staff:{ana}", "b"),
        ("desfazer_pedido", f"staff:{ana}", "c"),
        ("desfeito", f"staff:{rui}", "d"),
    ]
    counted = {"in_progress": 1, "concluded": 1, "tasks": 1}
    assert told[0].facts == {
        "rule": "decisao",
        "attempt_id": 41,
        "decision_id": None,
        "before": counted,
    }
    assert told[1].facts["not_moved"] == 4
    assert told[2].facts == {"after": counted}
    undone = told[-1].facts
    assert (undone["before"], undone["after"], undone["asked_by"]) == (counted, counted, ana)
    assert (undone["processes"], undone["tasks"], undone["state_before"]) == (2, 2, "done")


@pytest.mark.parametrize(
    "change", [tables.link_event.delete(), update(tables.link_event).values(actor="x")]
)
def test_the_ledger_is_only_ever_appended_to(
    connection: Connection, base: "Base", now: "datetime", change: "object"
) -> None:
    link(connection, plain(base), base.person(), now)
    with pytest.raises(DBAPIError, match="only ever appended"), connection.begin_nested():
        connection.execute(change)  # type: ignore[call-overload]


def test_a_worker_that_comes_after_the_undo_moves_nothing(
    connection: Connection, base: "Base", ana: int, now: "datetime"
) -> None:
    login_id, person_id = plain(base), base.person()
    before = snapshot(connection)
    begun = link(connection, login_id, person_id, now, batches=1)
    undone = undo(connection, begun.id, ana, now)
    assert linking.migrate_batch(connection, link_id=begun.id, size=9) == 0
    assert linking.finish(connection, link_id=begun.id, now=now) == undone
    assert snapshot(connection) == before
    holder, task_id = (
        PersonHolder(person_id),
        connection.scalars(select(tables.open_task.c.id)).all()[0],
    )
    with pytest.raises(TaskNotFound):
        work.conclude_task(connection, holder, task_id=task_id, message="", now=now)
