import base64
import hashlib
from pathlib import Path

import pytest

from orquestra import passwords
from orquestra.errors import InvalidPasswordAdapter, InvalidPasswordHash
from orquestra.passwords import CHEAP, Adapter, read_adapters

ENTRY = {
    "algorithm": '"sha1"',
    "encoding": '"hex"',
    "charset": '"utf-8"',
    "salt_position": '"prefix"',
    "salt": '"sal"',
}


def described(folder: Path, **changes: str | None) -> Adapter:
    entry = {key: value for key, value in (ENTRY | changes).items() if value is not None}
    path = folder / "adapters.toml"
    lines = "\n".join(f"{key} = {value}" for key, value in entry.items())
    path.write_text(f"[portal_2009]\n{lines}\n", encoding="utf-8")
    return read_adapters(path)["portal_2009"]


def opens(adapter: Adapter, stored: str, password: str, salt: str = "") -> bool:
    legacy = passwords.prepare(
        stored, salt=salt, declared=adapter.name, adapters={adapter.name: adapter}
    )
    wrapped = passwords.wrap(legacy, CHEAP)
    assert wrapped.format == "home_made:portal_2009"
    assert wrapped.hash.startswith("$argon2id$")
    assert stored.lower() not in f"{wrapped.hash}{wrapped.salt}".lower()
    return passwords.verify(wrapped.hash, wrapped.format, password, wrapped.salt)


@pytest.mark.parametrize("position", ["prefix", "suffix", "none"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize("algorithm", ["sha1", "md5"])
@pytest.mark.parametrize("fixed", [True, False])
def test_a_described_format_opens_with_its_own_password_only(
    tmp_path: Path, algorithm: str, encoding: str, charset: str, position: str, *, fixed: bool
) -> None:
    own_salt = position != "none"
    adapter = described(
        tmp_path,
        algorithm=f'"{algorithm}"',
        encoding=f'"{encoding}"',
        charset=f'"{charset}"',
        salt_position=f'"{position}"',
        salt='"sál"' if fixed and own_salt else None,
    )
    password, salt = "senha-é".encode(charset), "sál".encode(charset) if own_salt else b""
    digest = hashlib.new(algorithm, salt + password if position == "prefix" else password + salt)
    stored = (
        digest.hexdigest().upper()
        if encoding == "hex"
        else base64.b64encode(digest.digest()).decode()
    )
    brought = "sál" if own_salt and not fixed else ""

    assert opens(adapter, stored, "senha-é", brought)
    assert not opens(adapter, stored, "senha-e", brought)


def test_a_letter_that_the_old_base_could_not_take_opens_nothing(tmp_path: Path) -> None:
    adapter = described(tmp_path, charset='"ascii"', salt_position='"none"', salt=None)
    stored = hashlib.new("sha1", b"senha-?", usedforsecurity=False).hexdigest()

    assert opens(adapter, stored, "senha-?")
    assert not opens(adapter, stored, "senha-é")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"algorithm": '"sha9"'}, "algorithm"),
        ({"algorithm": None}, "algorithm"),
        ({"encoding": '"hexadecimal"'}, "encoding"),
        ({"charset": '"klingon"'}, "charset"),
        ({"salt_position": None}, "salt_position"),
        ({"salt_position": '"none"'}, "position"),
        ({"salt": '""'}, "salt"),
        ({"salt": "7"}, "salt"),
        ({"salt": f'"{"x" * 65}"'}, "salt"),
        ({"charset": '"ascii"', "salt": '"sál"'}, "salt"),
        ({"rounds": "1000"}, "rounds"),
        ({"name": '"other"'}, "name"),
        ({"algorithm": '["sha1"]'}, "algorithm"),
    ],
)
def test_an_incomplete_or_unknown_description_is_refused(
    tmp_path: Path, changes: dict[str, str | None], problem: str
) -> None:
    with pytest.raises(InvalidPasswordAdapter, match=problem):
        described(tmp_path, **changes)


@pytest.mark.parametrize(
    "content", ["[forms_md5]\n", "[clear]\n", "[Portal]\n", "portal = 1\n", "[portal", "\xff"]
)
def test_a_file_that_describes_nothing_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "adapters.toml"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(InvalidPasswordAdapter):
        read_adapters(path)
    with pytest.raises(InvalidPasswordAdapter):
        read_adapters(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("changes", "stored", "salt", "reason"),
    [
        ({}, "0" * 40, "sal", "sal_a_mais"),
        ({"salt": None}, "0" * 40, "", "sal_ausente"),
        ({"salt": None}, "0" * 40, "s" * 65, "sal_invalido"),
        ({"salt_position": '"none"', "salt": None}, "0" * 40, "sal", "sal_a_mais"),
        ({}, "0" * 39, "", "hash_invalido"),
        ({}, "0" * 32, "", "hash_invalido"),
        ({}, "z" * 40, "", "hash_invalido"),
        ({"encoding": '"base64"'}, "0" * 40, "", "hash_invalido"),
    ],
)
def test_a_digest_that_is_not_as_described_is_refused(
    tmp_path: Path, changes: dict[str, str | None], stored: str, salt: str, reason: str
) -> None:
    adapter = described(tmp_path, **changes)
    with pytest.raises(InvalidPasswordHash) as refused:
        passwords.prepare(
            stored, salt=salt, declared=adapter.name, adapters={adapter.name: adapter}
        )
    assert refused.value.reason == reason
