"""What the two calls of the handshake give, and how it is kept between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from govbr.claims import IdentityClaims, identity_from_mapping, identity_to_mapping


@dataclass(frozen=True, repr=False)
class CompanyTieClaim:
    """One company of a person, as gov.br ties them.

    Attributes:
        cnpj: Fourteen characters, upper case, without punctuation.
        name: The company's registered name.
        role: gov.br's word (`REPRESENTANTE_LEGAL`, `SOCIO` …), `COLABORADOR` where it is absent;
            an unknown word is kept.
        expires_at: The instant at which the tie ends, or None.
    """

    cnpj: str
    name: str
    role: str
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        """Say the role only: this may stand in a trace."""
        return f"CompanyTieClaim(role={self.role!r})"


@dataclass(frozen=True)
class Tokens:
    """What the exchange gave.

    Attributes:
        access_token: Opens userinfo and the companies API; never leaves the back end.
        claims: What the verified ID token says.
        scopes_granted: The scopes that the person released, separated by one space.
    """

    access_token: str = field(repr=False)
    claims: IdentityClaims
    scopes_granted: str


@dataclass(frozen=True)
class Facts:
    """What is known of the person who came.

    Attributes:
        identity: Who it is.
        companies: The company ties; None when gov.br's companies API did not say, or was not asked.
        companies_asked: Whether it was asked; it is not, where what is known is young enough.
    """

    identity: IdentityClaims
    companies: tuple[CompanyTieClaim, ...] | None
    companies_asked: bool = True

    @property
    def companies_missing(self) -> bool:
        """Whether the companies were asked for in vain."""
        return self.companies_asked and self.companies is None

    def completed_by(self, claims: IdentityClaims) -> "Facts":
        """Fill the identity's gaps from the ID token.

        Args:
            claims: The ID token's claims.

        Returns:
            The facts with how the person came in.
        """
        return replace(self, identity=self.identity.completed_by(claims))


def tokens_to_mapping(tokens: Tokens) -> dict[str, Any]:
    """Turn tokens into what JSON can hold, for sealing.

    Args:
        tokens: The tokens.

    Returns:
        A mapping that `tokens_from_mapping` reads.
    """
    return {
        "access_token": tokens.access_token,
        "claims": identity_to_mapping(tokens.claims),
        "scopes_granted": tokens.scopes_granted,
    }


def tokens_from_mapping(mapping: Mapping[str, Any]) -> Tokens:
    """Turn an unsealed mapping back into tokens.

    Args:
        mapping: What `tokens_to_mapping` gave.

    Returns:
        The same tokens.
    """
    return Tokens(**{**mapping, "claims": identity_from_mapping(mapping["claims"])})


def facts_to_mapping(facts: Facts) -> dict[str, Any]:
    """Turn facts into what JSON can hold, for sealing.

    Args:
        facts: The facts.

    Returns:
        A mapping that `facts_from_mapping` reads.
    """
    ties = None if facts.companies is None else [_tie_to_mapping(tie) for tie in facts.companies]
    return {
        "identity": identity_to_mapping(facts.identity),
        "companies": ties,
        "companies_asked": facts.companies_asked,
    }


def facts_from_mapping(mapping: Mapping[str, Any]) -> Facts:
    """Turn an unsealed mapping back into facts.

    Args:
        mapping: What `facts_to_mapping` gave.

    Returns:
        The same facts.
    """
    ties = mapping["companies"]
    companies = None if ties is None else tuple(_tie_from_mapping(tie) for tie in ties)
    # What was sealed by an earlier release does not say whether it was asked: it always was.
    asked = mapping.get("companies_asked", True)
    return Facts(identity_from_mapping(mapping["identity"]), companies, asked)


def _tie_to_mapping(tie: CompanyTieClaim) -> dict[str, Any]:
    expires = tie.expires_at.isoformat() if tie.expires_at else None
    return {"cnpj": tie.cnpj, "name": tie.name, "role": tie.role, "expires_at": expires}


def _tie_from_mapping(mapping: Mapping[str, Any]) -> CompanyTieClaim:
    expires = mapping["expires_at"]
    instant = datetime.fromisoformat(expires) if expires else None
    return CompanyTieClaim(**{**mapping, "expires_at": instant})
