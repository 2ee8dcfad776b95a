# ruff: noqa: ANN401 - a fixture's class lives in conftest.py, which tests cannot import

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

CLIENT = "h-orquestra.exemplo.br"

ANA = "71263890512"


def payload(token: str) -> dict[str, Any]:
    return dict(json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==")))


@pytest.mark.parametrize("endpoint", ["token", "userinfo", "jwk", "authorize", "empresas"])
def test_a_status_fault_hits_exactly_the_next_requests(citizen: Any, endpoint: str) -> None:
    citizen.fault(endpoint, "status", status=429, times=2, retry_after=7)
    host = citizen.config.issuer
    paths = {"empresas": f"http://127.0.0.1:{citizen.config.api_port}/empresas/v2/empresas"}
    url = paths.get(endpoint, f"{host}{endpoint}")
    answers = [citizen.back_end.get(url) for _ in range(3)]
    assert [each.status_code == 429 for each in answers] == [True, True, False]
    assert answers[0].headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("kind", "error"), [("reset", httpx.NetworkError), ("closed", httpx.RemoteProtocolError)]
)
def test_a_broken_connection_is_really_broken(
    citizen: Any, kind: str, error: type[Exception]
) -> None:
    code = citizen.obtain_code(ANA)
    citizen.fault("token", kind)
    with pytest.raises(error):
        citizen.exchange(code)
    assert citizen.exchange(code).status_code == 200


def test_a_delay_waits_and_then_answers(citizen: Any) -> None:
    citizen.fault("jwk", "delay", seconds=0.4)
    began = time.monotonic()
    assert citizen.back_end.get(f"{citizen.config.issuer}jwk").status_code == 200
    assert time.monotonic() - began >= 0.4


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        ("id_token_wrong_nonce", "nonce"),
        ("id_token_wrong_iss", "iss"),
        ("id_token_wrong_aud", "aud"),
    ],
)
def test_an_id_token_can_be_wrong_in_one_claim(citizen: Any, kind: str, claim: str) -> None:
    right = {"nonce": citizen.nonce, "iss": citizen.config.issuer, "aud": CLIENT}
    citizen.fault("token", kind)
    claims = payload(citizen.tokens(ANA)["id_token"])
    assert [name for name, value in right.items() if claims[name] != value] == [claim]


def test_an_id_token_can_be_expired_missing_or_badly_signed(citizen: Any) -> None:
    citizen.fault("token", "id_token_expired")
    assert payload(citizen.tokens(ANA)["id_token"])["exp"] < time.time() - 600
    citizen.fault("token", "id_token_missing")
    code = citizen.obtain_code_again()
    assert "id_token" not in citizen.exchange(code).json()
    citizen.fault("token", "id_token_bad_signature")
    token = citizen.exchange(citizen.obtain_code_again()).json()["id_token"]
    assert citizen.userinfo(token).status_code == 401


def test_a_code_can_be_refused_on_demand(citizen: Any) -> None:
    citizen.fault("token", "invalid_grant")
    refused = citizen.exchange(citizen.obtain_code(ANA))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


def test_userinfo_can_be_somebody_elses_and_companies_can_vanish(citizen: Any) -> None:
    beatriz = "28461935764"
    token = citizen.tokens(beatriz)["access_token"]
    path = f"/empresas/v2/empresas?filtrar-por-participante={beatriz}"
    citizen.fault("userinfo", "other_sub")
    citizen.fault("empresas", "empty")
    assert citizen.userinfo(token).json()["sub"] != beatriz
    assert citizen.api(path, token).json() == []
    assert citizen.userinfo(token).json()["sub"] == beatriz
    assert len(citizen.api(path, token).json()) == 1


def test_a_fault_can_be_one_persons(citizen: Any) -> None:
    citizen.fault("userinfo", "other_sub", cpf="28461935764")
    token = citizen.tokens(ANA)["access_token"]
    assert citizen.userinfo(token).json()["sub"] == ANA
    assert len(citizen.control("GET", "faults").json()) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"endpoint": "nada", "kind": "status"},
        {"endpoint": "jwk", "kind": "other_sub"},
        {"endpoint": "jwk", "kind": "status", "status": 200},
        {"endpoint": "jwk", "kind": "status", "times": 0.5},
        {"endpoint": "jwk", "kind": "delay", "seconds": "x"},
        {"endpoint": "jwk", "kind": "status", "cpf": "123"},
    ],
)
def test_a_fault_that_does_not_exist_is_refused(citizen: Any, asked: dict[str, Any]) -> None:
    response = citizen.control("POST", "faults", json=asked)
    assert response.status_code == 400
    assert response.json()["error"]


