"""Passwords as ASP.NET Membership stored them, "Hashed": a base64 digest beside a base64 salt.

SqlMembershipProvider.EncodePassword: SHA1 over salt and password; for a keyed algorithm the salt,
repeated or cut to the key's length, is the key. The password is UTF-16, little-endian.
"""

import hashlib
import hmac

from orquestra.errors import InvalidPasswordHash
from orquestra.passwords import base64_text
from orquestra.passwords.formats import ASPNET_MEMBERSHIP_HMACSHA256, ASPNET_MEMBERSHIP_SHA1
from orquestra.passwords.legacy import Legacy, in_bytes

FORMATS = (ASPNET_MEMBERSHIP_SHA1, ASPNET_MEMBERSHIP_HMACSHA256)

_DIGEST_BYTES = {ASPNET_MEMBERSHIP_SHA1: 20, ASPNET_MEMBERSHIP_HMACSHA256: 32}
# .NET writes 16.
_SALT_BYTES = range(8, 129)
#: The length of the key with which .NET makes an HMACSHA256.
_KEY_BYTES = 64


def read(stored: str, password_format: str, salt: str) -> Legacy:
    """Check a digest and its salt.

    Args:
        stored: The digest, in base64.
        password_format: One of `FORMATS`.
        salt: The salt, in base64.

    Returns:
        Both, in one spelling.

    Raises:
        InvalidPasswordHash: No base64, or of another length.
    """
    if not salt:
        raise InvalidPasswordHash("This format needs its salt.", reason="sal_ausente")
    digest = base64_text.decode(stored, reason="hash_invalido")
    raw_salt = base64_text.decode(salt, reason="sal_invalido")
    if len(digest) != _DIGEST_BYTES[password_format]:
        raise InvalidPasswordHash("This digest has another length than its format's.")
    if len(raw_salt) not in _SALT_BYTES:
        raise InvalidPasswordHash("This salt's length is out of bounds.", reason="sal_invalido")
    return Legacy(
        format=password_format,
        salt=base64_text.encode(raw_salt),
        value=base64_text.encode(digest),
    )


def derive(password: str, password_format: str, salt: str) -> str:
    """Compute the digest again.

    Args:
        password: The password, as typed.
        password_format: One of `FORMATS`.
        salt: As `read` gave it.

    Returns:
        The digest, in base64.
    """
    raw_salt = base64_text.decode(salt, reason="sal_invalido")
    text = in_bytes(password, "utf-16-le") or b""
    if password_format == ASPNET_MEMBERSHIP_SHA1:
        return base64_text.encode(hashlib.sha1(raw_salt + text, usedforsecurity=False).digest())
    repeats = -(-_KEY_BYTES // len(raw_salt))
    key = (raw_salt * repeats)[:_KEY_BYTES]
    return base64_text.encode(hmac.digest(key, text, "sha256"))
