"""Each format of an old .NET base: its vectors, its bounds, and how it lies in the base."""

import base64
import hashlib
import hmac
import struct

import pytest

from orquestra import passwords
from orquestra.errors import InvalidPasswordHash, PasswordFormatUnknown
from orquestra.passwords import CHEAP, FORMATS, Legacy, StoredPassword

PASSWORD = "senha-teste"
SALT = "AAECAwQFBgcICQoLDA0ODw=="
MEMBERSHIP_SHA1 = "xLtekySBU7L6jzzj0y7/zG64I/M="
MEMBERSHIP_HMAC = "yLIxVMyhHN3vUUWGH7+taOugJfjbVP1XlxkjIQEa+u8="
IDENTITY_V2 = "AAABAgMEBQYHCAkKCwwNDg9jvv/01NJc80zm7iABIbrgqXrjTTWlpB0/O5D8rWvOxA=="
V3_SHA256 = "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8fNQmvqpvyTD4ongMNPTLUpE6Scdx66f1OsMERdxlLpA=="
V3_SHA512 = "AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg/4N5wpKfGiA7XYnSgrDYbm+Q3I4FrQD1KfIe5qCSiCiQ=="
FORMS_SHA1 = "2CE11CBA697C7921B769D48A73DE95B85E547FA4"
FORMS_MD5 = "668DEB859E2EF81CEDCDBCC39F013520"


def blob(*, marker: int = 1, prf: int = 1, rounds: int = 1, salt: int = 16, key: int = 32) -> str:
    header = struct.pack(">BIII", marker, prf, rounds, salt)
    return base64.b64encode(header + bytes(min(salt, 200)) + bytes(key)).decode()


def identity_v3(password: str, *, prf: int, rounds: int, salt: bytes, key_length: int) -> str:
    algorithm = ("sha1", "sha256", "sha512")[prf]
    key = hashlib.pbkdf2_hmac(algorithm, password.encode(), salt, rounds, key_length)
    header = struct.pack(">BIII", 1, prf, rounds, len(salt))
    return base64.b64encode(header + salt + key).decode()


def membership_hmac(password: str, salt: bytes) -> str:
    key = (salt * 64)[:64]
    return base64.b64encode(hmac.digest(key, password.encode("utf-16-le"), "sha256")).decode()


def brought_in(stored: str, *, salt: str = "", declared: str = "") -> StoredPassword:
    legacy = passwords.prepare(stored, salt=salt, declared=declared, adapters={})
    return passwords.wrap(legacy, CHEAP)


def opens(stored: StoredPassword, password: str) -> bool:
    return passwords.verify(stored.hash, stored.format, password, stored.salt)


VECTORS = [
    pytest.param(MEMBERSHIP_SHA1, SALT, "aspnet_membership_sha1", id="membership sha1"),
    pytest.param(MEMBERSHIP_HMAC, SALT, "aspnet_membership_hmacsha256", id="membership hmac"),
    pytest.param(IDENTITY_V2, "", "aspnet_identity_v2", id="identity v2"),
    pytest.param(V3_SHA256, "", "aspnet_identity_v3", id="identity v3 sha256"),
    pytest.param(V3_SHA512, "", "aspnet_identity_v3", id="identity v3 sha512"),
    pytest.param(FORMS_SHA1, "", "forms_sha1", id="forms sha1"),
    pytest.param(FORMS_MD5, "", "forms_md5", id="forms md5"),
]


@pytest.mark.parametrize(("stored", "salt", "declared"), VECTORS)
def test_each_old_format_opens_with_its_own_password_only(
    stored: str, salt: str, declared: str
) -> None:
    wrapped = brought_in(stored, salt=salt, declared=declared)

    assert wrapped.format == declared
    assert opens(wrapped, PASSWORD)
    for wrong in ("senha-testa", "Senha-teste", "", stored, "senha-teste "):
        assert not opens(wrapped, wrong)


@pytest.mark.parametrize(("stored", "salt", "declared"), VECTORS)
def test_no_old_format_lies_bare_in_the_base(stored: str, salt: str, declared: str) -> None:
    wrapped = brought_in(stored, salt=salt, declared=declared)
    key = base64.b64encode(base64.b64decode(stored)[-32:]).decode() if not salt else stored

    assert wrapped.hash.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    for bare in (stored, stored.lower(), key):
        assert bare not in wrapped.hash + str(wrapped.salt)
        assert bare not in repr(wrapped)


