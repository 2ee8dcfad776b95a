import hashlib
import time
from collections.abc import Callable
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, select, update

from orquestra import linking, logins, passwords
from orquestra.errors import (
    CredentialsRefused,
    LoginAlreadyLinked,
    LoginInactive,
    LoginLocked,
    LoginNotFound,
    LoginUnknown,
    WeakPassword,
    WrongPassword,
)
from orquestra.store import tables

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import Base

WRONG = "errada"
IDENTITY_V3 = "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8fNQmvqpvyTD4ongMNPTLUpE6Scdx66f1OsMERdxlLpA=="


def test_the_right_password_opens_the_login(
    connection: Connection, base: "Base", now: datetime
) -> None:
    cpf = base.cpf(5)
    login_id = base.login("bass2016", name="bassdrill", cpf=cpf.digits, email="b@exemplo.br")
    found = logins.authenticate(connection, login=" bass2016 ", password="senha-teste", now=now)
    assert (found.id, found.login, found.name, found.cpf) == (
        login_id,
        "bass2016",
        "bassdrill",
        cpf,
    )
    assert found.state == "legacy"
    assert logins.load(connection, login_id) == found


def test_the_old_dot_net_password_opens_the_login(
    connection: Connection, base: "Base", now: datetime
) -> None:
    base.login("antigo", **wrapped(IDENTITY_V3, passwords.CHEAP))
    found = logins.authenticate(connection, login="antigo", password="senha-teste", now=now)
    assert found.login == "antigo"
    with pytest.raises(WrongPassword):
        logins.authenticate(connection, login="antigo", password="outra", now=now)


def test_wrong_and_unknown_are_told_apart_for_the_record_and_alike_for_the_screen(
    connection: Connection, base: "Base", now: datetime
) -> None:
    base.login("bass2016")
    for login, password, error in (
        ("bass2016", "errada", WrongPassword),
        ("bass2017", "senha-teste", LoginUnknown),
        ("BASS2016", "senha-teste", LoginUnknown),
        ("", "", LoginUnknown),
        ("bass2016\0", "senha-teste", LoginUnknown),
    ):
        with pytest.raises(error) as refusal:
            logins.authenticate(connection, login=login, password=password, now=now)
        assert isinstance(refusal.value, CredentialsRefused)
        assert not login or login not in str(refusal.value)


def test_a_name_with_blanks_of_its_own_is_found_exactly_first(
    connection: Connection, base: "Base", now: datetime
) -> None:
    plain, blank = base.login("teste"), base.login("teste ")
    for typed, login_id in (("teste", plain), ("teste ", blank), (" teste", plain)):
        found = logins.authenticate(connection, login=typed, password="senha-teste", now=now)
        assert found.id == login_id


def test_an_inactive_login_is_told_so_only_with_its_password(
    connection: Connection, base: "Base", now: datetime
) -> None:
    base.login("parado", active=False)
    with pytest.raises(LoginInactive):
        logins.authenticate(connection, login="parado", password="senha-teste", now=now)
    with pytest.raises(WrongPassword):
        logins.authenticate(connection, login="parado", password="errada", now=now)


def test_a_locked_login_is_told_so_only_with_its_password(
    connection: Connection, base: "Base", now: datetime
) -> None:
    base.login("trancado", locked=True, password_source="importada")
    with pytest.raises(LoginLocked):
        logins.authenticate(connection, login="trancado", password="senha-teste", now=now)
    with pytest.raises(WrongPassword):
        logins.authenticate(connection, login="trancado", password="errada", now=now)


def test_a_login_without_a_password_opens_with_none(
    connection: Connection, base: "Base", now: datetime
) -> None:
    base.login("sem-senha", password_hash=None, password_format=None)
    for password in ("", "senha-teste"):
        with pytest.raises(WrongPassword):
            logins.authenticate(connection, login="sem-senha", password=password, now=now)


@pytest.mark.parametrize("password", ["senha-teste", "errada", ""])
def test_a_linked_login_says_so_whatever_the_password_is(
    connection: Connection, base: "Base", now: datetime, password: str
) -> None:
    login_id, person_id = base.login("bass2016"), base.person(123456789)
    linking.begin(connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=now)
    for state in ("linking", "linked"):
        connection.execute(
            update(tables.login).where(tables.login.c.id == login_id).values(state=state)
        )
        with pytest.raises(LoginAlreadyLinked) as refusal:
            logins.authenticate(connection, login="bass2016", password=password, now=now)
        assert refusal.value.masked_holder == "***.456.789-**"
        assert refusal.value.linked_at == now
        assert "456" not in str(refusal.value)


