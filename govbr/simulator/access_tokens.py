"""Reads the access token that a request carries, for userinfo and for the companies API."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Request

from govbr.simulator import keys, storage
from govbr.simulator.context import Simulator


@dataclass(frozen=True)
class AccessToken:
    """An access token of ours whose signature and expiry were right."""

    cpf: str
    scopes: tuple[str, ...]
    amr: tuple[str, ...] = ()
    certificate_name: str | None = None


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
    if _is_revoked(simulator, str(claims["jti"])):
        return None
    return AccessToken(
        cpf=str(claims["sub"]),
        scopes=tuple(claims["scope"]),
        amr=tuple(claims["amr"]),
        certificate_name=_certificate(claims),
    )


def revoke(connection: sa.Connection, jti: str) -> None:
    """Take a token back: whoever has it is no better than without.

    Args:
        connection: A writing transaction.
        jti: The token's own name.
    """
    known = sa.select(storage.revoked_token.c.jti).where(storage.revoked_token.c.jti == jti)
    if connection.execute(known).first() is None:
        connection.execute(sa.insert(storage.revoked_token).values(jti=jti))


def _is_revoked(simulator: Simulator, jti: str) -> bool:
    table = storage.revoked_token
    with simulator.store.reading() as connection:
        return connection.execute(sa.select(table).where(table.c.jti == jti)).first() is not None


def _certificate(claims: dict[str, Any]) -> str | None:
    """Name the certificate as it is told: the company's number, else the person's."""
    return str(claims.get("cnpj") or claims["sub"]) if "x509" in claims["amr"] else None
