"""One mail for a mailbox, whatever comes at once; what is claimed is one sender's."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy
from sqlalchemy import Connection, select

from orquestra import notices
from orquestra.notices import Outgoing
from orquestra.store import tables

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import Base, BaseMaker, Second

MAILBOX = "qualidade@barzi.example"
LEASE = timedelta(minutes=10)


def remind(
    connection: Connection, login_id: int, now: datetime, address: str | None = MAILBOX
) -> bool:
    return notices.post_to_mailbox(
        connection,
        key="lembrete:2026-04-05:30",
        kind="lembrete",
        login_id=login_id,
        address=address,
        subject="Sincronize",
        body="Os logins:\n{logins}",
        now=now,
    )


def claim(connection: Connection, now: datetime, limit: int = 10) -> list[Outgoing]:
    return notices.claim(connection, now=now, lease=LEASE, limit=limit)


def test_the_logins_of_a_mailbox_come_in_one_notice_however_its_address_is_written(
    connection: Connection, base: "Base", now: datetime
) -> None:
    ways = (MAILBOX, "Qualidade@BARZI.example", f"  {MAILBOX} ")
    ids = [base.login(name, email=MAILBOX) for name in ("zeca", "bass2016", "Ana")]
    for login_id, way in zip(ids, ways, strict=True):
        assert remind(connection, login_id, now, way)
        assert not remind(connection, login_id, now, way), "a repeated job tells nothing twice"

    assert claim(connection, now) == [], "the mailbox has several logins: it waits for them"
    (mail,) = claim(connection, now + notices.GATHERING)
    assert mail.address == MAILBOX
    assert mail.logins == ("Ana", "bass2016", "zeca")
    assert [n.login_id for n in notices.recent(connection, login_id=ids[2])] == [ids[0]]


def test_a_mailbox_of_one_login_waits_for_nothing(
    connection: Connection, base: "Base", now: datetime
) -> None:
    base.login(email="outra@barzi.example")
    remind(connection, base.login("bass2016", email=MAILBOX), now)

    assert [mail.logins for mail in claim(connection, now)] == [("bass2016",)]


def test_a_login_that_comes_after_its_mailbox_was_told_gets_a_mail_for_itself(
    connection: Connection, base: "Base", now: datetime
) -> None:
    first, second, third = (base.login(name, email=MAILBOX) for name in ("a", "b", "c"))
    remind(connection, first, now)
    later = now + notices.GATHERING
    claim(connection, later)
    assert remind(connection, second, later), "on its way counts as told"
    assert not remind(connection, first, later)
    assert remind(connection, third, later), "and the third joins the second"

    assert [mail.logins for mail in claim(connection, later + notices.GATHERING)] == [
        ("a",),
        ("b", "c"),
    ]


def test_a_login_without_an_address_is_told_on_the_screen_only(
    connection: Connection, base: "Base", now: datetime
) -> None:
    ids = [base.login(), base.login()]
    for login_id, nothing in zip(ids, (None, "  "), strict=True):
        assert remind(connection, login_id, now, nothing)

    assert claim(connection, now + LEASE) == []
    assert len(notices.recent(connection)) == 2


def test_reminders_at_the_same_instant_make_one_mail(
    database: sqlalchemy.Engine, second: "Second", base_on: "BaseMaker", now: datetime
) -> None:
    with database.begin() as connection:
        base = base_on(connection)
        ids = [base.login(name, email=MAILBOX) for name in ("a", "b")]
    with database.begin() as connection:
        remind(connection, ids[0], now)
        other = second.start(lambda connection: remind(connection, ids[1], now))
        second.wait_until_blocked(other)
    assert other.result()

    with database.begin() as connection:
        (mail,) = claim(connection, now + notices.GATHERING)
        assert mail.logins == ("a", "b")


def test_a_reminder_that_was_rolled_back_leaves_the_other_its_mail(
    database: sqlalchemy.Engine, second: "Second", base_on: "BaseMaker", now: datetime
) -> None:
    with database.begin() as connection:
        base = base_on(connection)
        ids = [base.login(name, email=MAILBOX) for name in ("a", "b")]
    with database.connect() as connection:
        remind(connection, ids[0], now)
        other = second.start(lambda connection: remind(connection, ids[1], now))
        second.wait_until_blocked(other)
        connection.rollback()
    assert other.result()

    with database.begin() as connection:
        (mail,) = claim(connection, now + notices.GATHERING)
        assert mail.logins == ("b",)


def test_a_login_that_comes_while_its_mailbox_is_told_waits_and_gets_a_mail_for_itself(
    database: sqlalchemy.Engine, second: "Second", base_on: "BaseMaker", now: datetime
) -> None:
    later = now + notices.GATHERING
    with database.begin() as connection:
        base = base_on(connection)
        ids = [base.login(name, email=MAILBOX) for name in ("a", "b")]
        remind(connection, ids[0], now)
    with database.begin() as connection:
        assert [mail.logins for mail in claim(connection, later)] == [("a",)]
        other = second.start(lambda connection: remind(connection, ids[1], later))
        second.wait_until_blocked(other)
    assert other.result()

    with database.begin() as connection:
        mails = claim(connection, later + notices.GATHERING)
        assert [mail.logins for mail in mails] == [("a",), ("b",)]


def test_no_sender_takes_a_notice_that_a_login_is_just_joining(
    database: sqlalchemy.Engine, second: "Second", base_on: "BaseMaker", now: datetime
) -> None:
    later = now + notices.GATHERING
    with database.begin() as connection:
        base = base_on(connection)
        ids = [base.login(name, email=MAILBOX) for name in ("a", "b")]
        remind(connection, ids[0], now)
    with database.begin() as connection:
        assert remind(connection, ids[1], later)
        other = second.start(lambda connection: claim(connection, later))
        assert other.result(timeout=10) == []

    with database.begin() as connection:
        assert [mail.logins for mail in claim(connection, later)] == [("a", "b")]


def test_two_senders_never_hold_the_same_notice(
    database: sqlalchemy.Engine, second: "Second", base_on: "BaseMaker", now: datetime
) -> None:
    with database.begin() as connection:
        base = base_on(connection)
        for number in range(3):
            address = f"{number}@x.example"
            remind(connection, base.login(email=address), now, address)
    with database.begin() as connection:
        mine = claim(connection, now, limit=2)
        other = second.start(lambda connection: claim(connection, now)).result(timeout=10)
    held = sorted(mail.id for mail in (*mine, *other))

    assert len(mine) == 2
    assert len(other) == 1
    assert len(set(held)) == 3
    with database.begin() as connection:
        assert claim(connection, now + LEASE - timedelta(seconds=1)) == []
        again = claim(connection, now + LEASE)
        assert [(mail.id, mail.tries) for mail in again] == [(number, 2) for number in held]


def test_a_link_is_forgotten_when_its_mail_is_sent_given_up_or_a_day_old(
    connection: Connection, now: datetime
) -> None:
    for key, address in (("a", "a@x"), ("b", "b@x"), ("c", "c@x"), ("d", None)):
        notices.post(
            connection,
            key=key,
            kind="senha_redefinir",
            login_id=None,
            person_id=None,
            address=address,
            subject="Nova senha",
            body="{link}",
            now=now,
            sealed_link=f"sealed {key}",
        )
    assert links(connection) == ["sealed a", "sealed b", "sealed c", None]
    assert [mail.sealed_link for mail in claim(connection, now)] == [
        "sealed a",
        "sealed b",
        "sealed c",
    ]
    notices.mark_sent(connection, key="a", now=now)
    notices.mark_failed(connection, key="b", error="550", now=now)
    assert notices.expire_links(connection, now + timedelta(hours=23)) == 0
    assert links(connection) == [None, None, "sealed c", None]

    assert notices.expire_links(connection, now + timedelta(hours=24)) == 1
    assert links(connection) == [None, None, None, None]
    assert claim(connection, now + timedelta(days=2)) == [], "nothing goes out without its link"


def test_what_was_written_before_there_was_a_sender_stays_where_it_is(
    connection: Connection, base: "Base", now: datetime
) -> None:
    remind(connection, base.login(), now)
    connection.execute(sqlalchemy.update(tables.notice).values(due_at=None))

    assert claim(connection, now + timedelta(days=1)) == []


def links(connection: Connection) -> list[str | None]:
    query = select(tables.notice.c.sealed_link).order_by(tables.notice.c.key)
    return list(connection.execute(query).scalars())