class Work:
    """Notes each derivation that a check runs, with its cost, and runs it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[tuple[object, ...]] = []
        pbkdf2, verify = hashlib.pbkdf2_hmac, PasswordHasher.verify

        def derive(algorithm: str, secret: bytes, salt: bytes, rounds: int, length: int) -> bytes:
            self.done.append(("pbkdf2", algorithm, rounds, length))
            return pbkdf2(algorithm, secret, salt, rounds, length)

        def check(hasher: PasswordHasher, stored: str, secret: bytes) -> bool:
            self.done.append(("argon2id", *stored.split("$")[1:4]))
            return verify(hasher, stored, secret)

        monkeypatch.setattr(hashlib, "pbkdf2_hmac", derive)
        monkeypatch.setattr(PasswordHasher, "verify", check)

    def of(self, action: Callable[[], object]) -> list[tuple[object, ...]]:
        """Say what one refused try costs."""
        self.done.clear()
        with pytest.raises((CredentialsRefused, LoginAlreadyLinked)):
            action()
        return list(self.done)


def wrapped(stored: str, profile: passwords.Profile) -> dict[str, str | None]:
    legacy = passwords.prepare(stored, salt="", declared="", adapters={})
    password = passwords.wrap(legacy, profile)
    return {
        "password_hash": password.hash,
        "password_format": password.format,
        "password_salt": password.salt,
    }


def test_unknown_linked_and_passwordless_names_cost_the_very_work_of_a_real_one(
    connection: Connection, base: "Base", now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = {"password_hash": None, "password_format": None}
    base.login("bbb", **wrapped(IDENTITY_V3, passwords.OWASP_MINIMUM))
    base.login("bbc", **nothing)
    linked = base.login("bbd")
    linking.begin(
        connection,
        login_id=linked,
        person_id=base.person(123456789),
        rule="sem_documento",
        now=now,
    )
    base.login("bbe", **wrapped(IDENTITY_V3, passwords.OWASP_MINIMUM))
    work = Work(monkeypatch)

    def costs(login: str, password: str = WRONG) -> list[tuple[object, ...]]:
        return work.of(
            lambda: logins.authenticate(connection, login=login, password=password, now=now)
        )

    known = costs("bbb")
    assert known == [
        ("pbkdf2", "sha256", 10_000, 32),
        ("argon2id", "argon2id", "v=19", "m=19456,t=2,p=1"),
    ]
    # Nobody's before, between and after the others; without a password; linked.
    for other in ("bba", "bbbb", "zzz", "\0", "bbc", "bbd"):
        assert costs(other) == known
    for endless in ("bbb", "bba", "bbc", "bbd"):
        assert costs(endless, "x" * 2000) == []


def test_an_empty_base_answers_in_the_time_of_owasps_minimum(
    connection: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(monkeypatch)
    assert work.of(
        lambda: logins.authenticate(connection, login="a", password="errada", now=now)
    ) == [("argon2id", "argon2id", "v=19", "m=19456,t=2,p=1")]


def test_by_the_clock_too_a_name_that_nobody_has_answers_like_a_real_one(
    connection: Connection, base: "Base", now: datetime
) -> None:
    base.login("bbb", **wrapped(IDENTITY_V3, passwords.OWASP_MINIMUM))

    def seconds(login: str) -> float:
        spent = []
        for _ in range(5):
            began = time.process_time()
            with pytest.raises(CredentialsRefused):
                logins.authenticate(connection, login=login, password="errada", now=now)
            spent.append(time.process_time() - began)
        return median(spent)

    known, unknown = seconds("bbb"), seconds("bba")
    assert known / 3 < unknown < known * 3


def test_a_check_that_succeeds_stores_nothing(
    connection: Connection, base: "Base", now: datetime
) -> None:
    base.login("antigo", **wrapped(IDENTITY_V3, passwords.CHEAP))
    row = select(tables.login).where(tables.login.c.login == "antigo")
    before = connection.execute(row).one()

    logins.authenticate(connection, login="antigo", password="senha-teste", now=now)

    assert connection.execute(row).one() == before


def test_a_password_chosen_here_takes_the_old_ones_place(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login("antigo", password_seen="0" * 64, **wrapped(IDENTITY_V3, passwords.CHEAP))

    logins.choose(
        connection, login_id=login_id, password="escolhi-eu", profile=passwords.CHEAP, now=now
    )

    found = logins.authenticate(connection, login="antigo", password="escolhi-eu", now=now)
    assert found.id == login_id
    with pytest.raises(WrongPassword):
        logins.authenticate(connection, login="antigo", password="senha-teste", now=now)
    row = connection.execute(select(tables.login).where(tables.login.c.id == login_id)).one()
    assert row.password_hash.startswith("$argon2id$")
    assert (row.password_format, row.password_salt) == (passwords.ARGON2ID, None)
    assert (row.password_source, row.password_seen) == ("escolhida", None)
    assert row.password_changed_at == now


def test_no_password_is_chosen_for_a_linked_login_nor_a_weak_one_for_any(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id, person_id = base.login("bass2016"), base.person(123456789)

    def choose(chosen_for: int, password: str) -> None:
        logins.choose(
            connection,
            login_id=chosen_for,
            password=password,
            profile=passwords.CHEAP,
            now=now,
        )

    with pytest.raises(WeakPassword):
        choose(login_id, "curta")
    with pytest.raises(LoginNotFound):
        choose(login_id + 1, "escolhi-eu")
    linking.begin(connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=now)
    with pytest.raises(LoginAlreadyLinked):
        choose(login_id, "escolhi-eu")


def test_a_persons_logins_come_in_the_order_of_their_links(
    connection: Connection, base: "Base", now: datetime
) -> None:
    person_id = base.person()
    second, first = base.login(), base.login()
    base.login()
    for login_id in (first, second):
        linking.begin(
            connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=now
        )
    assert [found.id for found in logins.logins_of_person(connection, person_id)] == [second, first]


def test_a_login_that_is_not_there_is_not_found(connection: Connection) -> None:
    with pytest.raises(LoginNotFound):
        logins.load(connection, 999)
