from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from govbr.answers import CompanyTieClaim
from govbr.client import GovbrClient
from govbr.companies import read_list, read_tie
from govbr.errors import BadAnswer
from govbr.testing import ScriptedProvider, settings_for_tests


def companies(
    provider: ScriptedProvider, client: GovbrClient
) -> tuple[CompanyTieClaim, ...] | None:
    provider.access_tokens.add("good")
    return client.fetch_facts("good", provider.cpf).companies


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("down", request=request)


def test_a_person_without_companies_has_none(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    assert companies(provider, client) == ()


def test_roles_are_read_and_a_collaborator_is_known_by_having_none(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    provider.companies = {
        "12345678000195": {"atuacao": "REPRESENTANTE_LEGAL", "cadastrador": "true"},
        "12ABC34501DE35": {
            "cadastrador": "false",
            "dataExpiracao": "2026-07-31T00:00:00.000-0300",
        },
        "12345678000276": {"atuacao": "ASTRONAUTA"},
    }
    ties = companies(provider, client)
    assert ties is not None
    assert [(tie.cnpj, tie.role) for tie in ties] == [
        ("12345678000195", "REPRESENTANTE_LEGAL"),
        ("12ABC34501DE35", "COLABORADOR"),
        ("12345678000276", "ASTRONAUTA"),
    ]
    assert ties[1].expires_at == datetime(2026, 7, 31, 3, tzinfo=UTC)


def test_an_expiry_without_a_zone_is_brasilias() -> None:
    tie = read_tie("12345678000195", "X", {"dataExpiracao": "2026-07-31 00:00:00"})
    assert tie.expires_at == datetime(2026, 7, 31, 3, tzinfo=UTC)


def test_a_company_that_does_not_know_the_person_is_passed_over(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    provider.companies = {"12345678000195": {}, "12345678000276": {"atuacao": "SOCIO"}}
    ties = companies(provider, client)
    assert ties is not None
    assert [tie.cnpj for tie in ties] == ["12345678000276"]


@pytest.mark.parametrize("call", ["empresas", "participante"])
@pytest.mark.parametrize(
    "fault",
    [
        unreachable,
        lambda _: httpx.Response(503),
        lambda _: httpx.Response(401, json={"errors": [{"code": "ACCESSTOKEN_MUSTBEVALID"}]}),
        lambda _: httpx.Response(200, content=b"<html>"),
        lambda _: httpx.Response(200, json=[{"razaoSocial": "no number"}]),
        lambda _: httpx.Response(200, json="odd"),
    ],
)
def test_an_api_that_fails_makes_the_ties_unknown_and_stops_nobody(
    provider: ScriptedProvider,
    client: GovbrClient,
    call: str,
    fault: Callable[[httpx.Request], httpx.Response],
) -> None:
    provider.companies = {"12345678000195": {"atuacao": "SOCIO"}}
    provider.faults[call] = fault
    assert companies(provider, client) is None


@pytest.mark.parametrize("detail", [{"atuacao": 7}, {"dataExpiracao": "soon"}])
def test_a_detail_that_cannot_be_read_makes_the_ties_unknown(
    provider: ScriptedProvider, client: GovbrClient, detail: dict[str, object]
) -> None:
    provider.companies = {"12345678000195": detail}
    assert companies(provider, client) is None


def test_version_1_of_early_2020_gives_the_same_ties(now: datetime) -> None:
    """Each version's own shapes, one reading."""
    companies_of_each: dict[str, object] = {}
    for version in ("v2", "v1"):
        provider = ScriptedProvider(settings_for_tests(companies_api=version), lambda: now)
        provider.companies = {
            "12345678000195": {"atuacao": "REPRESENTANTE_LEGAL"},
            "12345678000276": {"atuacao": "SOCIO"},
            "12345678000357": {},
        }
        client = GovbrClient(provider.settings, lambda: now, provider.transport)
        companies_of_each[version] = companies(provider, client)
        paths = [
            request.url.path for request in provider.requests if "empresas" in request.url.path
        ]
        assert {path.split("/")[2] for path in paths} == {version}
    assert companies_of_each["v1"] == companies_of_each["v2"]
    assert companies_of_each["v1"] == (
        CompanyTieClaim("12345678000195", "Empresa 12345678000195", "REPRESENTANTE_LEGAL", None),
        CompanyTieClaim("12345678000276", "Empresa 12345678000276", "SOCIO", None),
    )


@pytest.mark.parametrize("body", [[], {}, {"cnpjs": "x"}, {"cnpjs": [{"nome": "X"}]}, "x"])
def test_a_list_of_version_1_that_is_none_is_unknown_and_stops_nothing(
    now: datetime, body: object
) -> None:
    provider = ScriptedProvider(settings_for_tests(companies_api="v1"), lambda: now)
    provider.faults["empresas v1"] = lambda _: httpx.Response(200, json=body)
    client = GovbrClient(provider.settings, lambda: now, provider.transport)
    assert companies(provider, client) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12.345.678/0001-95", "12345678000195"),
        ("12abc34501de35", "12ABC34501DE35"),
        ("12.ABC.345/01de-35", "12ABC34501DE35"),
    ],
)
def test_a_companys_number_is_one_however_it_is_written(written: str, read: str) -> None:
    listed = read_list([{"cnpj": written, "razaoSocial": "X"}, {"cnpj": read, "razaoSocial": "Y"}])
    assert listed == [(read, "X")]


@pytest.mark.parametrize("cadastrador", ["true", "false", True, False, None, "odd"])
def test_the_cadastrador_makes_no_role(cadastrador: object) -> None:
    assert read_tie("12345678000195", "X", {"cadastrador": cadastrador}).role == "COLABORADOR"
    partner = {"atuacao": "SOCIO", "cadastrador": cadastrador}
    assert read_tie("12345678000195", "X", partner).role == "SOCIO"


def test_more_companies_than_a_person_has_are_not_read() -> None:
    with pytest.raises(BadAnswer, match="too long"):
        read_list([{"cnpj": "12345678000195"}] * 201)


def test_one_detail_that_fails_leaves_none_of_the_others_to_stand_for_all(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    """A list that lacks one tie would deny a person what is theirs: it is unknown as a whole."""
    provider.companies = {
        "12345678000195": {"atuacao": "SOCIO"},
        "12345678000276": {"atuacao": 7},
    }
    assert companies(provider, client) is None
