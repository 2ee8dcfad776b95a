"""Passwords as ASP.NET Core Identity v3 stores them, read from old .NET systems.

Layout, then base64 (dotnet/aspnetcore, Identity/Extensions.Core/src/PasswordHasher.cs): one byte
0x01; big-endian uint32 PRF, rounds, salt length; the salt; the PBKDF2 key. The blob says how much
work a check costs, so each of its numbers is bounded before any work is done.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass

from orquestra.errors import InvalidPasswordHash

_MARKER = 1
_HEADER = struct.Struct(">BIII")
_PRF = {0: "sha1", 1: "sha256", 2: "sha512"}
_MAX_TEXT = 512
_ROUNDS = range(1, 1_000_001)
# .NET refuses salts and keys below 128 bits.
_SALT_BYTES = range(16, 129)
_KEY_BYTES = range(16, 129)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class IdentityV3:
    """One stored password, its numbers within bounds.

    Args:
        algorithm: hashlib's name of the HMAC's hash.
        rounds: PBKDF2 iterations.
        salt: The salt.
        key: What the right password derives to.
    """

    algorithm: str
    rounds: int
    salt: bytes
    key: bytes

    def matches(self, password: str) -> bool:
        """Derive the key again and compare in constant time."""
        derived = hashlib.pbkdf2_hmac(
            self.algorithm, password.encode(), self.salt, self.rounds, len(self.key)
        )
        return hmac.compare_digest(derived, self.key)


def read(stored: str) -> IdentityV3:
    """Take the blob apart and refuse what no .NET system wrote, or what would cost too much.

    Args:
        stored: The base64 text.

    Returns:
        Its parts.

    Raises:
        InvalidPasswordHash: Damaged, of another version, or out of bounds.
    """
    blob = _decode(stored)
    marker, prf, rounds, salt_length = _HEADER.unpack_from(blob)
    key_length = len(blob) - _HEADER.size - salt_length
    if (
        marker != _MARKER
        or prf not in _PRF
        or rounds not in _ROUNDS
        or salt_length not in _SALT_BYTES
        or key_length not in _KEY_BYTES
    ):
        raise InvalidPasswordHash(
            "This ASP.NET Identity v3 password has a version, a round count or a size outside the "
            "bounds; ask the old system's keeper for a new export."
        )
    body = blob[_HEADER.size :]
    return IdentityV3(
        algorithm=_PRF[prf], rounds=rounds, salt=body[:salt_length], key=body[salt_length:]
    )


def _decode(stored: str) -> bytes:
    """Undo the base64 of a text that is short enough to be a stored password."""
    problem = "This ASP.NET Identity v3 password is not base64 of a stored password's length."
    if len(stored) > _MAX_TEXT:
        raise InvalidPasswordHash(problem)
    try:
        blob = base64.b64decode(stored, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidPasswordHash(problem) from error
    if len(blob) < _HEADER.size:
        raise InvalidPasswordHash(problem)
    return blob
