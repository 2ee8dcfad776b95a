import base64
import struct

import pytest

from orquestra import passwords
from orquestra.errors import InvalidPasswordHash, WeakPassword
from orquestra.passwords import ARGON2ID, ASPNET_IDENTITY_V3, CHEAP, OWASP_MINIMUM

SHA256_10000 = (
    "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8fNQmvqpvyTD4ongMNPTLUpE6Scdx66f1OsMERdxlLpA=="
)
SHA512_100000 = (
    "AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg/4N5wpKfGiA7XYnSgrDYbm+Q3I4FrQD1KfIe5qCSiCiQ=="
)


def blob(*, marker: int = 1, prf: int = 1, rounds: int = 1, salt: int = 16, key: int = 32) -> str:
    header = struct.pack(">BIII", marker, prf, rounds, salt)
    return base64.b64encode(header + bytes(min(salt, 200)) + bytes(key)).decode()


@pytest.mark.parametrize("stored", [SHA256_10000, SHA512_100000])
def test_an_aspnet_identity_v3_password_opens_with_its_own_text_only(stored: str) -> None:
    assert passwords.verify(stored, ASPNET_IDENTITY_V3, "senha-teste")
    assert not passwords.verify(stored, ASPNET_IDENTITY_V3, "senha-testa")
    assert not passwords.verify(stored, ASPNET_IDENTITY_V3, "")


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(blob(marker=0), id="identity v2"),
        pytest.param(blob(prf=3), id="unknown hash"),
        pytest.param(blob(rounds=0), id="no rounds"),
        pytest.param(blob(rounds=2**32 - 1), id="endless rounds"),
        pytest.param(blob(salt=2**32 - 1), id="endless salt"),
        pytest.param(blob(salt=0), id="no salt"),
        pytest.param(blob(key=0), id="no key"),
        pytest.param(blob(key=500), id="too long"),
        pytest.param("AQAA", id="cut off"),
        pytest.param("", id="empty"),
        pytest.param("não é base64", id="not base64"),
        pytest.param("A" * 100_000, id="endless text"),
    ],
)
def test_a_forged_or_damaged_blob_is_refused_before_any_work(stored: str) -> None:
    with pytest.raises(InvalidPasswordHash):
        passwords.check_stored(stored, ASPNET_IDENTITY_V3)
    with pytest.raises(InvalidPasswordHash):
        passwords.verify(stored, ASPNET_IDENTITY_V3, "senha-teste")


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
    ],
)
def test_an_argon2_hash_that_is_none_or_costs_too_much_is_refused(stored: str) -> None:
    with pytest.raises(InvalidPasswordHash):
        passwords.check_stored(stored, ARGON2ID)


def test_a_format_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidPasswordHash, match="argon2id, aspnet_identity_v3"):
        passwords.check_stored("5f4dcc3b5aa765d61d8327deb882cf99", "md5")


@pytest.mark.parametrize("password", ["", "curta", "x" * 2000])
def test_a_password_too_short_or_endless_is_not_stored(password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.hash_new(password, CHEAP)


def test_an_endless_password_opens_nothing() -> None:
    assert not passwords.verify(SHA256_10000, ASPNET_IDENTITY_V3, "x" * 2000)


def test_a_refusal_does_the_work_of_the_stand_in_or_of_owasps_minimum() -> None:
    passwords.refuse("qualquer", stand_in=(SHA256_10000, ASPNET_IDENTITY_V3))
    passwords.refuse("qualquer", stand_in=None)
    nobodys = passwords._NOBODYS
    assert nobodys.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    passwords.check_stored(nobodys, ARGON2ID)
