"""An old base's password on its way in: recognised, and never stored as it came."""

import hashlib
import hmac

from orquestra.errors import InvalidPasswordHash, PasswordFormatUnknown
from orquestra.passwords import (
    argon2id,
    aspnet_identity,
    aspnet_membership,
    forms_authentication,
    home_made,
)
from orquestra.passwords.formats import ARGON2ID, FORMATS, READABLE
from orquestra.passwords.home_made import Adapters
from orquestra.passwords.legacy import Legacy
from orquestra.passwords.profiles import Profile
from orquestra.passwords.stored import StoredPassword

_SEEN_KEY = b"orquestra.passwords.seen"


def prepare(stored: str, *, salt: str, declared: str, adapters: Adapters) -> Legacy:
    """Read a password as an old base kept it; only its form or the file says what it is.

    Args:
        stored: The hash as it came, without blanks around it.
        salt: The salt that stood beside it; "" for none.
        declared: What `senha_formato` says; "" for nothing.
        adapters: The home-made formats that the body described.

    Returns:
        The password, bounded in the work that a check of it will be.

    Raises:
        PasswordFormatUnknown: Nothing says what it is, or what is said is unknown or refused.
        InvalidPasswordHash: It is not what it is said to be, is damaged, or asks too much.
    """
    if declared in READABLE:
        raise PasswordFormatUnknown("Whoever holds such a base can read it.", reason="legivel")
    if declared and declared not in FORMATS and declared not in adapters:
        raise PasswordFormatUnknown(
            f"This password format is not known; known are {', '.join((*FORMATS, *adapters))}.",
            reason="formato_desconhecido",
        )
    certain = ARGON2ID if stored.startswith(argon2id.PREFIX) else aspnet_identity.form(stored)
    if certain and declared and declared != certain:
        raise InvalidPasswordHash("Its form is another format's.", reason="forma_contradiz")
    if not (certain or declared):
        raise PasswordFormatUnknown("Nothing tells this password's format.", reason="sem_formato")
    return _read(stored, certain or declared, salt, adapters)


def wrap(legacy: Legacy, profile: Profile) -> StoredPassword:
    """Make of an old password what the base may hold: an argon2id hash of what it derives to.

    Args:
        legacy: The password.
        profile: How much work a check shall be, beside the old format's own.

    Returns:
        What to store.
    """
    if legacy.format == ARGON2ID:
        return StoredPassword(hash=legacy.value, format=ARGON2ID, salt=None)
    wrapped = argon2id.hash_bytes(legacy.value.encode("ascii"), profile)
    return StoredPassword(hash=wrapped, format=legacy.format, salt=legacy.salt)


def seen_key(secret: str) -> bytes:
    """Make the key of `seen` from the program's one secret (HKDF's step of extraction, RFC 5869).

    Args:
        secret: The program's secret.

    Returns:
        The key.
    """
    return hmac.digest(_SEEN_KEY, secret.encode(), "sha256")


def seen(legacy: Legacy, *, login: str, key: bytes) -> str:
    """Name a password as it came, so that the same one again costs no hash.

    Without the key the name tells nothing; it is another one for each login.

    Args:
        legacy: The password.
        login: Whose.
        key: As `seen_key` gives it.

    Returns:
        64 hexadecimal digits of HMAC-SHA256.
    """
    parts = (login, legacy.format, legacy.salt or "", legacy.value)
    framed = b"".join(len(raw).to_bytes(4, "big") + raw for raw in map(str.encode, parts))
    return hmac.new(key, framed, hashlib.sha256).hexdigest()


def _read(stored: str, password_format: str, salt: str, adapters: Adapters) -> Legacy:
    """Let the format's own module read it."""
    if password_format in aspnet_membership.FORMATS:
        return aspnet_membership.read(stored, password_format, salt)
    if password_format in adapters:
        return home_made.read(stored, adapters[password_format], salt)
    if salt:
        raise InvalidPasswordHash("This format has no salt beside it.", reason="sal_a_mais")
    if password_format in forms_authentication.FORMATS:
        return forms_authentication.read(stored, password_format)
    if password_format == ARGON2ID:
        argon2id.check(stored)
        return Legacy(format=ARGON2ID, salt=None, value=stored)
    return aspnet_identity.read(stored, password_format)
