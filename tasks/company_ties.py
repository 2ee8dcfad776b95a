"""What gov.br tells of a person's companies, as the portal keeps it."""

from collections.abc import Mapping, Sequence
from typing import Final

from govbr.answers import CompanyTieClaim
from orquestra import people
from orquestra.documents import Cnpj
from orquestra.errors import InvalidCnpj

#: How an attempt ends that served its purpose.
ENDS: Final[Mapping[str, str]] = {"normalizar": "confirmado", "entrar": "entrou"}


def ties_from(claims: Sequence[CompanyTieClaim]) -> list[people.Tie]:
    """Return gov.br's claims as ties.

    Args:
        claims: As gov.br told them.

    Returns:
        The ties, without those whose CNPJ cannot exist.
    """
    return [tie for claim in claims for tie in _tie(claim)]


def _tie(claim: CompanyTieClaim) -> list[people.Tie]:
    """Return gov.br's claim as a tie; a CNPJ that cannot exist proves nothing and is left out."""
    try:
        cnpj = Cnpj.parse(claim.cnpj)
    except InvalidCnpj:
        return []
    return [
        people.Tie(cnpj=cnpj, company_name=claim.name, role=claim.role, expires_at=claim.expires_at)
    ]
