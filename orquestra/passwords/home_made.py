"""Home-made digests, as a TOML file describes them; none is ever guessed.

One table for each format, by the name that `senha_formato` gives:

    [portal_2009]
    algorithm = "sha1"          # or md5
    encoding = "hex"            # or base64
    charset = "iso-8859-1"      # of the password's bytes
    salt_position = "prefix"    # or suffix, none
    salt = "segredo"            # the same for all; left out: each line's senha_sal
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orquestra.errors import InvalidPasswordAdapter, InvalidPasswordHash
from orquestra.passwords import base64_text
from orquestra.passwords.formats import FORMATS, HOME_MADE, READABLE
from orquestra.passwords.legacy import Legacy, in_bytes

_NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")
_DIGEST_BYTES = {"sha1": 20, "md5": 16}
_CHOICES = {
    "algorithm": tuple(_DIGEST_BYTES),
    "encoding": ("hex", "base64"),
    "charset": ("utf-8", "utf-16-le", "iso-8859-1", "windows-1252", "ascii"),
    "salt_position": ("prefix", "suffix", "none"),
}
_MAX_SALT = 64
_MAX_FILE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """How one home-made format was made.

    Args:
        name: What `senha_formato` calls it.
        algorithm: "sha1" or "md5".
        encoding: "hex" or "base64".
        charset: Of the password's bytes, and of the salt's.
        salt_position: "prefix", "suffix" or "none".
        salt: The same for all; None: each line brings its own, where the position wants one.
    """

    name: str
    algorithm: str
    encoding: str
    charset: str
    salt_position: str
    salt: str | None = field(default=None, repr=False)


Adapters = Mapping[str, Adapter]


def read_adapters(path: Path) -> Adapters:
    """Read the file that describes them.

    Args:
        path: The TOML file.

    Returns:
        The adapters by name.

    Raises:
        InvalidPasswordAdapter: It cannot be read, or an entry is not complete and known.
    """
    try:
        with path.open("rb") as file:
            tables = tomllib.loads(file.read(_MAX_FILE).decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidPasswordAdapter("it cannot be read as TOML") from error
    return {name: _adapter(name, table) for name, table in tables.items()}


def read(stored: str, adapter: Adapter, salt: str) -> Legacy:
    """Check a digest and its salt against the description.

    Args:
        stored: The digest as it came.
        adapter: The description.
        salt: The line's own salt; "" where the description has it.

    Returns:
        The digest in one spelling, and all that its derivation needs.

    Raises:
        InvalidPasswordHash: Not as described.
    """
    raw = _salt_bytes(adapter, salt)
    if adapter.encoding == "hex":
        if not re.fullmatch(r"[0-9A-Fa-f]+", stored):
            raise InvalidPasswordHash("This digest is not hexadecimal.")
        digits, length = stored.lower(), len(stored) / 2
    else:
        digest = base64_text.decode(stored, reason="hash_invalido")
        digits, length = base64_text.encode(digest), len(digest)
    if length != _DIGEST_BYTES[adapter.algorithm]:
        raise InvalidPasswordHash("This digest has another length than its algorithm's.")
    recipe = ":".join(
        (
            adapter.algorithm,
            adapter.encoding,
            adapter.charset,
            adapter.salt_position,
            base64_text.encode(raw),
        )
    )
    return Legacy(format=HOME_MADE + adapter.name, salt=recipe, value=digits)


def derive(password: str, salt: str) -> str:
    """Compute the digest again; the file is not needed any more.

    Args:
        password: The password, as typed.
        salt: As `read` gave it.

    Returns:
        The digest; "" where the old base could not have taken the password.

    Raises:
        InvalidPasswordHash: The base holds another salt than `read` gave.
    """
    parts = salt.split(":")
    known = zip(_CHOICES.values(), parts, strict=False)
    if len(parts) != len(_CHOICES) + 1 or not all(part in choice for choice, part in known):
        raise InvalidPasswordHash("This is not a home-made password's salt.")
    algorithm, encoding, charset, position, raw = parts
    text = in_bytes(password, charset)
    if text is None:
        return ""
    raw_salt = base64_text.decode(raw, reason="sal_invalido")
    salted = raw_salt + text if position == "prefix" else text + raw_salt
    digest = hashlib.new(algorithm, salted, usedforsecurity=False)
    return digest.hexdigest() if encoding == "hex" else base64_text.encode(digest.digest())


def _adapter(name: str, table: object) -> Adapter:
    """Check one entry: every value is said, and none that is not known."""
    if not _NAME.fullmatch(name) or name in READABLE or name in FORMATS:
        raise InvalidPasswordAdapter(f"{name!r} cannot be a format's name")
    if not isinstance(table, dict):
        raise InvalidPasswordAdapter(f"[{name}] is no table")
    for key, choices in _CHOICES.items():
        if table.get(key) not in choices:
            raise InvalidPasswordAdapter(f"[{name}] {key} is not one of {', '.join(choices)}")
    if unknown := set(table) - {*_CHOICES, "salt"}:
        raise InvalidPasswordAdapter(f"[{name}] {min(unknown)} is not known")
    adapter = Adapter(name=name, **table)
    if adapter.salt is not None:
        _check_fixed_salt(adapter)
    return adapter


def _check_fixed_salt(adapter: Adapter) -> None:
    """Refuse a fixed salt that is none, that stands nowhere or cannot be written."""
    if not isinstance(adapter.salt, str) or adapter.salt_position == "none":
        raise InvalidPasswordAdapter(f"[{adapter.name}] salt is no text, or has no position")
    try:
        _salt_bytes(adapter, "")
    except InvalidPasswordHash as error:
        raise InvalidPasswordAdapter(
            f"[{adapter.name}] salt is empty, too long or of another charset"
        ) from error


def _salt_bytes(adapter: Adapter, salt: str) -> bytes:
    """Give the salt's bytes, from the description or the line: exactly one of them has it."""
    if adapter.salt_position == "none" or adapter.salt is not None:
        if salt:
            raise InvalidPasswordHash("This format takes no salt of the line.", reason="sal_a_mais")
        if adapter.salt_position == "none":
            return b""
    elif not salt:
        raise InvalidPasswordHash("This format needs its salt.", reason="sal_ausente")
    raw = in_bytes(salt if adapter.salt is None else adapter.salt, adapter.charset)
    if not raw or len(raw) > _MAX_SALT:
        raise InvalidPasswordHash("This salt cannot be written.", reason="sal_invalido")
    return raw
