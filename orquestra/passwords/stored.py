"""Passwords as the base holds them, all behind argon2id: hashed anew, checked, refused."""

from dataclasses import dataclass, field

from orquestra.errors import InvalidPasswordHash, WeakPassword
from orquestra.passwords import (
    argon2id,
    aspnet_identity,
    aspnet_membership,
    forms_authentication,
    home_made,
)
from orquestra.passwords.formats import (
    ARGON2ID,
    ASPNET_IDENTITY_V2,
    ASPNET_IDENTITY_V3,
    HOME_MADE,
)
from orquestra.passwords.legacy import in_bytes
from orquestra.passwords.profiles import OWASP_MINIMUM, Profile

MINIMUM_LENGTH = 8
#: Longer passwords are refused, not cut: NIST SP 800-63B asks for 64 or more, an endless one is
#: work for nothing.
MAXIMUM_LENGTH = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassword:
    """One password as the base holds it.

    Args:
        hash: An encoded argon2id hash: of the password, or of what its format makes of it.
        format: One of `FORMATS`, or `HOME_MADE` and a name.
        salt: What the format needs beside the password; None for nothing.
    """

    hash: str = field(repr=False)
    format: str
    salt: str | None = field(repr=False)


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
    return argon2id.hash_bytes(in_bytes(password) or b"", profile)


def verify(stored: str, password_format: str, password: str, salt: str | None = None) -> bool:
    """Tell whether the password is the stored one.

    Args:
        stored: The argon2id hash.
        password_format: Of what it is the hash.
        password: The password, as typed.
        salt: As it is stored beside the hash.

    Returns:
        True when it matches.

    Raises:
        InvalidPasswordHash: The base holds what cannot be checked.
    """
    if len(password) > MAXIMUM_LENGTH:
        return False
    argon2id.check(stored)
    return argon2id.matches(stored, _derived(password, password_format, salt))


def refuse(password: str, *, stand_in: StoredPassword | None) -> None:
    """Spend the time of a check that cannot succeed, so that time does not tell which names exist.

    Args:
        password: The password, as typed.
        stand_in: Somebody else's password, so that the time is spread as the base's own formats
            are; None takes argon2id at OWASP's minimum.
    """
    other = stand_in or StoredPassword(hash=argon2id.NOBODYS, format=ARGON2ID, salt=None)
    verify(other.hash, other.format, password, other.salt)


def _derived(password: str, password_format: str, salt: str | None) -> bytes:
    """Make of a typed password what the hash was made of."""
    if password_format == ARGON2ID:
        return in_bytes(password) or b""
    if password_format in forms_authentication.FORMATS:
        return forms_authentication.derive(password, password_format).encode("ascii")
    if salt is None:
        raise InvalidPasswordHash("This password's salt is missing, or its format is unknown.")
    if password_format in (ASPNET_IDENTITY_V2, ASPNET_IDENTITY_V3):
        return aspnet_identity.derive(password, salt).encode("ascii")
    if password_format in aspnet_membership.FORMATS:
        return aspnet_membership.derive(password, password_format, salt).encode("ascii")
    if password_format.startswith(HOME_MADE):
        return home_made.derive(password, salt).encode("ascii")
    raise InvalidPasswordHash("This password's format is unknown.")
