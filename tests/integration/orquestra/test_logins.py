import time
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, update

from orquestra import linking, logins, passwords
from orquestra.errors import (
    CredentialsRefused,
    LoginAlreadyLinked,
    LoginInactive,
    LoginNotFound,
    LoginUnknown,
    WrongPassword,
)
from orquestra.store import tables

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import Base

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
    old = passwords.prepare(IDENTITY_V3, salt="", declared="", adapters={})
    wrapped = passwords.wrap(old, passwords.CHEAP)
    base.login(
        "antigo",
        password_hash=wrapped.hash,
        password_format=wrapped.format,
        password_salt=wrapped.salt,
    )
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


def test_a_name_that_nobody_has_costs_the_check_of_the_next_ones_password(
    connection: Connection, base: "Base", now: datetime
) -> None:
    costly = passwords.hash_new("outra-senha", passwords.OWASP_MINIMUM)
    base.login("bbb", password_hash=costly)
    base.login("bbc", password_hash=None, password_format=None)
    base.login("bbd", password_hash=costly)

    def seconds(login: str) -> float:
        spent = []
        for _ in range(5):
            began = time.perf_counter()
            with pytest.raises(CredentialsRefused):
                logins.authenticate(connection, login=login, password="errada", now=now)
            spent.append(time.perf_counter() - began)
        return median(spent)

    known = seconds("bbb")
    for unknown in ("bba", "bbbb", "bbc"):
        assert known / 3 < seconds(unknown) < known * 3


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
