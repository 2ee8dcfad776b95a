import dataclasses
from typing import TYPE_CHECKING

import pytest
import sqlalchemy

from orquestra import linking, logins, passwords
from orquestra.errors import LoginAlreadyLinked, WrongPassword
from orquestra.importing.account_lines import parse_account
from orquestra.importing.cells import Cells
from orquestra.passwords import CHEAP, Adapter, Legacy, Profile, StoredPassword

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.importing.conftest import Importing

PASSWORD = "senha-teste"
SALT = "AAECAwQFBgcICQoLDA0ODw=="
V2 = "AAABAgMEBQYHCAkKCwwNDg9jvv/01NJc80zm7iABIbrgqXrjTTWlpB0/O5D8rWvOxA=="
V3 = "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8fNQmvqpvyTD4ongMNPTLUpE6Scdx66f1OsMERdxlLpA=="
ARGON2ID = passwords.hash_new(PASSWORD, CHEAP).replace('"', '""')
HOME_MADE = Adapter(
    name="portal_2009", algorithm="md5", encoding="hex", charset="utf-8", salt_position="none"
)

# Hash, salt, what senha_formato says.
EVERY_FORMAT = {
    "argon2": (ARGON2ID, "", ""),
    "v3": (V3, "", ""),
    "v2": (V2, "", "aspnet_identity_v2"),
    "sha1": ("xLtekySBU7L6jzzj0y7/zG64I/M=", SALT, "aspnet_membership_sha1"),
    "hmac": (
        "yLIxVMyhHN3vUUWGH7+taOugJfjbVP1XlxkjIQEa+u8=",
        SALT,
        "aspnet_membership_hmacsha256",
    ),
    "forms1": ("2CE11CBA697C7921B769D48A73DE95B85E547FA4", "", "forms_sha1"),
    "forms5": ("668deb859e2ef81cedcdbcc39f013520", "", "forms_md5"),
    "caseira": ("668deb859e2ef81cedcdbcc39f013520", "", "portal_2009"),
}

ALL = "SELECT login, password_hash, password_format, password_salt FROM orquestra.login ORDER BY 1"


@pytest.fixture
def salted(importing: "Importing") -> "Importing":
    """The importer on files that have a column for salts, and a home-made format."""
    importing.header = "login,nome,senha_hash,senha_sal,senha_formato"
    importing.options = dataclasses.replace(importing.options, adapters={HOME_MADE.name: HOME_MADE})
    return importing


def lines() -> list[str]:
    return [
        f'{login},Nome,"{stored}",{salt},{declared}'
        for login, (stored, salt, declared) in EVERY_FORMAT.items()
    ]


def enter(importing: "Importing", login: str, password: str) -> None:
    with importing.database.begin() as connection:
        logins.authenticate(connection, login=login, password=password, now=importing.now)


@pytest.mark.row("3.3 every password format, wrapped at import")
def test_every_old_format_comes_in_wrapped_and_opens_its_login(salted: "Importing") -> None:
    report = salted.accounts(*lines())

    assert (report.accepted, report.rejected) == (len(EVERY_FORMAT), 0)
    stored = salted.rows(ALL)
    assert all(row[1].startswith("$argon2id$") for row in stored)
    everything = repr(stored).lower()
    for bare, _salt, declared in EVERY_FORMAT.values():
        assert (bare.lower() in everything) == (bare == ARGON2ID), declared
    for login in EVERY_FORMAT:
        enter(salted, login, PASSWORD)
        with pytest.raises(WrongPassword):
            enter(salted, login, "senha-testa")


def test_a_lines_digest_lets_nobody_try_passwords_without_the_key(salted: "Importing") -> None:
    keyed = [dataclasses.replace(salted.options, key=key * 32) for key in (b"k", b"k", b"l")]
    names, cells = ("login", "nome", "senha_hash"), ("ana", "Ana", V3)

    first, again, other = (
        parse_account(Cells(2, names, cells), options=options)[0] for options in keyed
    )

    assert first == again
    assert first[-1] != other[-1]


