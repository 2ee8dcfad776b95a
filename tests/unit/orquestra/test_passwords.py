import pytest

from orquestra import passwords
from orquestra.errors import InvalidPasswordHash, WeakPassword
from orquestra.passwords import ARGON2ID, CHEAP, OWASP_MINIMUM, argon2id


def test_a_new_password_is_argon2id_at_the_asked_work() -> None:
    stored = passwords.hash_new("uma senha boa")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verify(stored, ARGON2ID, "uma senha boa")
    assert not passwords.verify(stored, ARGON2ID, "uma senha má")
    assert passwords.hash_new("uma senha boa", CHEAP).startswith("$argon2id$v=19$m=8,t=1,p=1$")


def test_the_default_is_what_owasp_asks_at_least() -> None:
    assert (OWASP_MINIMUM.memory_kib, OWASP_MINIMUM.time_cost, OWASP_MINIMUM.parallelism) == (
        19 * 1024,
        2,
        1,
    )


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "$argon2id$v=19$m=4194304,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=8,t=4000000,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2i$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=x,t=1,p=1$a$b",
        "$2b$12$abcdefghijklmnopqrstuv",
        "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8fNQmvqpvyTD4ongMNPTLUpE6Scdx66f1OsMERdxlLpA==",
    ],
)
def test_what_is_no_bounded_argon2id_is_neither_checked_nor_brought_in(stored: str) -> None:
    with pytest.raises(InvalidPasswordHash):
        passwords.verify(stored, ARGON2ID, "senha-teste")
    with pytest.raises(InvalidPasswordHash):
        passwords.prepare(stored, salt="", declared=ARGON2ID, adapters={})


@pytest.mark.parametrize("password", ["", "curta", "x" * 2000])
def test_a_password_too_short_or_endless_is_not_stored(password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.hash_new(password, CHEAP)


def test_an_endless_password_opens_nothing() -> None:
    endless = "x" * 2000
    assert not passwords.verify(argon2id.hash_bytes(endless.encode(), CHEAP), ARGON2ID, endless)


def test_a_password_that_is_no_text_opens_nothing_and_breaks_nothing() -> None:
    assert not passwords.verify(passwords.hash_new("uma senha boa", CHEAP), ARGON2ID, "\ud800")


def test_a_stand_in_of_an_empty_base_costs_owasps_minimum() -> None:
    passwords.refuse("qualquer", stand_in=None)
    assert argon2id.NOBODYS.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    argon2id.check(argon2id.NOBODYS)