@pytest.mark.parametrize("declared", ["", "aspnet_identity_v3"])
@pytest.mark.parametrize("prf", [0, 1, 2])
def test_identity_v3_opens_by_each_of_its_hashes_and_any_sound_size(
    prf: int, declared: str
) -> None:
    stored = identity_v3("ção-ñ-密码", prf=prf, rounds=7, salt=b"s" * 24, key_length=48)

    wrapped = brought_in(stored, declared=declared)

    assert opens(wrapped, "ção-ñ-密码")
    assert not opens(wrapped, "ção-ñ-密馬")


@pytest.mark.parametrize("salt", [b"s" * 8, b"s" * 16, bytes(range(60)), bytes(range(100))])
def test_membership_hmac_repeats_a_short_salt_and_cuts_a_long_one(salt: bytes) -> None:
    stored = membership_hmac("senha-é", salt)

    wrapped = brought_in(
        stored, salt=base64.b64encode(salt).decode(), declared="aspnet_membership_hmacsha256"
    )

    assert opens(wrapped, "senha-é")
    assert not opens(wrapped, "senha-e")


@pytest.mark.parametrize(
    ("stored", "declared"), [(FORMS_SHA1, "forms_sha1"), (FORMS_MD5, "forms_md5")]
)
def test_forms_digests_are_compared_without_case(stored: str, declared: str) -> None:
    for spelled in (stored, stored.lower(), stored[:9].lower() + stored[9:]):
        assert opens(brought_in(spelled, declared=declared), PASSWORD)


def test_argon2id_is_kept_as_it_came() -> None:
    stored = passwords.hash_new("uma senha boa", CHEAP)

    for declared in ("", "argon2id"):
        assert brought_in(stored, declared=declared) == StoredPassword(
            hash=stored, format="argon2id", salt=None
        )


@pytest.mark.parametrize(
    ("stored", "salt", "declared", "reason"),
    [
        (MEMBERSHIP_SHA1, SALT, "", "sem_formato"),
        (MEMBERSHIP_HMAC, SALT, "", "sem_formato"),
        (FORMS_SHA1, "", "", "sem_formato"),
        (FORMS_MD5, "", "", "sem_formato"),
        ("$2b$12$abcdefghijklmnopqrstuv", "", "", "sem_formato"),
        ("senha-teste", "", "", "sem_formato"),
        ("", SALT, "", "sem_formato"),
        ("senha-teste", "", "clear", "legivel"),
        ("senha-teste", "", "0", "legivel"),
        ("c2VuaGE=", SALT, "encrypted", "legivel"),
        ("c2VuaGE=", SALT, "aspnet_membership_encrypted", "legivel"),
        (FORMS_MD5, "", "md5", "formato_desconhecido"),
        (MEMBERSHIP_SHA1, SALT, "1", "formato_desconhecido"),
    ],
)
def test_a_format_is_never_guessed(stored: str, salt: str, declared: str, reason: str) -> None:
    with pytest.raises(PasswordFormatUnknown) as refused:
        passwords.prepare(stored, salt=salt, declared=declared, adapters={})

    assert refused.value.reason == reason
    assert not stored or stored not in str(refused.value)


