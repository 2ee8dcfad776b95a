"""New passwords by a mailed link, on a real database: what works once, and what leaves no trace."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Row, Table, event, select, update

from orquestra import linking, logins, notices, portal_sessions, resets
from orquestra.errors import LoginLocked, ResetRefused, WeakPassword, WrongPassword
from orquestra.passwords import CHEAP
from orquestra.store import tables

from .conftest import PASSWORD, Base, BaseMaker

NEW = "chuva fina na serra"
ADDRESS = "ana@example.org"


class Mail:
    """Keeps the tokens that would be sealed into mails."""

    def __init__(self) -> None:
        self.tokens: list[str] = []

    def seal(self, token: str, key: str) -> str:
        """Take a token, as the web's sealing does."""
        self.tokens.append(token)
        return f"sealed for {key}"


@pytest.fixture
def mail() -> Mail:
    """Where tokens arrive."""
    return Mail()


def rows(connection: Connection, table: Table) -> list[Row[Any]]:
    return list(connection.execute(select(table).order_by(table.c.id)))


def asked(connection: Connection, mail: Mail, now: datetime, name: str = "bass2016") -> str:
    resets.ask(connection, login_text=name, seal=mail.seal, now=now)
    return mail.tokens[-1]


def use(connection: Connection, token: str, now: datetime, password: str = NEW) -> None:
    resets.use(connection, token=token, new_password=password, profile=CHEAP, now=now)


def enters(connection: Connection, password: str, now: datetime) -> bool:
    try:
        logins.authenticate(connection, login="bass2016", password=password, now=now)
    except WrongPassword:
        return False
    return True


