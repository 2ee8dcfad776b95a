"""One password as old .NET bases keep it, in every make; apart from the code that checks it.

A few salts of each make are hashed once: 20,000 logins need no 20,000 hashes.
"""

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass

from argon2 import Type
from argon2.low_level import hash_secret

from orquestra.sample.traps.shapes import Password

_SALTS = 8
_V3_ROUNDS = 10_000
_V2_ROUNDS = 1_000
_SHA256, _SHA512 = 1, 2
_HMAC_BLOCK = 64

#: The home-made format of this base: SHA-1 over a text that is the same for all, and the password.
HOME_MADE = "caseiro_sha1"
HOME_MADE_PREFIX = "orquestra-"


@dataclass(frozen=True, slots=True)
class StoredPassword:
    """What stands in the cells of a login's password.

    Args:
        text: senha_hash.
        declared: senha_formato.
        salt: senha_sal.
        make: The format that the report shall count it as; "" for none.
    """

    text: str = ""
    declared: str = ""
    salt: str = ""
    make: str = ""


class LegacyHashes:
    """The hashes of one password.

    Args:
        password: The password.
        seed: Decides the salts.
    """

    def __init__(self, password: str, *, seed: int) -> None:
        salts = [hashlib.sha256(f"trap:{seed}:{i}".encode()).digest()[:16] for i in range(_SALTS)]
        self._pool = [made for salt in salts for made in _every_make(password, salt)]
        self._password = password

    def take(self, kind: Password, index: int) -> StoredPassword:
        """Give what stands at a login.

        Args:
            kind: What shall stand there.
            index: Which login; the makes come in turn.

        Returns:
            The cells.
        """
        if kind is Password.HASHED:
            return self._pool[index % len(self._pool)]
        return {
            Password.ABSENT: StoredPassword(),
            Password.CLEAR: StoredPassword(self._password, "clear"),
            Password.ENCRYPTED: StoredPassword(_base64(b"\x07" * 48), "encrypted"),
            Password.UNNAMED: StoredPassword(_sha1(self._password.encode()).hex()),
            Password.UNKNOWN: StoredPassword(_base64(b"\x09" * 20), "sistema_antigo"),
            Password.FORGED: StoredPassword(_forged()),
        }[kind]


def _every_make(password: str, salt: bytes) -> tuple[StoredPassword, ...]:
    """Hash one password with one salt in every make; those without salt leave it out."""
    utf8, wide, written = password.encode(), password.encode("utf-16-le"), _base64(salt)
    v3 = "aspnet_identity_v3"
    return (
        StoredPassword(_argon2id(utf8, salt), "argon2id", make="argon2id"),
        StoredPassword(_argon2id(utf8, salt), make="argon2id"),
        StoredPassword(_v3(utf8, salt, _SHA256), v3, make=v3),
        StoredPassword(_v3(utf8, salt, _SHA512), make=v3),
        StoredPassword(_v2(utf8, salt), make="aspnet_identity_v2"),
        _declared(_base64(_sha1(salt + wide)), "aspnet_membership_sha1", written),
        _declared(_base64(_hmac_sha256(salt, wide)), "aspnet_membership_hmacsha256", written),
        _declared(_sha1(utf8).hex().upper(), "forms_sha1"),
        _declared(hashlib.md5(utf8, usedforsecurity=False).hexdigest().upper(), "forms_md5"),
        StoredPassword(
            _base64(_sha1(HOME_MADE_PREFIX.encode() + utf8)),
            HOME_MADE,
            make=f"home_made:{HOME_MADE}",
        ),
    )


def _declared(text: str, make: str, salt: str = "") -> StoredPassword:
    """A hash whose make only its name tells."""
    return StoredPassword(text, make, salt, make)


def _argon2id(secret: bytes, salt: bytes) -> str:
    """argon2id (RFC 9106), as cheap as it can be: the password is printed anyway."""
    return hash_secret(
        secret, salt, time_cost=1, memory_cost=8, parallelism=1, hash_len=32, type=Type.ID
    ).decode()


def _v3(secret: bytes, salt: bytes, function: int) -> str:
    """ASP.NET Identity 3 (PasswordHasher.cs): a head of four numbers, salt, PBKDF2's key."""
    name = {_SHA256: "sha256", _SHA512: "sha512"}[function]
    key = hashlib.pbkdf2_hmac(name, secret, salt, _V3_ROUNDS, dklen=32)
    return _base64(struct.pack(">BIII", 1, function, _V3_ROUNDS, len(salt)) + salt + key)


def _v2(secret: bytes, salt: bytes) -> str:
    """ASP.NET Identity 2: a zero, salt, PBKDF2-HMAC-SHA1's key after 1,000 rounds."""
    key = hashlib.pbkdf2_hmac("sha1", secret, salt, _V2_ROUNDS, dklen=32)
    return _base64(b"\0" + salt + key)


def _hmac_sha256(salt: bytes, secret: bytes) -> bytes:
    """Membership's keyed hash: its key is the salt, repeated to the block's length."""
    key = (salt * _HMAC_BLOCK)[:_HMAC_BLOCK]
    return hmac.digest(key, secret, "sha256")


def _sha1(content: bytes) -> bytes:
    """SHA-1, as the old base has it."""
    return hashlib.sha1(content, usedforsecurity=False).digest()


def _forged() -> str:
    """An Identity 3 blob that asks for 2^32 - 1 rounds."""
    return _base64(struct.pack(">BIII", 1, _SHA256, 2**32 - 1, 16) + b"\x03" * 48)


def _base64(content: bytes) -> str:
    """Write bytes as base64 (RFC 4648)."""
    return base64.b64encode(content).decode()
