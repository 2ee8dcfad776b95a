"""The second factor, a forgotten password, companies and levels: what a person does at gov.br."""

# ruff: noqa: ANN401 - a fixture's class lives in conftest.py, which tests cannot import

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

ODETE = "94580730224"
HOME = "http://localhost:8000/"
CNPJ = "12345678000195"
NEW = "Outra#2026"


def _code(citizen: Any) -> str:
    return str(citizen.control("GET", "mailbox").json()[0]["code"])


def _day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def _first_page(page: httpx.Response) -> str:
    return page.headers["Location"]


def test_a_second_factor_is_asked_for_and_told_in_amr(citizen: Any) -> None:
    page = citizen.log_in(ODETE)
    assert "Verificação em duas etapas" in page.text
    wrong = citizen.post(page, "/login/verificacao", codigo="000000")
    assert "Código incorreto ou vencido" in wrong.text
    page = citizen.post(wrong, "/login/verificacao", codigo=_code(citizen))
    code = citizen.answer(citizen.post(page, "/autorizacao", decisao="autorizar"))["code"]
    told = citizen.exchange(code).json()["id_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(told + "=="))
    assert claims["amr"] == ["passwd", "mfa", "otp"]


def test_a_code_is_used_once_in_time_and_by_the_browser_that_asked(citizen: Any) -> None:
    page = citizen.log_in(ODETE)
    code = _code(citizen)
    for _ in range(5):
        citizen.post(page, "/login/verificacao", codigo="000000")
    assert "incorreto" in citizen.post(page, "/login/verificacao", codigo=code).text
    page = citizen.post(page, "/login/verificacao/reenviar")
    with httpx.Client(base_url=citizen.config.issuer) as stranger:
        seen = stranger.get(f"/login/verificacao?{page.url.query.decode()}")
        assert seen.status_code == 410
    citizen.control("POST", "clock", json={"ahead_seconds": 601})
    assert "incorreto" in citizen.post(page, "/login/verificacao", codigo=_code(citizen)).text
    citizen.control("POST", "clock", json={"ahead_seconds": 0})


def test_a_person_turns_the_second_factor_on_and_it_stays(
    citizen: Any, new_person: Callable[..., str]
) -> None:
    cpf = new_person()
    citizen.obtain_code(cpf)
    assert "desligada" in citizen.browser.get("/conta").text
    citizen.browser.post("/conta/duas-etapas")
    assert "ligada" in citizen.browser.get("/conta").text
    citizen.browser.get("/logout")
    assert "Verificação em duas etapas" in citizen.log_in(cpf).text


def _recover(citizen: Any, cpf: str) -> httpx.Response:
    page = citizen.follow(citizen.authorize())
    page = citizen.post(page, "/login", cpf=cpf)
    page = citizen.follow(citizen.browser.get(_link(page, "recuperar")))
    page = citizen.post(page, "/recuperar", canal="email")
    assert "incorreto" in citizen.post(page, "/recuperar/codigo", codigo="x").text
    page = citizen.post(page, "/recuperar/codigo", codigo=_code(citizen))
    weak = citizen.post(page, "/recuperar/senha", senha="fraca", confirmacao="fraca")
    assert weak.status_code == 422
    return citizen.post(page, "/recuperar/senha", senha=NEW, confirmacao=NEW)


def _link(page: httpx.Response, part: str) -> str:
    found = re.search(rf'href="([^"]*{part}[^"]*)"', page.text)
    assert found is not None
    return found.group(1).replace("&amp;", "&")


def test_a_forgotten_password_is_replaced_and_the_road_goes_on(
    citizen: Any, new_person: Callable[..., str]
) -> None:
    cpf = new_person(email="esquecida@exemplo.com.br")
    assert "Autorizar" in _recover(citizen, cpf).text
    citizen.browser.get("/logout")
    assert "inválidos" in citizen.log_in(cpf).text
    assert "Autorizar" in citizen.log_in(cpf, NEW).text


def test_after_a_recovery_the_way_can_be_lost(citizen: Any, new_person: Callable[..., str]) -> None:
    cpf = new_person(email="perdida@exemplo.com.br")
    citizen.fault("authorize", "lost_flow_after_sign_up")
    assert _first_page(_recover(citizen, cpf)) == HOME


def test_a_new_password_does_not_take_the_second_factors_place(citizen: Any) -> None:
    answered = _recover(citizen, new_person_with(citizen, second_factor=True))
    assert "Verificação em duas etapas" in answered.text
    page = citizen.follow(citizen.authorize())
    assert "Identifique-se no gov.br com:" in page.text
    assert "Autorizar" in citizen.post(answered, "/login/verificacao", codigo=_code(citizen)).text


def new_person_with(citizen: Any, **fields: object) -> str:
    """Make a person with an address, by the control API."""
    cpf = citizen.made_up_cpf()
    body = {"cpf": cpf, "name": "Pessoa de Teste", "email": f"{cpf}@exemplo.com.br", **fields}
    assert citizen.control("POST", "people", json=body).status_code == 201
    return str(cpf)


def test_a_second_click_on_the_right_code_leads_on_as_the_first_did(citizen: Any) -> None:
    page = citizen.post(citizen.follow(citizen.authorize()), "/login", cpf=new_person_with(citizen))
    page = citizen.follow(citizen.browser.get(_link(page, "recuperar")))
    page = citizen.post(page, "/recuperar", canal="email")
    for _ in range(2):
        assert "Nova senha" in citizen.post(page, "/recuperar/codigo", codigo=_code(citizen)).text


def test_a_code_that_was_sent_for_one_thing_opens_no_other(citizen: Any) -> None:
    page = citizen.post(citizen.follow(citizen.authorize()), "/login", cpf=new_person_with(citizen))
    page = citizen.follow(citizen.browser.get(_link(page, "recuperar")))
    page = citizen.post(page, "/recuperar", canal="email")
    named = {"codigo_id": page.url.params["codigo_id"], "codigo": _code(citizen)}
    assert citizen.browser.post("/login/verificacao", data=named).status_code == 410


def test_no_new_password_without_the_code(citizen: Any, new_person: Callable[..., str]) -> None:
    cpf = new_person(email="outra@exemplo.com.br")
    page = citizen.post(citizen.follow(citizen.authorize()), "/login", cpf=cpf)
    page = citizen.follow(citizen.browser.get(_link(page, "recuperar")))
    page = citizen.post(page, "/recuperar", canal="email")
    citizen.post(page, "/recuperar/senha", senha=NEW, confirmacao=NEW)
    citizen.browser.get("/logout")
    assert "inválidos" in citizen.log_in(cpf, NEW).text


@pytest.fixture
def owner(citizen: Any, new_person: Callable[..., str]) -> Any:
    """Somebody who is logged in, and their token."""
    cpf = new_person()
    return cpf, citizen.tokens(cpf)["access_token"]


def _companies(citizen: Any, cpf: str, token: str) -> list[str]:
    path = f"/empresas/v2/empresas?filtrar-por-participante={cpf}"
    return [each["cnpj"] for each in citizen.api(path, token).json()]


def _tie(citizen: Any, **changes: str) -> httpx.Response:
    form = {
        "acao": "vincular",
        "cnpj": "12.345.678/0001-95",
        "nome": "Ensaios Exemplo Ltda",
        "atuacao": "REPRESENTANTE_LEGAL",
        "validade": _day(100),
    }
    answer: httpx.Response = citizen.browser.post("/conta/empresas", data=form | changes)
    return answer


def test_a_company_is_tied_by_its_certificate_and_taken_out(citizen: Any, owner: Any) -> None:
    cpf, token = owner
    assert _tie(citizen).status_code == 303
    assert _companies(citizen, cpf, token) == [CNPJ]
    told = citizen.api(f"/empresas/v2/empresas/{CNPJ}/participantes/{cpf}", token).json()
    assert (told["atuacao"], told["cadastrador"]) == ("REPRESENTANTE_LEGAL", "true")
    citizen.browser.post("/conta/empresas", data={"acao": "desvincular", "empresa": CNPJ})
    assert _companies(citizen, cpf, token) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cnpj": "12.345.678/0001-96"}, "CNPJ inválido"),
        ({"nome": " "}, "Informe o nome"),
        ({"atuacao": "COLABORADOR"}, "Escolha a atuação"),
        ({"validade": "amanhã"}, "Informe a data"),
        ({"validade": "2020-01-01"}, "já passou"),
    ],
)
def test_a_tie_that_cannot_be_is_refused_beside_its_field(
    citizen: Any, owner: Any, change: dict[str, str], sentence: str
) -> None:
    refused = _tie(citizen, **change)
    assert (refused.status_code, sentence in refused.text) == (422, True)
    assert _companies(citizen, *owner) == []


