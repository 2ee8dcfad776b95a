"""Passwords as ASP.NET Identity stores them, versions 2 and 3.

Layouts, then base64 (dotnet/aspnetcore, Identity/Extensions.Core/src/PasswordHasher.cs). Version
2: one byte 0x00, salt of 16, key of 32, by 1,000 rounds of PBKDF2-HMAC-SHA1. Version 3: one byte
0x01; big-endian uint32 PRF, rounds, salt length; the salt; the PBKDF2 key. That blob says how much
work a check costs, so each of its numbers is bounded before any work is done.
"""

import hashlib
import struct
from dataclasses import dataclass

from orquestra.errors import InvalidPasswordHash
from orquestra.passwords import base64_text
from orquestra.passwords.formats import ASPNET_IDENTITY_V2, ASPNET_IDENTITY_V3
from orquestra.passwords.legacy import Legacy, in_bytes

_HEADER = struct.Struct(">BIII")
_PRF = {0: "sha1", 1: "sha256", 2: "sha512"}
_ROUNDS = range(1, 1_000_001)
# .NET refuses salts and keys below 128 bits.
_SALT_BYTES = range(16, 129)
_KEY_BYTES = range(16, 129)

_V2_ROUNDS = 1_000
_V2_SALT_END = 17
_V2_LENGTH = 49


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Pbkdf2:
    """What PBKDF2 needs beside the password; as text it is the login's `password_salt`."""

    algorithm: str
    rounds: int
    key_length: int
    salt: bytes

    def text(self) -> str:
        salt = base64_text.encode(self.salt)
        return f"{self.algorithm}:{self.rounds}:{self.key_length}:{salt}"

    def check(self) -> None:
        if (
            self.algorithm not in _PRF.values()
            or self.rounds not in _ROUNDS
            or self.key_length not in _KEY_BYTES
            or len(self.salt) not in _SALT_BYTES
        ):
            raise InvalidPasswordHash(
                "This ASP.NET Identity password has a round count or a size outside the bounds; "
                "ask the old system's keeper for a new export."
            )


def form(stored: str) -> str | None:
    """Recognise a blob by its first byte and its lengths.

    Args:
        stored: The text as it came.

    Returns:
        The format that it certainly is; None where it is none of the two.
    """
    try:
        blob = base64_text.decode(stored, reason="")
    except InvalidPasswordHash:
        return None
    if len(blob) == _V2_LENGTH and blob[0] == 0:
        return ASPNET_IDENTITY_V2
    if len(blob) < _HEADER.size:
        return None
    marker, prf, _rounds, salt_length = _HEADER.unpack_from(blob)
    key_length = len(blob) - _HEADER.size - salt_length
    certain = (
        marker == 1 and prf in _PRF and salt_length in _SALT_BYTES and key_length in _KEY_BYTES
    )
    return ASPNET_IDENTITY_V3 if certain else None


def read(stored: str, password_format: str) -> Legacy:
    """Take a blob apart and refuse what no .NET system wrote, or what would cost too much.

    Args:
        stored: The base64 text, of the form of that format.
        password_format: Which of the two it is.

    Returns:
        Its parts.

    Raises:
        InvalidPasswordHash: Damaged, of another version, or out of bounds.
    """
    if form(stored) != password_format:
        raise InvalidPasswordHash("This is not a blob of that version of ASP.NET Identity.")
    blob = base64_text.decode(stored, reason="hash_invalido")
    if password_format == ASPNET_IDENTITY_V2:
        recipe = _Pbkdf2(
            algorithm="sha1",
            rounds=_V2_ROUNDS,
            key_length=_V2_LENGTH - _V2_SALT_END,
            salt=blob[1:_V2_SALT_END],
        )
    else:
        _marker, prf, rounds, salt_length = _HEADER.unpack_from(blob)
        salt_end = _HEADER.size + salt_length
        recipe = _Pbkdf2(
            algorithm=_PRF[prf],
            rounds=rounds,
            key_length=len(blob) - salt_end,
            salt=blob[_HEADER.size : salt_end],
        )
    recipe.check()
    key = base64_text.encode(blob[-recipe.key_length :])
    return Legacy(format=password_format, salt=recipe.text(), value=key)


def derive(password: str, salt: str) -> str:
    """Derive the key again.

    Args:
        password: The password, as typed.
        salt: As `read` gave it.

    Returns:
        The key, in base64.

    Raises:
        InvalidPasswordHash: The base holds another salt than `read` gave.
    """
    recipe = _recipe(salt)
    key = hashlib.pbkdf2_hmac(
        recipe.algorithm,
        in_bytes(password) or b"",
        recipe.salt,
        recipe.rounds,
        recipe.key_length,
    )
    return base64_text.encode(key)


def _recipe(salt: str) -> _Pbkdf2:
    """Read a recipe's text, within the same bounds."""
    try:
        algorithm, rounds, key_length, raw = salt.split(":")
        recipe = _Pbkdf2(
            algorithm=algorithm,
            rounds=int(rounds),
            key_length=int(key_length),
            salt=base64_text.decode(raw, reason="sal_invalido"),
        )
    except ValueError as error:
        raise InvalidPasswordHash("This is not an ASP.NET Identity password's salt.") from error
    recipe.check()
    return recipe
