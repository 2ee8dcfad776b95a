"""argon2id (RFC 9106), for new passwords and as the wrapping of old ones."""

import secrets

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from argon2.low_level import hash_secret

from orquestra.errors import InvalidPasswordHash
from orquestra.passwords.profiles import Profile

_MAX_MEMORY_KIB = 262_144
_MAX_TIME_COST = 16
_MAX_PARALLELISM = 16
_MAX_TEXT = 512
_MAX_HASH_BYTES = 128
_SALT_BYTES = 16
_HASH_BYTES = 32

#: Of a random text that was thrown away, at OWASP's minimum: for an empty base.
NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "bm9ib2R5IGhhcyB0aGlzIQ$QWjbJH7xCXyYl1pKSMsvtNh9ZyXlZ2LdZMOqBXKlzGk"
)
#: How an encoded one begins, which nothing else does.
PREFIX = "$argon2id$"


def hash_bytes(secret: bytes, profile: Profile) -> str:
    """Hash with a fresh salt; other threads run meanwhile.

    Args:
        secret: A password, or what a legacy format made of it.
        profile: How much work a check shall be.

    Returns:
        The encoded hash.
    """
    return hash_secret(
        secret,
        secrets.token_bytes(_SALT_BYTES),
        time_cost=profile.time_cost,
        memory_cost=profile.memory_kib,
        parallelism=profile.parallelism,
        hash_len=_HASH_BYTES,
        type=Type.ID,
    ).decode("ascii")


def matches(stored: str, secret: bytes) -> bool:
    """Tell whether an encoded hash is that of a secret, in constant time.

    Args:
        stored: The encoded hash.
        secret: The password's bytes, or what a legacy format makes of it.

    Returns:
        True when it is.

    Raises:
        InvalidPasswordHash: As `check`.
    """
    check(stored)
    try:
        return PasswordHasher().verify(stored, secret)
    except VerifyMismatchError:
        return False
    except VerificationError as error:
        raise InvalidPasswordHash("This argon2id password cannot be checked.") from error


def check(stored: str) -> None:
    """Bound what an encoded hash may ask for, before any work is done.

    Args:
        stored: The encoded hash.

    Raises:
        InvalidPasswordHash: Damaged, of another kind, or too much work.
    """
    try:
        asked = extract_parameters(stored[: _MAX_TEXT + 1])
    except InvalidHashError as error:
        raise InvalidPasswordHash("This is not an encoded argon2 hash.") from error
    if (
        len(stored) > _MAX_TEXT
        or asked.type is not Type.ID
        or asked.memory_cost > _MAX_MEMORY_KIB
        or asked.time_cost > _MAX_TIME_COST
        or asked.parallelism > _MAX_PARALLELISM
        or asked.hash_len > _MAX_HASH_BYTES
    ):
        raise InvalidPasswordHash("This argon2 hash is of another kind or asks for too much work.")