def test_a_collaborator_is_registered_by_the_rules_and_goes_with_the_company(
    citizen: Any, owner: Any, new_person: Callable[..., str]
) -> None:
    cpf, _ = owner
    helper = new_person()
    _tie(citizen)

    def add(who: str, until: str) -> httpx.Response:
        form = {"acao": "incluir", "empresa": CNPJ, "cpf": who, "validade": until}
        answer: httpx.Response = citizen.browser.post("/conta/empresas", data=form)
        return answer

    assert "não pode ser colaborador de si" in add(cpf, _day(10)).text
    assert "não tem conta" in add(citizen.made_up_cpf(), _day(10)).text
    assert "não pode passar da validade" in add(helper, _day(101)).text
    partner = new_person(companies=[{"cnpj": CNPJ, "name": "Ensaios", "role": "SOCIO"}])
    assert "já tem vínculo próprio" in add(partner, _day(10)).text
    assert add(helper, _day(100)).status_code == 303

    citizen.browser.get("/logout")
    token = citizen.tokens(helper)["access_token"]
    assert _companies(citizen, helper, token) == [CNPJ]
    told = citizen.api(f"/empresas/v2/empresas/{CNPJ}/participantes/{helper}", token).json()
    assert "atuacao" not in told
    assert (told["cadastrador"], told["cpfCadastrador"]) == ("false", cpf)

    citizen.browser.get("/logout")
    citizen.obtain_code(cpf)
    assert _tie(citizen, validade=_day(50)).status_code == 303
    told = citizen.api(f"/empresas/v2/empresas/{CNPJ}/participantes/{helper}", token).json()
    assert told["dataExpiracao"].startswith(_day(50))
    citizen.browser.post("/conta/empresas", data={"acao": "desvincular", "empresa": CNPJ})
    assert _companies(citizen, helper, token) == []


