"""One password, hashed a few times with different salts: 20,000 logins need no 20,000 hashes."""

import base64
import hashlib
import struct

from argon2 import Type
from argon2.low_level import hash_secret

from orquestra import passwords

_SALTS = 16
_IDENTITY_ROUNDS = 10_000
_SHA256 = 1


class HashPool:
    """Hashes of one password in both formats.

    Args:
        password: The password.
        seed: Decides the salts.
    """

    def __init__(self, password: str, *, seed: int) -> None:
        salts = [hashlib.sha256(f"{seed}:{i}".encode()).digest()[:16] for i in range(_SALTS)]
        secret = password.encode()
        self._argon2id = [_argon2id(secret, salt) for salt in salts]
        self._identity_v3 = [_identity_v3(secret, salt) for salt in salts]

    def take(self, index: int) -> tuple[str, str]:
        """Give the hash and the format of the login at an index, the formats in turn."""
        pair = index // 2 % _SALTS
        if index % 2:
            return self._identity_v3[pair], passwords.ASPNET_IDENTITY_V3
        return self._argon2id[pair], passwords.ARGON2ID


def _argon2id(secret: bytes, salt: bytes) -> str:
    """Hash with the cheap profile: the password is printed anyway."""
    profile = passwords.CHEAP
    return hash_secret(
        secret,
        salt,
        time_cost=profile.time_cost,
        memory_cost=profile.memory_kib,
        parallelism=profile.parallelism,
        hash_len=32,
        type=Type.ID,
    ).decode()


def _identity_v3(secret: bytes, salt: bytes) -> str:
    """Hash as ASP.NET Identity 3 does (PasswordHasher.cs): PBKDF2-HMAC-SHA256, 10,000 rounds."""
    key = hashlib.pbkdf2_hmac("sha256", secret, salt, _IDENTITY_ROUNDS)
    header = struct.pack(">BIII", 1, _SHA256, _IDENTITY_ROUNDS, len(salt))
    return base64.b64encode(header + salt + key).decode()
