"""The provider's signing keys, kept by issuer and kid.

gov.br uses one kid in every environment and for every key it ever has, and its keys name no use.
So a key is never looked up by kid alone, and a signature that fails is a reason to look once more.
"""

import base64
import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from govbr.errors import BadAnswer

# How long keys are used before they are read anew, and how long between two readings that an
# unknown kid or a bad signature asks for: a stream of bad tokens must not become one of requests.
KEPT: Final = timedelta(hours=1)
PAUSE: Final = timedelta(minutes=5)
_KEY_BITS: Final = range(2048, 8193)  # RFC 7518 section 3.3; a huge key costs too much time
_MOST_KEYS: Final = 50


class KeyCache:
    """The keys of one issuer, read when needed."""

    def __init__(
        self, issuer: str, read: Callable[[], bytes], clock: Callable[[], datetime]
    ) -> None:
        self._issuer = issuer
        self._read = read
        self._clock = clock
        self._keys: dict[tuple[str, str | None], RSAKey] = {}
        self._read_at: datetime | None = None
        self._asked_again_at: datetime | None = None
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Read the keys if they are old, so that a later look-up is unlikely to need the network.

        Raises:
            CallFailed: The keys cannot be read.
            BadAnswer: The keys are no key set.
        """
        with self._lock:
            self._keep_fresh()

    def find(self, kid: str | None) -> RSAKey | None:
        """Find the key of a kid, reading the keys when they are old or lack it.

        Args:
            kid: The kid of a token's header; None is answered when there is only one key
                (OpenID Connect Core section 10.1).

        Returns:
            The key, or None when the issuer has none of that kid.

        Raises:
            CallFailed: The keys cannot be read.
            BadAnswer: The keys are no key set.
        """
        with self._lock:
            self._keep_fresh()
            return self._lookup(kid) or (self._lookup(kid) if self._read_again() else None)

    def replaced(self, kid: str | None, failed: RSAKey) -> RSAKey | None:
        """Look whether the issuer has changed the key under a kid.

        Args:
            kid: The kid of a token's header.
            failed: The key with which the signature was not good.

        Returns:
            Another key under the same kid, or None.

        Raises:
            CallFailed: The keys cannot be read.
            BadAnswer: The keys are no key set.
        """
        with self._lock:
            if self._lookup(kid) is failed and not self._read_again():
                return None
            key = self._lookup(kid)
        return key if key and key.thumbprint() != failed.thumbprint() else None

    def _lookup(self, kid: str | None) -> RSAKey | None:
        if kid is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get((self._issuer, kid))

    def _keep_fresh(self) -> None:
        now = self._clock()
        if self._read_at is None or not self._read_at <= now < self._read_at + KEPT:
            self._take(now)

    def _read_again(self) -> bool:
        now = self._clock()
        last = self._asked_again_at
        if last is not None and last <= now < last + PAUSE:
            return False
        self._asked_again_at = now
        self._take(now)
        return True

    def _take(self, now: datetime) -> None:
        self._keys = {(self._issuer, kid): key for kid, key in read_keys(self._read())}
        self._read_at = now


def read_keys(body: bytes) -> list[tuple[str | None, RSAKey]]:
    """Read the RSA signing keys of a key set (RFC 7517); others are passed over.

    Args:
        body: The JSON text.

    Returns:
        Each usable key with its kid.

    Raises:
        BadAnswer: When it is no key set.
    """
    keys = _entries(body)
    if keys is None:
        raise BadAnswer("gov.br's keys are no key set; nobody can be identified until they are")
    return [
        (entry.get("kid"), key)
        for entry in keys[:_MOST_KEYS]
        if isinstance(entry, Mapping) and (key := _read_key(entry)) is not None
    ]


def _entries(body: bytes) -> list[Any] | None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    keys = document.get("keys") if isinstance(document, dict) else None
    return keys if isinstance(keys, list) else None


def _read_key(entry: Mapping[str, Any]) -> RSAKey | None:
    signs = entry.get("use", "sig") == "sig" and entry.get("alg", "RS256") == "RS256"
    if not signs or entry.get("kty") != "RSA" or not isinstance(entry.get("kid"), str | None):
        return None
    try:
        modulus = base64.urlsafe_b64decode(entry["n"] + "==")
        if int.from_bytes(modulus).bit_length() not in _KEY_BITS:
            return None
        return RSAKey.import_key({name: entry[name] for name in ("kty", "n", "e")})
    except (JoseError, KeyError, ValueError, TypeError):
        return None
