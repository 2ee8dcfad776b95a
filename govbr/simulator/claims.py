"""The claims of the tokens and of userinfo, as gov.br's manual prints them (passos 6 to 9).

Its oddities are kept: booleans are strings in the ID token and booleans in userinfo, `scope` is a
list inside tokens, `kid` is in the payload too, and what a person lacks is absent, never null.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from govbr.simulator.clients import Client
from govbr.simulator.configuration import SimulatorConfig
from govbr.simulator.keys import KEY_ID
from govbr.simulator.people import Person
from govbr.simulator.registry_numbers import format_cnpj

# The seal that gives a person's level, one for each level (manual, table of seals).
SEALS = {"bronze": ("201",), "silver": ("201", "401"), "gold": ("201", "401", "801")}
SEAL_DATE = "2025-07-02T14:17:16.001-0300"


@dataclass(frozen=True, kw_only=True)
class Release:
    """What one authorization lets one client know, and since when."""

    client: Client
    person: Person
    scopes: tuple[str, ...]
    amr: tuple[str, ...]
    #: The code that it was redeemed with.
    code: str
    #: Seconds since 1970.
    auth_time: int
    nonce: str | None
    #: The company whose certificate was used, and the name in it.
    cnpj: str | None = None
    certificate_name: str | None = None


def access_token(
    config: SimulatorConfig, release: Release, *, now: float, lifetime: int
) -> dict[str, Any]:
    """Make the claims of an access token; `scope` is a list here.

    Args:
        config: The issuer.
        release: What was authorized, and for which client.
        now: Seconds since 1970.
        lifetime: Seconds.

    Returns:
        The claims.
    """
    return {
        "aud": release.client.client_id,
        "sub": release.person.cpf,
        "scope": list(release.scopes),
        "amr": list(release.amr),
        "iss": config.issuer,
        "exp": int(now) + lifetime,
        "iat": int(now),
        "jti": secrets.token_hex(16),
        "preferred_username": release.person.cpf,
        **({"cnpj": format_cnpj(release.cnpj)} if release.cnpj else {}),
    }


def id_token(
    config: SimulatorConfig, release: Release, *, now: float, lifetime: int
) -> dict[str, Any]:
    """Make the claims of an ID token; the booleans of verification are strings here.

    Args:
        config: The issuer.
        release: What was authorized, and for which client.
        now: Seconds since 1970.
        lifetime: Seconds.

    Returns:
        The claims.
    """
    person = release.person
    facts = _profile(config, person, release.scopes) | _contacts(person, release.scopes)
    for name in ("email_verified", "phone_number_verified"):
        if name in facts:
            facts[name] = "true" if facts[name] else "false"
    claims: dict[str, Any] = {
        "sub": person.cpf,
        **facts,
        "amr": list(release.amr),
        "kid": KEY_ID,
        "iss": config.issuer,
        "preferred_username": person.cpf,
        "aud": release.client.client_id,
        "auth_time": release.auth_time,
        "scope": list(release.scopes),
        "exp": int(now) + lifetime,
        "iat": int(now),
        "jti": secrets.token_hex(16),
    }
    if release.nonce:
        claims["nonce"] = release.nonce
    if release.cnpj:
        claims["cnpj"] = format_cnpj(release.cnpj)
        claims["cnpj_certificate_name"] = release.certificate_name
    if "govbr_confiabilidades_idtoken" in release.scopes:
        claims["reliability_info"] = _reliability(person)
    return claims


def userinfo(config: SimulatorConfig, person: Person, scopes: Sequence[str]) -> dict[str, Any]:
    """Make the answer of userinfo; the booleans of verification are booleans here.

    Args:
        config: For the addresses of profile and picture.
        person: Whose token it was.
        scopes: What the token allows.

    Returns:
        The claims.
    """
    return {"sub": person.cpf} | _profile(config, person, scopes) | _contacts(person, scopes)


def _profile(config: SimulatorConfig, person: Person, scopes: Sequence[str]) -> dict[str, Any]:
    if "profile" not in scopes:
        return {}
    facts: dict[str, Any] = {"name": person.name, "profile": f"{config.issuer}conta"}
    if person.social_name:
        facts["social_name"] = person.social_name
    if person.has_picture:
        facts["picture"] = f"{config.issuer}userinfo/picture"
    return facts


def _contacts(person: Person, scopes: Sequence[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if "email" in scopes:
        facts["email_verified"] = bool(person.email and person.email_verified)
        if facts["email_verified"]:
            facts["email"] = person.email
    if "phone" in scopes:
        facts["phone_number_verified"] = bool(person.phone and person.phone_verified)
        if facts["phone_number_verified"]:
            facts["phone_number"] = person.phone
    return facts


def _reliability(person: Person) -> dict[str, Any]:
    seals = [{"id": seal, "updatedAt": SEAL_DATE} for seal in SEALS[person.level]]
    return {"level": person.level, "reliabilities": seals}
