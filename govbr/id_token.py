"""The ID token: every check of OpenID Connect Core section 3.1.3.7, each for its own reason.

The checks are written out, because a library's defaults let some through: a leeway of two minutes,
an audience with strangers in it, an answer without any ID token.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import RSAKey

from govbr.claims import IdentityClaims, read_identity
from govbr.errors import ActsForAnother, BadAnswer, BadIdToken
from govbr.keys import KeyCache

LEEWAY: Final = 30.0  # seconds between two clocks
ALGORITHM: Final = "RS256"
_PARTS: Final = 3  # of a JWT (RFC 7519 section 3)


@dataclass(frozen=True)
class Expectation:
    """What a good ID token says.

    Attributes:
        issuer: Character by character.
        client_id: The only audience.
        nonce: What the attempt sent.
        access_token: The token that came with it, for `at_hash`.
        now: The instant, aware, in UTC.
    """

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    access_token: str = field(repr=False)
    now: datetime


def verify(token: object, keys: KeyCache, expected: Expectation) -> IdentityClaims:
    """Verify an ID token and read who it names.

    Args:
        token: The `id_token` of the answer; missing is a failure too.
        keys: The issuer's keys.
        expected: What it must say.

    Returns:
        The person's claims.

    Raises:
        BadIdToken: With the reason: ausente, formato, algoritmo, chave, assinatura, iss, aud, azp,
            exp, iat, nbf, nonce, at_hash or sub.
        ActsForAnother: The person came in by a procuração.
        CallFailed: The keys cannot be read.
        BadAnswer: The keys are no key set.
    """
    if not isinstance(token, str) or not token:
        raise BadIdToken("ausente")
    claims = _signed_claims(token, keys)
    _check_parties(claims, expected)
    _check_times(claims, expected.now.timestamp())
    if not _same(claims.get("nonce"), expected.nonce):
        raise BadIdToken("nonce")
    if "at_hash" in claims and not _same(claims["at_hash"], _half_hash(expected.access_token)):
        raise BadIdToken("at_hash")
    try:
        return read_identity(claims)
    except ActsForAnother:
        raise
    except BadAnswer:
        pass
    raise BadIdToken("sub")


def read_unverified(token: str) -> Mapping[str, Any]:
    """Read what a token says without believing it: good for refusing, never for letting in.

    Args:
        token: An access token, which a provider may make of anything.

    Returns:
        Its claims where it is a JWT; else none.
    """
    parts = token.split(".")
    if len(parts) != _PARTS:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, Mapping) else {}


def _signed_claims(token: str, keys: KeyCache) -> dict[str, Any]:
    """Give the claims of a token whose signature is good."""
    kid = _checked_kid(token)
    key = keys.find(kid)
    if key is None:
        raise BadIdToken("chave")
    claims = _decoded(token, key)
    if claims is None and (newer := keys.replaced(kid, key)) is not None:
        claims = _decoded(token, newer)
    if claims is None:
        raise BadIdToken("assinatura")
    return claims


def _checked_kid(token: str) -> str | None:
    """Read the header before any key is touched: one algorithm, known from the start."""
    header: Mapping[str, Any] | None = None
    with contextlib.suppress(JoseError, ValueError, TypeError, RecursionError):
        header = jws.extract_compact(token.encode("ascii")).headers()
    if header is None:
        raise BadIdToken("formato")
    if header.get("alg") != ALGORITHM:
        raise BadIdToken("algoritmo")
    kid = header.get("kid")
    if not isinstance(kid, str | None):
        raise BadIdToken("formato")
    return kid


def _decoded(token: str, key: RSAKey) -> dict[str, Any] | None:
    """Give the claims, or None when the signature is not this key's."""
    try:
        return jwt.decode(token, key, algorithms=[ALGORITHM]).claims
    except BadSignatureError:
        return None
    except (JoseError, ValueError, TypeError, RecursionError):
        pass
    raise BadIdToken("formato")


def _check_parties(claims: Mapping[str, Any], expected: Expectation) -> None:
    if claims.get("iss") != expected.issuer:
        raise BadIdToken("iss")
    if claims.get("aud") not in (expected.client_id, [expected.client_id]):
        raise BadIdToken("aud")
    if "azp" in claims and claims["azp"] != expected.client_id:
        raise BadIdToken("azp")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    """Compare the token's instants with ours; seconds since 1970 (RFC 7519 section 2)."""
    expires, issued = _instant(claims.get("exp")), _instant(claims.get("iat"))
    if expires is None or expires + LEEWAY <= now:
        raise BadIdToken("exp")
    if issued is None or issued - LEEWAY > now:
        raise BadIdToken("iat")
    if "nbf" in claims:
        begins = _instant(claims["nbf"])
        if begins is None or begins - LEEWAY > now:
            raise BadIdToken("nbf")


def _instant(value: object) -> float | None:
    """Read a number of seconds; NaN and truth values are numbers to Python, not to us."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    return seconds if math.isfinite(seconds) else None


def _same(value: object, expected: str) -> bool:
    return isinstance(value, str) and hmac.compare_digest(
        value.encode("utf-8", "surrogatepass"), expected.encode()
    )


def _half_hash(access_token: str) -> str:
    """Hash an access token as `at_hash` does (OpenID Connect Core section 3.1.3.6)."""
    digest = hashlib.sha256(access_token.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode("ascii")
