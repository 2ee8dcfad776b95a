# ruff: noqa: ANN401 - a fixture's class lives in conftest.py, which tests cannot import

import base64
import json
from typing import Any

import pytest

HELENA, CECILIA = "73190526443", "57831469273"
COMPANY = "63819427000136"


def payload(token: str) -> dict[str, Any]:
    return dict(json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==")))


def tokens(citizen: Any, way: str, cpf: str, **chosen: str) -> tuple[dict[str, Any], str]:
    page = citizen.follow(citizen.authorize())
    assert "Outras opções de identificação" in page.text
    page = citizen.post(page, f"/login/outras/{way}", cpf=cpf, **chosen)
    if not page.is_redirect:
        page = citizen.post(page, "/autorizacao", decisao="autorizar")
    answer = citizen.exchange(citizen.answer(page)["code"]).json()
    return payload(answer["id_token"]), str(answer["access_token"])


@pytest.mark.parametrize(
    ("way", "choice", "amr", "level"),
    [
        ("banco", "bank341", ["bank", "bank341"], "silver"),
        ("qrcode", "", ["app", "app_qrcode"], "bronze"),
        ("certificado", "", ["x509", "x509_token"], "gold"),
        ("nuvem", "x509_vidaas", ["x509", "x509_vidaas"], "gold"),
    ],
)
def test_each_other_way_in_says_in_amr_what_it_was(
    citizen: Any, way: str, choice: str, amr: list[str], level: str
) -> None:
    new = {"cpf": citizen.made_up_cpf(), "name": "Ana Lima", "email": "a@exemplo.br"}
    person = {**new, "phone": "61992000000", "password": "Senha#2026", "level": "bronze"}
    citizen.control("POST", "people", json=person).raise_for_status()
    chosen = {"escolha": choice} if choice else {}
    claims, _token = tokens(citizen, way, new["cpf"], **chosen)
    assert claims["amr"] == amr
    assert claims["reliability_info"]["level"] == level


def test_a_companys_certificate_puts_its_number_into_the_tokens(citizen: Any) -> None:
    claims, token = tokens(citizen, "certificado", HELENA, empresa=COMPANY)
    assert claims["cnpj"] == "63.819.427/0001-36"
    assert claims["cnpj_certificate_name"] == "Brinquedos Pipa Mágica S.A."
    assert payload(token)["cnpj"] == "63.819.427/0001-36"


def test_a_company_that_is_not_the_persons_is_refused(citizen: Any) -> None:
    page = citizen.follow(citizen.authorize())
    refused = citizen.post(page, "/login/outras/certificado", cpf=CECILIA, empresa=COMPANY)
    assert refused.status_code == 422
    assert "precisa ser de uma empresa desta pessoa" in refused.text


@pytest.mark.parametrize("form", [{}, {"cpf": HELENA, "escolha": "bank999"}])
def test_nobody_is_let_in_without_a_choice(citizen: Any, form: dict[str, str]) -> None:
    page = citizen.follow(citizen.authorize())
    assert citizen.post(page, "/login/outras/banco", **form).status_code == 422


def test_the_certificate_is_told_to_whoever_asked_for_its_scope(citizen: Any) -> None:
    scope = "openid govbr_recupera_certificadox509"
    page = citizen.follow(citizen.authorize(scope=scope))
    page = citizen.post(page, "/login/outras/nuvem", cpf=CECILIA, escolha="x509_safeid")
    if not page.is_redirect:
        page = citizen.post(page, "/autorizacao", decisao="autorizar")
    token = citizen.exchange(citizen.answer(page)["code"]).json()["access_token"]
    told = citizen.userinfo(token, "api/x509/info").json()
    assert told["provider"] == "safeid"
    assert (told["type"], told["amr"]) == ("cloud", ["x509", "x509_safeid"])
    by_password = citizen.tokens("28461935764")["access_token"]
    assert citizen.userinfo(by_password, "api/x509/info").status_code == 401


def test_a_permission_is_listed_and_withdrawn_and_asked_for_again(citizen: Any) -> None:
    citizen.obtain_code(HELENA)
    page = citizen.browser.get("/conta/permissoes")
    assert "Inmetro - Solicitação de Serviços" in page.text
    assert "Dados de vinculação de empresas do gov.br" in page.text
    page = citizen.post(page, "/conta/permissoes")
    assert "Nenhum serviço está autorizado" in page.text
    assert "Autorizar" in citizen.follow(citizen.authorize()).text
