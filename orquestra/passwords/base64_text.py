"""Base64 as stored passwords and salts are written: short, whole, in one spelling."""

import base64
import binascii

from orquestra.errors import InvalidPasswordHash

#: The longest text that is looked at: a stored password of 128 bytes of salt and of key is shorter.
MAX_TEXT = 512


def decode(text: str, *, reason: str) -> bytes:
    """Undo the base64 of a text that is short enough to be a stored password.

    Args:
        text: The text.
        reason: The reason code of a refusal.

    Returns:
        The bytes.

    Raises:
        InvalidPasswordHash: Too long, or no base64.
    """
    if len(text) > MAX_TEXT:
        raise InvalidPasswordHash("This is longer than any stored password.", reason=reason)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidPasswordHash("This is not base64.", reason=reason) from error


def encode(raw: bytes) -> str:
    """Write bytes as base64.

    Args:
        raw: The bytes.

    Returns:
        The text.
    """
    return base64.b64encode(raw).decode("ascii")
