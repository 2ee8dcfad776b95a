"""The signing key: one RSA pair with the `kid` that gov.br uses in every environment."""

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from govbr.simulator.storage import Storage, recall, remember

KEY_ID = "rsa1"
ALGORITHM = "RS256"
_SETTING = "signing_key"


def load(store: Storage) -> RSAKey:
    """Read the signing key, and make it when there is none yet.

    Args:
        store: The simulator's database.

    Returns:
        The private key.
    """
    with store.reading() as connection:
        stored = recall(connection, name=_SETTING)
    if stored is not None:
        return _parsed(stored)
    with store.writing() as connection:
        stored = recall(connection, name=_SETTING)
        return _parsed(stored) if stored else rotate(connection)


@lru_cache(maxsize=4)
def _parsed(stored: str) -> RSAKey:
    # Reading a private key checks its primes, which takes longer than a signature.
    return RSAKey.import_key(stored)


def rotate(connection: sa.Connection) -> RSAKey:
    """Replace the key under the same `kid`: the trap between staging and production.

    Args:
        connection: A writing transaction.

    Returns:
        The new private key.
    """
    key = RSAKey.generate_key(2048)
    remember(connection, name=_SETTING, value=key.as_pem(private=True).decode())
    return key


def public_set(key: RSAKey) -> dict[str, list[dict[str, Any]]]:
    """Write the key set as gov.br publishes it: no `use` and no `x5c` (manual, passo 7)."""
    numbers = key.as_dict(private=False)
    entry = {"kty": "RSA", "e": numbers["e"], "kid": KEY_ID, "alg": ALGORITHM, "n": numbers["n"]}
    return {"keys": [entry]}


def sign(key: RSAKey, claims: Mapping[str, Any]) -> str:
    """Make a compact JWT (RFC 7519)."""
    header = {"kid": KEY_ID, "alg": ALGORITHM, "typ": "JWT"}
    return jwt.encode(header, dict(claims), key, algorithms=[ALGORITHM])


def verified(key: RSAKey, text: str) -> dict[str, Any] | None:
    """Read a JWT of our own.

    Args:
        key: The key that must have signed it.
        text: The compact form.

    Returns:
        Its claims, or None when the signature is not ours. Expiry is the caller's to check.
    """
    try:
        return dict(jwt.decode(text, key, algorithms=[ALGORITHM]).claims)
    except (JoseError, ValueError):
        return None


def with_broken_signature(text: str) -> str:
    """Spoil a JWT's signature, leaving its form intact."""
    head, _, signature = text.rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    raw[len(raw) // 2] ^= 0xFF
    return f"{head}.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"
