# ruff: noqa: ANN401 - a fixture's class lives in conftest.py, which tests cannot import

from typing import Any

import pytest

BEATRIZ, HELENA, RAFAEL = "28461935764", "73190526443", "40618752307"
OTAVIO, MARCELO, CECILIA = "15386079484", "62049183704", "57831469273"
LABORATORIO = "47205138000190"


def listing(citizen: Any, cpf: str, asked: str | None = None) -> Any:
    token = citizen.tokens(cpf)["access_token"]
    path = f"/empresas/v2/empresas?filtrar-por-participante={asked or cpf}"
    return citizen.api(path, token)


def role(citizen: Any, cpf: str, cnpj: str) -> Any:
    token = citizen.tokens(cpf)["access_token"]
    return citizen.api(f"/empresas/v2/empresas/{cnpj}/participantes/{cpf}", token)


def test_companies_are_listed_with_the_manuals_fields(citizen: Any) -> None:
    (company,) = listing(citizen, BEATRIZ).json()
    assert set(company) == {"cnpj", "razaoSocial", "dataCriacao"}
    assert company["cnpj"] == LABORATORIO
    assert company["dataCriacao"].endswith("-0300")


def test_an_alphanumeric_cnpj_is_listed_and_found_in_any_case(citizen: Any) -> None:
    assert "7K9MN2P4000165" in [each["cnpj"] for each in listing(citizen, HELENA).json()]
    assert role(citizen, HELENA, "7k9mn2p4000165").json()["atuacao"] == "SOCIO"


def test_no_company_is_an_empty_list(citizen: Any) -> None:
    assert listing(citizen, CECILIA).json() == []


@pytest.mark.parametrize(
    ("cpf", "cnpj", "expected"),
    [
        (BEATRIZ, LABORATORIO, "REPRESENTANTE_LEGAL"),
        (OTAVIO, "91502648000111", "NAO_ATUANTE"),
        (MARCELO, "20573819000155", "CONTADOR"),
    ],
)
def test_a_role_is_told(citizen: Any, cpf: str, cnpj: str, expected: str) -> None:
    answer = role(citizen, cpf, cnpj).json()
    assert answer["cpf"] == cpf
    assert answer["atuacao"] == expected
    assert answer["cadastrador"] == "true"
    assert "cpfCadastrador" not in answer


def test_a_collaborator_has_no_atuacao(citizen: Any) -> None:
    answer = role(citizen, RAFAEL, LABORATORIO).json()
    assert "atuacao" not in answer
    assert answer["cadastrador"] == "false"
    assert answer["cpfCadastrador"] == BEATRIZ
    assert answer["dataExpiracao"] == "2035-12-31T00:00:00.000-0300"


def error_of(response: Any) -> tuple[int, str]:
    (error,) = response.json()["errors"]
    assert set(error) == {"status", "code", "title"}
    assert error["status"] == response.status_code
    return response.status_code, error["code"]


def test_a_company_that_is_not_ones_own_is_not_found(citizen: Any) -> None:
    answer = role(citizen, BEATRIZ, "91502648000111")
    assert error_of(answer) == (404, "COMPANYIDPARTICIPANT_MUSTFOUNDARECORD")


def test_a_token_without_the_scope_is_refused(citizen: Any) -> None:
    token = citizen.tokens(BEATRIZ, scope="openid email")["access_token"]
    answer = citizen.api(f"/empresas/v2/empresas?filtrar-por-participante={BEATRIZ}", token)
    assert error_of(answer) == (401, "ACCESSTOKEN_SCOPE_MUSTCONTAINSEXPECTEDSCOPE")
    assert "Valor esperado: 'govbr_empresa'" in answer.json()["errors"][0]["title"]


def test_a_bad_token_is_refused(citizen: Any) -> None:
    answer = citizen.api("/empresas/v2/empresas", "inventado")
    assert error_of(answer) == (401, "ACCESSTOKEN_MUSTBEVALID")


def test_another_persons_cpf_is_refused(citizen: Any) -> None:
    assert listing(citizen, BEATRIZ, asked=HELENA).status_code == 403