@pytest.mark.parametrize("certain", [IDENTITY_V2, V3_SHA256, "$argon2id$v=19$m=8,t=1,p=1$YQ$YQ"])
def test_a_declared_format_that_the_form_contradicts_is_refused(certain: str) -> None:
    own = passwords.wrap(
        passwords.prepare(IDENTITY_V2, salt="", declared="", adapters={}), CHEAP
    ).format
    assert own == "aspnet_identity_v2"
    contradictions = 0
    for declared in FORMATS:
        try:
            passwords.prepare(certain, salt="", declared=declared, adapters={})
        except InvalidPasswordHash as refused:
            contradictions += refused.reason == "forma_contradiz"
    assert contradictions == len(FORMATS) - 1


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(blob(prf=3), id="unknown hash"),
        pytest.param(blob(rounds=0), id="no rounds"),
        pytest.param(blob(rounds=2**32 - 1), id="endless rounds"),
        pytest.param(blob(salt=2**32 - 1), id="endless salt"),
        pytest.param(blob(salt=0), id="no salt"),
        pytest.param(blob(salt=8), id="short salt"),
        pytest.param(blob(key=0), id="no key"),
        pytest.param(blob(key=500), id="too long"),
        pytest.param(blob(marker=2), id="another version"),
        pytest.param("AQAA", id="cut off"),
        pytest.param("", id="empty"),
        pytest.param("não é base64", id="not base64"),
        pytest.param("A" * 100_000, id="endless text"),
    ],
)
def test_a_forged_or_damaged_blob_is_refused_before_any_work(
    stored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(hashlib, "pbkdf2_hmac")
    for declared in ("aspnet_identity_v3", "aspnet_identity_v2", ""):
        with pytest.raises(InvalidPasswordHash):
            passwords.prepare(stored, salt="", declared=declared, adapters={})


@pytest.mark.parametrize(
    ("stored", "salt", "declared", "reason"),
    [
        (MEMBERSHIP_SHA1, "", "aspnet_membership_sha1", "sal_ausente"),
        (MEMBERSHIP_SHA1, "não", "aspnet_membership_sha1", "sal_invalido"),
        (MEMBERSHIP_SHA1, "AAEC", "aspnet_membership_sha1", "sal_invalido"),
        (MEMBERSHIP_SHA1, "A" * 400, "aspnet_membership_sha1", "sal_invalido"),
        (MEMBERSHIP_SHA1, SALT, "aspnet_membership_hmacsha256", "hash_invalido"),
        (MEMBERSHIP_HMAC, SALT, "aspnet_membership_sha1", "hash_invalido"),
        (FORMS_MD5, "", "forms_sha1", "hash_invalido"),
        (FORMS_SHA1 + "\n", "", "forms_sha1", "hash_invalido"),
        (FORMS_SHA1, SALT, "forms_sha1", "sal_a_mais"),
        (V3_SHA256, SALT, "aspnet_identity_v3", "sal_a_mais"),
    ],
)
def test_a_hash_and_salt_that_do_not_fit_the_format_are_refused(
    stored: str, salt: str, declared: str, reason: str
) -> None:
    with pytest.raises(InvalidPasswordHash) as refused:
        passwords.prepare(stored, salt=salt, declared=declared, adapters={})

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("password_format", "salt"),
    [
        ("aspnet_identity_v3", None),
        ("aspnet_identity_v3", "sha256:4294967295:32:" + SALT),
        ("aspnet_identity_v3", "sha256:1:9999999:" + SALT),
        ("aspnet_identity_v3", "rot13:1:32:" + SALT),
        ("aspnet_identity_v3", "sha256:1:32"),
        ("aspnet_membership_sha1", None),
        ("home_made:x", "sha1:hex:utf-8:prefix"),
        ("home_made:x", "crc32:hex:utf-8:prefix:"),
        ("unknown", "x"),
    ],
)
def test_work_is_bounded_also_by_what_the_base_itself_holds(
    password_format: str, salt: str | None
) -> None:
    stored = passwords.hash_new("uma senha boa", CHEAP)
    with pytest.raises(InvalidPasswordHash):
        passwords.verify(stored, password_format, "uma senha boa", salt)


def test_a_password_is_recognised_when_it_comes_again_and_only_with_the_key() -> None:
    legacy = passwords.prepare(V3_SHA256, salt="", declared="", adapters={})
    same = passwords.prepare(V3_SHA256, salt="", declared="aspnet_identity_v3", adapters={})
    other = Legacy(format=legacy.format, salt=legacy.salt, value=legacy.value[:-4] + "AAA=")
    key, another_key = passwords.seen_key("k" * 32), passwords.seen_key("l" * 32)

    first = passwords.seen(legacy, login="a", key=key)

    assert len(first) == 64
    assert first == passwords.seen(same, login="a", key=key)
    assert first != passwords.seen(other, login="a", key=key)
    assert first != passwords.seen(legacy, login="b", key=key)
    assert first != passwords.seen(legacy, login="a", key=another_key)
