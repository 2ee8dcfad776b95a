"""Reads the access token that a request carries, for userinfo and for the companies API."""

from dataclasses import dataclass

from flask import Request

from govbr.simulator import keys
from govbr.simulator.context import Simulator


@dataclass(frozen=True)
class AccessToken:
    """An access token of ours whose signature and expiry were right."""

    cpf: str
    scopes: tuple[str, ...]


def presented(simulator: Simulator, request: Request) -> AccessToken | None:
    """Read the bearer token of a request (RFC 6750, section 2.1).

    Args:
        simulator: Whose key and clock decide.
        request: With an Authorization header, or without.

    Returns:
        The token, or None when it is missing, not ours or expired.
    """
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    claims = keys.verified(keys.load(simulator.store), text.strip())
    # An ID token is signed by the same key; only access tokens lack a nonce and auth_time.
    if claims is None or "auth_time" in claims or claims["exp"] <= simulator.timestamp():
        return None
    return AccessToken(cpf=str(claims["sub"]), scopes=tuple(claims["scope"]))