@pytest.mark.parametrize("wrong", [{"times": 0}, {"seconds": -1, "kind": "delay"}, {"status": 0}])
def test_a_number_out_of_bounds_is_refused_also_where_it_is_nothing(
    citizen: Any, wrong: dict[str, Any]
) -> None:
    asked = {"endpoint": "token", "kind": "status", **wrong}
    assert citizen.control("POST", "faults", json=asked).status_code == 400
    assert citizen.control("GET", "faults").json() == []


def test_every_answer_says_that_it_is_the_simulators(citizen: Any) -> None:
    api = f"http://127.0.0.1:{citizen.config.api_port}/empresas/v2/empresas"
    for address in (f"{citizen.config.issuer}jwk", citizen.config.issuer, api):
        assert "nao e o gov.br" in citizen.back_end.get(address).headers["X-Simulador"]


def test_the_faults_page_orders_and_clears(citizen: Any) -> None:
    form = {"falha": "token:status", "times": "3", "status": "500", "acao": "criar"}
    page = citizen.follow(citizen.browser.post("/simulador/falhas", data=form))
    assert "status=500" in page.text
    page = citizen.follow(citizen.browser.post("/simulador/falhas", data={"acao": "limpar"}))
    assert "Nenhuma: tudo funciona." in page.text


def test_the_request_log_counts_and_hides_personal_data(citizen: Any) -> None:
    citizen.control("DELETE", "requests")
    token = citizen.tokens(ANA)["access_token"]
    citizen.api(f"/empresas/v2/empresas/47205138000190/participantes/{ANA}", token)
    logged = citizen.control("GET", "requests").json()
    assert [each["status"] for each in logged if each["endpoint"] == "token"] == [200]
    written = f"{ANA[:3]}.{ANA[3:6]}.{ANA[6:9]}-{ANA[9:]}"
    citizen.api(f"/empresas/v2/empresas/47205138000190/participantes/{written}", token)
    company, punctuated = citizen.control(
        "GET", "requests", params={"endpoint": "participante"}
    ).json()
    assert written not in punctuated["path"]
    assert company["path"] == "/empresas/v2/empresas/***/participantes/***"
    assert ANA not in json.dumps(logged)
    assert citizen.state not in json.dumps(logged)


def test_a_person_can_be_made_and_logs_in(citizen: Any, new_person: Callable[..., str]) -> None:
    cpf = new_person(
        name="Zélia Prado",
        email="z@exemplo.br",
        password="Outra#99",
        companies=[{"cnpj": "12.ABC.345/01DE-35", "name": "Alfa", "role": "SOCIO"}],
    )
    page = citizen.log_in(cpf, "Outra#99")
    assert "Autorizar" in page.text
    again = citizen.control("POST", "people", json={"cpf": cpf, "name": "Outra"})
    assert again.status_code == 400
    assert cpf not in again.text


@pytest.mark.parametrize(
    "body",
    [
        {"cpf": "12345678900", "name": "Alguém"},
        {"name": "Sem CPF"},
        {"cpf": "53409287647", "name": ""},
        {"cpf": "65923170434", "name": "A", "idade": 3},
        {
            "cpf": "65923170434",
            "name": "A",
            "companies": [{"cnpj": "1", "name": "", "role": "SOCIO"}],
        },
    ],
)
def test_a_person_that_is_not_valid_is_refused(citizen: Any, body: dict[str, Any]) -> None:
    assert citizen.control("POST", "people", json=body).status_code == 400


def test_people_of_a_file_exist_even_when_it_appears_later(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    people_file = tmp_path / "people.json"
    entry = {
        "cpf": "65923170434",
        "name": "Vinda do Arquivo",
        "email": "v@exemplo.br",
        "phone": "61990000000",
        "password": "Do#Arquivo1",
        "companies": [{"cnpj": "91502648000111", "name": "Importadora", "role": "SOCIO"}],
    }
    with start(people_file=people_file) as citizen:
        people_file.write_text(json.dumps([entry]), encoding="utf-8")
        assert "Vinda do Arquivo" in citizen.log_in(entry["cpf"], "Do#Arquivo1").text


def test_every_persona_is_listed_with_the_password_and_can_log_in(citizen: Any) -> None:
    people = citizen.control("GET", "people").json()
    personas = [each for each in people if each["source"] == "persona"]
    assert len(personas) >= 14
    index = citizen.browser.get("/simulador").text
    for each in personas:
        assert each["name"] in index
        assert each["password"] == "Senha#2026"


def test_contrast_is_switched_without_scripts_and_leads_only_to_own_pages(citizen: Any) -> None:
    back = citizen.browser.post("/contraste", data={"voltar": "/simulador/falhas"})
    assert back.headers["Location"] == "/simulador/falhas"
    assert 'class="alto-contraste"' in citizen.browser.get("/simulador").text
    for foreign in ("//evil.example", "https://evil.example", "/\\evil.example"):
        back = citizen.browser.post("/contraste", data={"voltar": foreign})
        assert back.headers["Location"] == "/simulador"
