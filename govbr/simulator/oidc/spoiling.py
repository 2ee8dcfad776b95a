"""The ways in which an ID token can be wrong, each alone, so that each check is tried alone."""

from collections.abc import Callable, Mapping
from typing import Any

from govbr.simulator.keys import with_broken_signature

_HOUR = 3600


def _expired(claims: dict[str, Any]) -> dict[str, Any]:
    return claims | {"iat": claims["iat"] - 2 * _HOUR, "exp": claims["iat"] - _HOUR}


def _future(claims: dict[str, Any]) -> dict[str, Any]:
    return claims | {"iat": claims["iat"] + _HOUR, "exp": claims["iat"] + _HOUR + 60}


_SPOILERS: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "id_token_wrong_nonce": lambda claims: claims | {"nonce": "um-nonce-de-outra-pessoa"},
    "id_token_wrong_iss": lambda claims: claims | {"iss": "https://outro.emissor.example/"},
    "id_token_wrong_aud": lambda claims: claims | {"aud": "outro-cliente"},
    "id_token_expired": _expired,
    "id_token_future_iat": _future,
}


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


def spoil_token(fault: str | None, token: str) -> str:
    """Break the signature when the fault is about it."""
    return with_broken_signature(token) if fault == "id_token_bad_signature" else token
