"""The powers of each role in a company hold for every role, end and instant."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orquestra.documents import Cnpj
from orquestra.people import NO_POWERS, CompanyTie, RolePowers, powers_of

NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)
ALL_POWERS = RolePowers(may_request_every_service=True, may_delegate=True, may_manage_members=True)
RECOGNISED = ("REPRESENTANTE_LEGAL", "SOCIO")
roles = st.sampled_from([*RECOGNISED, "COLABORADOR", "CONTADOR", "NAO_ATUANTE"]) | st.text()
seconds = st.integers(min_value=-(10**8), max_value=10**8)


def _tie(role: str, expires_at: datetime | None) -> CompanyTie:
    return CompanyTie(
        cnpj=Cnpj("12345678000195"),
        company_name="Exemplo",
        role=role,
        expires_at=expires_at,
        read_at=NOW,
    )


@pytest.mark.parametrize("role", RECOGNISED)
def test_a_representative_and_a_partner_may_do_everything(role: str) -> None:
    assert powers_of(role) == ALL_POWERS


@pytest.mark.parametrize("role", ["COLABORADOR", "CONTADOR", "NAO_ATUANTE"])
def test_a_collaborator_an_accountant_and_who_has_no_role_may_do_nothing(role: str) -> None:
    assert powers_of(role) == NO_POWERS


@given(role=st.text().filter(lambda role: role not in RECOGNISED))
def test_a_role_that_is_not_known_lets_nobody_do_anything(role: str) -> None:
    assert powers_of(role) == NO_POWERS


@given(role=roles, left=seconds)
def test_no_power_outlives_the_tie(role: str, left: int) -> None:
    powers = _tie(role, NOW + timedelta(seconds=left)).powers(NOW)
    assert powers == (powers_of(role) if left > 0 else NO_POWERS)


@given(role=roles, left=st.none() | seconds)
def test_who_acts_for_a_company_is_who_may_ask_for_every_service(
    role: str, left: int | None
) -> None:
    tie = _tie(role, None if left is None else NOW + timedelta(seconds=left))
    assert tie.acts(NOW) is tie.powers(NOW).may_request_every_service
