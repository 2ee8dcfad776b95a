"""The ways in which an ID token can be wrong, each alone, so that each check is tried alone."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from joserfc.jwk import RSAKey

from govbr.simulator import keys

_HOUR = 3600
#: What a token says of somebody who acts for another (manual, "Procuração Eletrônica").
PROCURATION: dict[str, Any] = {"agent": True, "grantor_account": "52998224725"}


def _expired(claims: dict[str, Any]) -> dict[str, Any]:
    return claims | {"iat": claims["iat"] - 2 * _HOUR, "exp": claims["iat"] - _HOUR}


def _future(claims: dict[str, Any]) -> dict[str, Any]:
    return claims | {"iat": claims["iat"] + _HOUR, "exp": claims["iat"] + _HOUR + 60}


_SPOILERS: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "id_token_wrong_nonce": lambda claims: claims | {"nonce": "um-nonce-de-outra-pessoa"},
    "shape_sub_with_hyphen": lambda claims: claims | {"sub": _with_hyphen(claims["sub"])},
    "shape_sub_pairwise": lambda claims: claims | {"sub": _pairwise(claims)},
    "shape_amr_text": lambda claims: claims | {"amr": claims["amr"][0]},
    "shape_amr_unknown": lambda claims: claims | {"amr": [*claims["amr"], "leitura_da_iris"]},
    "shape_no_email": lambda claims: _without(claims, "email", email_verified="false"),
    "shape_unverified_phone": lambda claims: _without(
        claims, "phone_number", phone_number_verified="false"
    ),
    "shape_booleans": lambda claims: {
        name: value == "true" if value in ("true", "false") else value
        for name, value in claims.items()
    },
    "shape_long_life": lambda claims: claims | {"exp": claims["iat"] + 600},
    "id_token_no_nonce": lambda claims: {k: v for k, v in claims.items() if k != "nonce"},
    "id_token_iss_without_slash": lambda claims: claims | {"iss": claims["iss"].rstrip("/")},
    "id_token_extra_aud": lambda claims: claims | {"aud": [claims["aud"], "outro-cliente"]},
    "id_token_wrong_azp": lambda claims: claims | {"azp": "outro-cliente"},
    "id_token_bad_sub": lambda claims: claims | {"sub": "11111111111"},
    "id_token_wrong_iss": lambda claims: claims | {"iss": "https://outro.emissor.example/"},
    "id_token_wrong_aud": lambda claims: claims | {"aud": "outro-cliente"},
    "id_token_expired": _expired,
    "agent_in_id_token": lambda claims: claims | PROCURATION,
    "id_token_future_iat": _future,
}


def _with_hyphen(cpf: str) -> str:
    """Write a subject as in the manual's ID token sample."""
    return f"{cpf[:9]}-{cpf[9:]}"


def _pairwise(claims: dict[str, Any]) -> str:
    """Name a person differently for each client (OpenID Connect Core 1.0, section 8.1)."""
    told = f"{claims['aud']}:{claims['sub']}"
    return _encoded(hashlib.sha256(told.encode()).digest())


def _without(claims: dict[str, Any], name: str, **instead: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name} | instead


def spoil_claims(fault: str | None, claims: dict[str, Any]) -> dict[str, Any]:
    """Change the one claim that a fault is about.

    Args:
        fault: The fault's kind, or None.
        claims: Of a right ID token.

    Returns:
        The claims to sign.
    """
    spoiler = _SPOILERS.get(fault or "")
    return claims if spoiler is None else spoiler(claims)


def sign(fault: str | None, key: RSAKey, claims: dict[str, Any], *, secret: str) -> str:
    """Sign claims as a fault says; rightly, where it says nothing of signatures.

    Args:
        fault: The fault's kind, or None.
        key: The signing key.
        claims: What is signed.
        secret: The client's, for the attack that signs with it.

    Returns:
        The compact token.
    """
    match fault:
        case "id_token_bad_signature":
            return keys.with_broken_signature(keys.sign(key, claims))
        case "id_token_alg_none":
            return _unsigned("none", claims) + "."
        case "id_token_hs256_secret":
            return _by_secret(secret.encode(), claims)
        case "id_token_hs256_public_key":
            return _by_secret(key.as_pem(private=False), claims)
        case "id_token_other_key":
            return keys.sign(_other_key(), claims)
    return keys.sign(key, claims)


@lru_cache(maxsize=1)
def _other_key() -> RSAKey:
    """Make the key of another environment: the same kid, other numbers."""
    return RSAKey.generate_key(2048)


def _unsigned(algorithm: str, claims: dict[str, Any]) -> str:
    header = {"kid": keys.KEY_ID, "alg": algorithm, "typ": "JWT"}
    return ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))


def _by_secret(secret: bytes, claims: dict[str, Any]) -> str:
    body = _unsigned("HS256", claims)
    return f"{body}.{_encoded(hmac.digest(secret, body.encode(), hashlib.sha256))}"


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