def test_the_same_passwords_again_hash_nothing_and_another_secret_only_costs_time(
    salted: "Importing", monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapped: list[str] = []
    original = passwords.wrap

    def counting(legacy: Legacy, profile: Profile) -> StoredPassword:
        wrapped.append(legacy.format)
        return original(legacy, profile)

    monkeypatch.setattr(passwords, "wrap", counting)
    salted.accounts(*lines(), *lines())
    assert len(wrapped) == len(EVERY_FORMAT)
    before = salted.rows(ALL)

    report = salted.accounts(*lines())
    assert (report.accepted, report.unchanged) == (0, len(EVERY_FORMAT))
    assert len(wrapped) == len(EVERY_FORMAT)
    assert salted.rows(ALL) == before

    salted.options = dataclasses.replace(salted.options, key=b"l" * 32)
    salted.accounts(*lines())
    assert len(wrapped) == 2 * len(EVERY_FORMAT)
    enter(salted, "sha1", PASSWORD)


def test_a_changed_password_of_the_file_replaces_the_old_one(salted: "Importing") -> None:
    salted.accounts(f"ana,Ana,{V3},,")
    salted.accounts(f'ana,Ana,"{passwords.hash_new("outra-senha", CHEAP)}",,')

    enter(salted, "ana", "outra-senha")
    with pytest.raises(WrongPassword):
        enter(salted, "ana", PASSWORD)


def test_a_file_overwrites_no_password_that_its_holder_chose(salted: "Importing") -> None:
    salted.accounts(f"ana,Ana,{V3},,")
    with salted.database.begin() as connection:
        found = logins.authenticate(connection, login="ana", password=PASSWORD, now=salted.now)
        logins.choose(
            connection, login_id=found.id, password="escolhi-eu", profile=CHEAP, now=salted.now
        )

    for stored in (V3, V2):
        salted.accounts(f"ana,Ana Maria,{stored},,")

    enter(salted, "ana", "escolhi-eu")
    assert salted.rows("SELECT name, password_source, password_seen FROM orquestra.login") == [
        ("Ana Maria", "escolhida", None)
    ]


def test_a_file_brings_no_password_back_that_a_link_once_dropped(salted: "Importing") -> None:
    salted.accounts(f"ana,Ana,{V3},,")
    salted.run(
        "INSERT INTO orquestra.person (cpf, name, created_at) VALUES ('12345678909', 'A', now())"
    )
    with salted.database.begin() as connection:
        found = logins.authenticate(connection, login="ana", password=PASSWORD, now=salted.now)
        linking.begin(
            connection, login_id=found.id, person_id=1, rule="sem_documento", now=salted.now
        )
    assert salted.rows(
        "SELECT password_hash, password_format, password_salt, password_source, password_seen "
        "FROM orquestra.login"
    ) == [(None,) * 5]
    with pytest.raises(LoginAlreadyLinked):
        enter(salted, "ana", PASSWORD)
    salted.run("UPDATE orquestra.account_link SET state = 'undone', undone_at = now()")
    salted.run("UPDATE orquestra.login SET state = 'legacy', person_id = NULL, linked_at = NULL")

    salted.accounts(f"ana,Ana Maria,{V3},,")

    assert salted.rows("SELECT name, password_hash FROM orquestra.login") == [("Ana Maria", None)]


@pytest.mark.parametrize(
    ("cells", "column", "word"),
    [
        (f"{'0' * 40},,", "senha_formato", "informe-o"),
        ("senha-teste,,clear", "senha_formato", "redefina a senha"),
        (f"c2VuaGE=,{SALT},encrypted", "senha_formato", "redefina a senha"),
        (f"{'0' * 32},,md5", "senha_formato", "portal_2009"),
        (f"{V3},,aspnet_identity_v2", "senha_formato", "outro formato"),
        (f"{'0' * 32},,forms_sha1", "senha_hash", "hash"),
        ("xLtekySBU7L6jzzj0y7/zG64I/M=,,aspnet_membership_sha1", "senha_sal", "precisa do sal"),
        (f"{V3},{SALT},", "senha_sal", "não tem sal"),
        (f",{SALT},", "senha_formato", "informe-o"),
    ],
)
def test_a_password_that_cannot_be_brought_in_is_a_reject_that_shows_no_secret(
    salted: "Importing", tmp_path: "Path", cells: str, column: str, word: str
) -> None:
    report = salted.accounts("bia,Bia,,,", f"ana,Ana,{cells}")

    assert (report.accepted, report.rejected) == (1, 1)
    [(line, found, _value, reason)] = salted.rejects()
    assert (line, found) == (3, column)
    assert word in reason
    stored, salt, _declared = cells.split(",")
    written = (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    assert not stored or stored not in written
    assert not salt or salt not in written


def test_the_base_itself_refuses_a_bare_hash(importing: "Importing") -> None:
    importing.accounts("ana,Ana,,,,,,,true,")
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="password_wrapped"):
        importing.run(f"UPDATE orquestra.login SET password_hash = '{V3}'")