def test_a_link_sets_the_password_once_ends_the_sessions_and_tells_the_mailbox(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    login_id = base.login("bass2016", email=ADDRESS)
    cookie, _ = portal_sessions.create(connection, kind="legacy", login_id=login_id, now=now)
    later = now + timedelta(minutes=1)
    token = asked(connection, mail, later)

    use(connection, token, later)

    assert enters(connection, NEW, later)
    assert not enters(connection, PASSWORD, later)
    ended = portal_sessions.find(connection, cookie, later)
    assert ended is not None
    assert ended.ended_reason == portal_sessions.PASSWORD_CHANGED
    assert [row.kind for row in notices.recent(connection)] == ["senha_alterada", "senha_redefinir"]
    assert base.row(tables.login, login_id).password_source == "escolhida"
    with pytest.raises(ResetRefused):
        use(connection, token, later, "outra senha boa")


def test_a_session_that_was_locked_at_the_change_ends_at_its_next_visit(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    login_id = base.login("bass2016", email=ADDRESS)
    use(connection, asked(connection, mail, now), now)
    earlier, _ = portal_sessions.create(
        connection, kind="legacy", login_id=login_id, now=now - timedelta(seconds=1)
    )
    found = portal_sessions.find(connection, earlier, now)
    assert found is not None
    assert found.ended_reason == portal_sessions.PASSWORD_CHANGED


def test_a_link_is_good_until_the_last_instant_and_not_at_its_end(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    base.login("bass2016", email=ADDRESS)
    token, end = asked(connection, mail, now), now + resets.LIFETIMES["esqueci"]

    with pytest.raises(ResetRefused):
        use(connection, token, end)
    use(connection, token, end - timedelta(microseconds=1))


def test_every_link_that_opens_nothing_gives_the_same_error(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    base.login("bass2016", email=ADDRESS)
    voided = asked(connection, mail, now)
    used = asked(connection, mail, now)
    use(connection, used, now)  # and so makes void what else is open
    late = asked(connection, mail, now - timedelta(hours=1))
    texts = set()
    for token in (voided, used, late, "unknown", "", "\0ç" * 300):
        with pytest.raises(ResetRefused) as refused:
            use(connection, token, now)
        with pytest.raises(ResetRefused):
            resets.standing(connection, token=token, now=now)
        texts.add(str(refused.value))
    assert len(texts) == 1


def test_who_asks_in_an_owner_s_name_spoils_no_link_that_the_owner_has(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    base.login("bass2016", email=ADDRESS)
    owners = asked(connection, mail, now)
    strangers = [asked(connection, mail, now) for _ in range(2 * resets.MOST_MAILS)]

    assert len(rows(connection, tables.notice)) == resets.MOST_MAILS
    for token in (owners, strangers[0], strangers[resets.MOST_MAILS - 2]):
        assert resets.standing(connection, token=token, now=now).login == "bass2016"
    use(connection, owners, now)
    for token in strangers:
        with pytest.raises(ResetRefused):
            use(connection, token, now)


def test_who_gets_no_further_mail_has_one_whose_link_is_good(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    base.login("bass2016", email=ADDRESS)
    minute, kept = timedelta(minutes=1), []
    for number in range(90):
        before = len(rows(connection, tables.notice))
        token = asked(connection, mail, now + number * minute)
        kept += [token] if len(rows(connection, tables.notice)) > before else []
        assert resets.standing(connection, token=kept[-1], now=now + number * minute)
    assert len(kept) == 3 * resets.MOST_MAILS


def test_requests_for_a_name_that_only_looks_like_a_login_cost_it_no_mail(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    base.login("bass2016", email=ADDRESS)
    for _ in range(resets.MOST_MAILS):
        asked(connection, mail, now, "BASS2016")
    use(connection, asked(connection, mail, now), now)


def test_a_login_without_a_password_way_is_told_no_more_often_than_others(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    base.login("bass2016", email=ADDRESS, active=False)
    for _ in range(2 * resets.MOST_MAILS):
        asked(connection, mail, now)
    assert len(rows(connection, tables.notice)) == resets.MOST_MAILS


def test_looking_at_a_link_uses_nothing_up(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    base.login("bass2016", email=ADDRESS)
    token = asked(connection, mail, now)
    for _ in range(3):
        assert resets.standing(connection, token=token, now=now).login == "bass2016"
    use(connection, token, now)


@pytest.mark.parametrize(
    "weak", ["curta", "x" * 1025, "bass2016", "6102ssab", "Bass2016!", "12345678"]
)
def test_a_weak_password_is_refused_and_the_link_stays_good(
    connection: Connection, base: Base, mail: Mail, now: datetime, weak: str
) -> None:
    base.login("bass2016", email=ADDRESS)
    token = asked(connection, mail, now)
    with pytest.raises(WeakPassword), connection.begin_nested():
        use(connection, token, now, weak)
    use(connection, token, now)


def test_a_login_whose_import_brought_no_password_gets_one(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    base.login("bass2016", email=ADDRESS, password_hash=None, password_format=None)
    use(connection, asked(connection, mail, now), now)
    assert enters(connection, NEW, now)


def test_the_table_and_the_notice_hold_no_token(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    base.login("bass2016", email=ADDRESS)
    token = asked(connection, mail, now)
    (reset,), (notice,) = rows(connection, tables.password_reset), rows(connection, tables.notice)
    assert token not in repr(tuple(reset)) + repr(tuple(notice))
    assert "{link}" in notice.body
    assert notice.sealed_link == f"sealed for {notice.key}"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"active": False}, "está desativado"),
        ({"auth_kind": "AD da empresa", "password_hash": None}, "AD da empresa"),
        ({"state": "linked"}, "já foi normalizado"),
        ({"state": "linking"}, "já foi normalizado"),
    ],
)
def test_a_login_without_a_password_way_is_told_why_and_gets_no_link(
    base: Base, mail: Mail, now: datetime, values: dict[str, object], words: str
) -> None:
    connection = base.connection
    if "state" in values:
        values = values | {"person_id": base.person(), "linked_at": now, "password_hash": None}
    base.login("bass2016", email=ADDRESS, **values)
    token = asked(connection, mail, now)
    (notice,) = rows(connection, tables.notice)
    assert words in notice.body
    assert (notice.address, notice.sealed_link) == (ADDRESS, None)
    assert rows(connection, tables.password_reset) == []
    with pytest.raises(ResetRefused):
        use(connection, token, now)


@pytest.mark.parametrize("address", [None, "", "sem arroba", "a@b", "dois@@example.org"])
def test_a_login_without_a_mailbox_gets_nothing(
    connection: Connection, base: Base, mail: Mail, now: datetime, address: str | None
) -> None:
    base.login("bass2016", email=address)
    asked(connection, mail, now)
    assert rows(connection, tables.notice) == rows(connection, tables.password_reset) == []


def test_a_login_linked_meanwhile_takes_no_new_password(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    login_id = base.login("bass2016", email=ADDRESS)
    token = asked(connection, mail, now)
    linking.begin(
        connection, login_id=login_id, person_id=base.person(), rule="sem_documento", now=now
    )
    (reset,) = rows(connection, tables.password_reset)
    assert reset.voided_at == now
    stray = resets.issue(connection, login_id=login_id, reason="esqueci", now=now)
    for dead in (token, stray):
        with pytest.raises(ResetRefused):
            use(connection, dead, now)


def test_a_stranger_who_asks_again_leaves_the_link_good_that_staff_granted(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    login_id = base.login("bass2016", email=ADDRESS)
    first = asked(connection, mail, now)
    granted = resets.issue(connection, login_id=login_id, reason="equipe", now=now)
    with pytest.raises(ResetRefused):
        use(connection, first, now)
    asked(connection, mail, now)
    use(connection, granted, now + timedelta(hours=23))
    assert all(row.used_at or row.voided_at for row in rows(connection, tables.password_reset))


def test_the_name_is_found_as_typed_or_without_blanks_and_never_by_its_mailbox(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    base.login("bass2016", email=ADDRESS)
    for typed in (ADDRESS, "BASS2016", "bass\x002016", "bass"):
        asked(connection, mail, now, typed)
    assert rows(connection, tables.notice) == []
    asked(connection, mail, now, "  bass2016 ")
    assert len(rows(connection, tables.notice)) == 1


def test_a_mailbox_is_told_all_its_logins_at_the_address_that_the_base_has(
    connection: Connection, base: Base, now: datetime
) -> None:
    own = [
        base.login(name, email=address)
        for name, address in (("a1", ADDRESS), ("a2", "Ana@Example.org"))
    ]
    base.login("b1", email="outra@example.org")
    resets.ask_names(connection, email_text=" ANA@example.ORG ", now=now)
    resets.ask_names(connection, email_text="ninguem@example.org", now=now)
    (notice,) = rows(connection, tables.notice)
    assert (notice.kind, notice.address) == ("logins_da_caixa", ADDRESS)
    assert "{logins}" in notice.body
    listed = connection.execute(select(tables.notice_login.c.login_id)).scalars().all()
    assert sorted(listed) == own


@contextmanager
def statements(connection: Connection) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        word = statement.split(maxsplit=1)[0]
        seen.append("end" if word in ("RELEASE", "ROLLBACK") else word)

    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)


def test_asking_runs_the_same_statements_for_every_login_and_every_mailbox(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    person = {"person_id": base.person(), "linked_at": now, "password_hash": None}
    base.login("existe", email=ADDRESS)
    base.login("sem_email")
    base.login("vinculado", email="v@example.org", state="linked", **person)
    base.login("desativado", email="d@example.org", active=False)
    runs = []
    for name in ("existe", "ninguem", "sem_email", "vinculado", "desativado"):
        with statements(connection) as seen:
            resets.ask(connection, login_text=name, seal=mail.seal, now=now)
        runs.append(seen)
    assert runs[0].count("INSERT") == 2
    assert all(run == runs[0] for run in runs)
    assert len(mail.tokens) == len(runs)
    names = []
    for mailbox in (ADDRESS, "ninguem@example.org"):
        with statements(connection) as seen:
            resets.ask_names(connection, email_text=mailbox, now=now)
        names.append(seen)
    assert names[0] == names[1]


def test_of_two_uses_at_once_one_sets_the_password(
    database: Engine, base_on: BaseMaker, mail: Mail, now: datetime
) -> None:
    with database.begin() as connection:
        base_on(connection).login("bass2016", email=ADDRESS)
        token = asked(connection, mail, now)
    start, outcomes = threading.Barrier(2), []

    def run(password: str) -> None:
        start.wait()
        try:
            with database.begin() as connection:
                use(connection, token, now, password)
            outcomes.append(password)
        except ResetRefused:
            outcomes.append("")

    passwords = ["primeira senha boa", "segunda senha boa"]
    threads = [threading.Thread(target=run, args=(password,)) for password in passwords]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [outcome for outcome in outcomes if outcome]
    with database.connect() as connection:
        assert enters(connection, winner, now)
        changed = [n for n in notices.recent(connection) if n.kind == "senha_alterada"]
    assert (len(outcomes), len(changed)) == (2, 1)


def test_of_requests_at_once_no_more_are_answered_than_one_after_the_other(
    database: Engine, base_on: BaseMaker, mail: Mail, now: datetime
) -> None:
    with database.begin() as connection:
        base_on(connection).login("bass2016", email=ADDRESS)
        for _ in range(resets.MOST_MAILS - 1):
            asked(connection, mail, now)
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        with database.begin() as connection:
            asked(connection, mail, now)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.connect() as connection:
        open_ones = [r for r in rows(connection, tables.password_reset) if r.voided_at is None]
    assert len(open_ones) == resets.MOST_MAILS


def test_an_empty_base_gives_nothing_away(
    connection: Connection, mail: Mail, now: datetime
) -> None:
    resets.ask(connection, login_text="bass2016", seal=mail.seal, now=now)
    resets.ask_names(connection, email_text=ADDRESS, now=now)
    assert rows(connection, tables.notice) == []


def test_a_mailed_link_unlocks_a_login_and_no_later_import_locks_its_new_password(
    connection: Connection, base: Base, mail: Mail, now: datetime
) -> None:
    login_id = base.login("bass2016", email=ADDRESS, locked=True, password_source="importada")
    with pytest.raises(LoginLocked):
        enters(connection, PASSWORD, now)

    use(connection, asked(connection, mail, now), now)

    assert enters(connection, NEW, now)
    assert not base.row(tables.login, login_id).locked
    connection.execute(
        update(tables.login).where(tables.login.c.id == login_id).values(locked=True)
    )
    assert enters(connection, NEW, now)
