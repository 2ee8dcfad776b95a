"""Passwords by FormsAuthentication.HashPasswordForStoringInConfigFile: upper-case hex, no salt."""

import hashlib
import re

from orquestra.errors import InvalidPasswordHash
from orquestra.passwords.formats import FORMS_MD5, FORMS_SHA1
from orquestra.passwords.legacy import Legacy, in_bytes

FORMATS = (FORMS_SHA1, FORMS_MD5)

_ALGORITHM = {FORMS_SHA1: "sha1", FORMS_MD5: "md5"}
_DIGITS = {
    FORMS_SHA1: re.compile(r"[0-9A-Fa-f]{40}"),
    FORMS_MD5: re.compile(r"[0-9A-Fa-f]{32}"),
}


def read(stored: str, password_format: str) -> Legacy:
    """Check a digest; its case means nothing.

    Args:
        stored: The digest, in hexadecimal.
        password_format: One of `FORMATS`.

    Returns:
        The digest, in upper case.

    Raises:
        InvalidPasswordHash: No hexadecimal, or of another length.
    """
    if not _DIGITS[password_format].fullmatch(stored):
        raise InvalidPasswordHash("This digest is not its format's hexadecimal.")
    return Legacy(format=password_format, salt=None, value=stored.upper())


def derive(password: str, password_format: str) -> str:
    """Compute the digest again.

    Args:
        password: The password, as typed.
        password_format: One of `FORMATS`.

    Returns:
        The digest, in upper-case hexadecimal.
    """
    text = in_bytes(password) or b""
    digest = hashlib.new(_ALGORITHM[password_format], text, usedforsecurity=False)
    return digest.hexdigest().upper()
