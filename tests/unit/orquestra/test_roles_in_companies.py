"""What each answer of gov.br about a company lets a person do in Orquestra (Inmetro's FAQ)."""

from datetime import UTC, datetime, timedelta

import pytest

from orquestra.documents import Cnpj
from orquestra.people import may_open_processes
from orquestra.people.ties import CompanyTie

NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)
COMPANY = Cnpj("12345678000195")


@pytest.mark.parametrize(
    ("role", "days_left", "may"),
    [
        ("REPRESENTANTE_LEGAL", None, True),
        ("SOCIO", None, True),
        # A collaborator acts only by a delegation that the representative makes in Orquestra.
        ("COLABORADOR", 30, False),
        ("NAO_ATUANTE", None, False),
        ("CONTADOR", None, False),
        ("ASTRONAUTA", None, False),
        ("SOCIO", 1, True),
        ("SOCIO", 0, False),
        ("REPRESENTANTE_LEGAL", -1, False),
    ],
)
def test_only_representatives_and_partners_whose_tie_holds_may_open_processes(
    role: str, days_left: int | None, *, may: bool
) -> None:
    expires_at = None if days_left is None else NOW + timedelta(days=days_left)
    tie = CompanyTie(
        cnpj=COMPANY, company_name="Exemplo", role=role, expires_at=expires_at, read_at=NOW
    )
    assert may_open_processes([tie], NOW) is may


def test_one_tie_that_acts_is_enough_and_none_is_none() -> None:
    ties = [
        CompanyTie(cnpj=COMPANY, company_name="Exemplo", role=role, expires_at=None, read_at=NOW)
        for role in ("CONTADOR", "SOCIO")
    ]
    assert may_open_processes(ties, NOW)
    assert not may_open_processes([], NOW)
