"""Old passwords checked, new ones stored: argon2id, and the format that the old .NET base brought.

Every check is bounded in work and constant in its comparison, and one for a name that nobody has
costs as much as a real one (`refuse`).
"""

from dataclasses import dataclass

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from orquestra import aspnet_identity
from orquestra.errors import InvalidPasswordHash, WeakPassword

ARGON2ID = "argon2id"
ASPNET_IDENTITY_V3 = "aspnet_identity_v3"
FORMATS = (ARGON2ID, ASPNET_IDENTITY_V3)

MINIMUM_LENGTH = 8
#: Longer passwords are refused, not cut: NIST SP 800-63B asks for 64 or more, an endless one is
#: work for nothing.
MAXIMUM_LENGTH = 1024

_MAX_MEMORY_KIB = 262_144
_MAX_TIME_COST = 16
_MAX_PARALLELISM = 16
_MAX_TEXT = 512
_MAX_HASH_BYTES = 128

# argon2id of a random text that was thrown away, at OWASP's minimum: for an empty base.
_NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "bm9ib2R5IGhhcyB0aGlzIQ$QWjbJH7xCXyYl1pKSMsvtNh9ZyXlZ2LdZMOqBXKlzGk"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How much work one argon2id hash is.

    Args:
        memory_kib: Memory, in KiB.
        time_cost: Passes over it.
        parallelism: Lanes.
    """

    memory_kib: int
    time_cost: int
    parallelism: int


#: OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
OWASP_MINIMUM = Profile(memory_kib=19_456, time_cost=2, parallelism=1)
#: For tests and generated sample bases only, where nothing is protected.
CHEAP = Profile(memory_kib=8, time_cost=1, parallelism=1)


def hash_new(password: str, profile: Profile = OWASP_MINIMUM) -> str:
    """Hash a new password with argon2id, so that the base alone opens no account.

    Args:
        password: The password, as typed.
        profile: How much work a check shall be.

    Returns:
        The encoded hash, of the format `ARGON2ID`.

    Raises:
        WeakPassword: Shorter than `MINIMUM_LENGTH` or longer than `MAXIMUM_LENGTH` characters.
    """
    if not MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH:
        raise WeakPassword(
            f"A password has {MINIMUM_LENGTH} to {MAXIMUM_LENGTH} characters; choose another."
        )
    return PasswordHasher(
        time_cost=profile.time_cost,
        memory_cost=profile.memory_kib,
        parallelism=profile.parallelism,
    ).hash(password)


def check_stored(stored: str, password_format: str) -> None:
    """Refuse at import what no login could ever be checked against.

    Args:
        stored: The hash as it came.
        password_format: One of `FORMATS`.

    Raises:
        InvalidPasswordHash: Unknown format, damaged, or too much work.
    """
    if password_format == ARGON2ID:
        _check_argon2id(stored)
    elif password_format == ASPNET_IDENTITY_V3:
        aspnet_identity.read(stored)
    else:
        raise InvalidPasswordHash(
            f"This password format is not known; known are {', '.join(FORMATS)}."
        )


def verify(stored: str, password_format: str, password: str) -> bool:
    """Tell whether the password is the stored one.

    Args:
        stored: The hash.
        password_format: One of `FORMATS`.
        password: The password, as typed.

    Returns:
        True when it matches.

    Raises:
        InvalidPasswordHash: As `check_stored`.
    """
    check_stored(stored, password_format)
    if len(password) > MAXIMUM_LENGTH:
        return False
    if password_format == ASPNET_IDENTITY_V3:
        return aspnet_identity.read(stored).matches(password)
    try:
        return PasswordHasher().verify(stored, password)
    except VerifyMismatchError:
        return False
    except VerificationError as error:
        raise InvalidPasswordHash("This argon2id password cannot be checked.") from error


def refuse(password: str, *, stand_in: tuple[str, str] | None) -> None:
    """Spend the time of a check that cannot succeed, so that time does not tell which names exist.

    Args:
        password: The password, as typed.
        stand_in: Somebody else's hash and format, so that the time is spread as the base's own
            formats are; None takes argon2id at OWASP's minimum.
    """
    stored, password_format = stand_in or (_NOBODYS, ARGON2ID)
    verify(stored, password_format, password)


def _check_argon2id(stored: str) -> None:
    """Bound what an encoded argon2 hash may ask for."""
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