@pytest.mark.parametrize(
    ("levels", "level"),
    [("2", "silver"), ("2,3", "gold"), ("(2/3)", "silver"), ("3", "gold"), ("1", "bronze")],
)
def test_the_catalogue_raises_an_account_and_leads_back(
    citizen: Any, new_person: Callable[..., str], levels: str, level: str
) -> None:
    citizen.obtain_code(new_person(level="bronze"))
    query = {"client_id": citizen.config.client_id, "niveis": levels, "redirect_uri": HOME}
    api = f"http://127.0.0.1:{citizen.config.api_port}/"
    led = citizen.back_end.get(api, params=query)
    page = citizen.browser.get(led.headers["Location"])
    if level == "bronze":
        assert "já tem o nível" in page.text
        return
    assert f'value="{level}"' in page.text
    back = citizen.browser.post("/catalogo", data=query | {"nivel": level})
    assert back.headers["Location"] == HOME
    assert "já tem o nível" in citizen.browser.get("/catalogo", params=query).text


def test_the_catalogue_leads_to_no_other_site_and_now_and_then_to_a_fixed_address(
    citizen: Any,
) -> None:
    query = {"client_id": citizen.config.client_id, "niveis": "2"}
    evil = citizen.browser.get("/catalogo", params=query | {"redirect_uri": "https://e.example/"})
    assert evil.status_code == 400
    for address in ("https://e.example/", "//e.example", HOME.replace("http:", "javascript:")):
        refused = citizen.browser.post("/catalogo", data=query | {"redirect_uri": address})
        assert refused.status_code == 400
    wrong = {"niveis": "4", "redirect_uri": HOME}
    assert citizen.browser.get("/catalogo", params=query | wrong).status_code == 400
    citizen.fault("catalogo", "fixed_address")
    asked = query | {"redirect_uri": f"{HOME}niveis"}
    assert citizen.browser.post("/catalogo", data=asked).headers["Location"] == HOME
    assert citizen.browser.post("/catalogo", data=asked).headers["Location"] == f"{HOME}niveis"


def test_levels_and_the_certificate_can_fail_too(
    citizen: Any, new_person: Callable[..., str]
) -> None:
    cpf = new_person()
    scope = "openid govbr_confiabilidades govbr_recupera_certificadox509"
    token = citizen.tokens(cpf, scope=scope)["access_token"]
    path = f"/confiabilidades/v3/contas/{cpf}/niveis"
    citizen.fault("confiabilidades", "empty")
    assert citizen.api(path, token).json() == []
    citizen.fault("confiabilidades", "invalid_token")
    assert citizen.api(path, token).status_code == 401
    citizen.fault("confiabilidades", "status", status=503)
    assert citizen.api(path, token).status_code == 503
    assert citizen.api(path, token).status_code == 200
    citizen.fault("x509", "status", status=500)
    assert citizen.userinfo(token, "api/x509/info").status_code == 500


def test_a_connection_can_break_for_one_person_alone(
    citizen: Any, new_person: Callable[..., str]
) -> None:
    cpf = new_person()
    token = citizen.tokens(cpf)["access_token"]
    citizen.fault("userinfo", "status", status=429, retry_after=90, retry_after_date=True, cpf=cpf)
    citizen.fault("token", "status", status=500, cpf=cpf)
    citizen.browser.get("/logout")
    assert "access_token" in citizen.tokens(ODETE_S_NEIGHBOUR)
    broken = citizen.userinfo(token)
    assert broken.status_code == 429
    assert broken.headers["Retry-After"].endswith("GMT")
    citizen.browser.get("/logout")
    assert citizen.exchange(citizen.obtain_code(cpf)).status_code == 500
    assert citizen.userinfo(token).status_code == 200


ODETE_S_NEIGHBOUR = "71263890512"


def test_a_service_can_be_unknown_without_a_word(citizen: Any) -> None:
    citizen.fault("token", "empty_401")
    refused = citizen.exchange(citizen.obtain_code(ODETE_S_NEIGHBOUR))
    assert (refused.status_code, refused.content) == (401, b"")
