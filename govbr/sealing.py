"""Sealing: what must wait in the database between two steps is unreadable and unalterable there.

Fernet is AES-CBC with an HMAC. Each purpose and each row has its own key, derived with HKDF
(RFC 5869), so that a sealed value moved to another column or row does not open.
"""

import base64
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from govbr.errors import BadSettings, SealBroken

_SHORTEST_KEY = 16  # characters; below it, guessing is cheap


class Sealer:
    """Seals with the newest secret, opens with any: that is how a secret is rotated."""

    def __init__(self, secret_key: str, *older_keys: str) -> None:
        if any(len(key) < _SHORTEST_KEY for key in (secret_key, *older_keys)):
            raise BadSettings(f"a sealing secret has at least {_SHORTEST_KEY} characters")
        self._secrets = tuple(key.encode() for key in (secret_key, *older_keys))

    def seal(self, value: bytes | dict[str, Any], *, purpose: str, bound_to: str) -> str:
        """Make a value unreadable and unalterable.

        Args:
            value: Bytes, or a mapping that JSON can hold.
            purpose: What kind of value it is; another purpose does not open it.
            bound_to: The row it belongs to; another row does not open it.

        Returns:
            ASCII text for the database.
        """
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self._fernet(purpose, bound_to).encrypt(data).decode("ascii")

    def open(self, sealed: str, *, purpose: str, bound_to: str) -> bytes:
        """Read a sealed value.

        Args:
            sealed: What `seal` gave.
            purpose: The purpose it was sealed for.
            bound_to: The row it was sealed for.

        Returns:
            The bytes that went in.

        Raises:
            SealBroken: When it was altered, moved, or sealed with a secret not at hand.
        """
        try:
            return self._fernet(purpose, bound_to).decrypt(sealed.encode())
        except InvalidToken:
            pass
        raise SealBroken(
            f"a stored value ({purpose}) does not open; if the secret key was changed, "
            "give the old one too"
        )

    def open_mapping(self, sealed: str, *, purpose: str, bound_to: str) -> dict[str, Any]:
        """Read a sealed mapping.

        Args:
            sealed: What `seal` gave.
            purpose: The purpose it was sealed for.
            bound_to: The row it was sealed for.

        Returns:
            The mapping that went in.

        Raises:
            SealBroken: As `open` does.
        """
        mapping: dict[str, Any] = json.loads(self.open(sealed, purpose=purpose, bound_to=bound_to))
        return mapping

    def _fernet(self, purpose: str, bound_to: str) -> MultiFernet:
        return MultiFernet([_derived(secret, purpose, bound_to) for secret in self._secrets])


def _derived(secret: bytes, purpose: str, bound_to: str) -> Fernet:
    info = json.dumps(["normaliza/govbr/sealing/1", purpose, bound_to]).encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
    return Fernet(base64.urlsafe_b64encode(key))
