# ruff: noqa: ANN401 - a fixture's class lives in conftest.py, which tests cannot import

import re
from collections.abc import Callable
from typing import Any

import httpx

HOME = "http://localhost:8000/"


def step_two(citizen: Any, cpf: str, email: str = "nova@exemplo.com.br") -> httpx.Response:
    page = citizen.follow(citizen.authorize())
    page = citizen.post(page, "/login", cpf=cpf)
    assert "Dados Cadastrais" in page.text
    person = {"nome": "Marina Lopes", "email": email, "telefone": "(61) 99200-1234"}
    page = citizen.post(page, "/cadastro/dados", cpf=cpf, **person)
    assert "Validar Dados" in page.text
    return page


def step_code(citizen: Any, cpf: str, channel: str = "email") -> httpx.Response:
    page = citizen.post(step_two(citizen, cpf), "/cadastro/validar", resposta="Marina")
    assert "Para ativar sua conta, enviaremos um código para você." in page.text
    page = citizen.post(page, "/cadastro/habilitar", canal=channel)
    assert "Código de 6 caracteres" in page.text
    return page


def newest_code(citizen: Any, address: str = "nova@exemplo.com.br") -> str:
    box = citizen.control("GET", "mailbox", params={"address": address}).json()
    return str(box[0]["code"])


def sign_up(citizen: Any, cpf: str) -> httpx.Response:
    page = citizen.post(step_code(citizen, cpf), "/cadastro/codigo", codigo=newest_code(citizen))
    assert "Cadastrar Senha" in page.text
    return citizen.post(page, "/cadastro/senha", senha="Nova#Senha1", confirmacao="Nova#Senha1")


def test_a_new_account_goes_on_to_consent_and_to_the_client(citizen: Any) -> None:
    cpf = citizen.made_up_cpf()
    page = sign_up(citizen, cpf)
    assert "Autorização de uso de dados pessoais" in page.text
    code = citizen.answer(citizen.post(page, "/autorizacao", decisao="autorizar"))["code"]
    token = citizen.exchange(code).json()["access_token"]
    told = citizen.userinfo(token).json()
    assert told["name"] == "Marina Lopes"
    assert told["phone_number"] == "61992001234"


def test_the_code_is_read_on_the_mailbox_page_and_typed_in_any_case(citizen: Any) -> None:
    page = step_code(citizen, citizen.made_up_cpf(), "sms")
    box = citizen.browser.get("/simulador/caixa-de-entrada").text
    found = re.search(r'class="codigo"[^>]*>([A-Z0-9]{6})<', box)
    assert found
    page = citizen.post(page, "/cadastro/codigo", codigo=found[1].lower())
    assert "Cadastrar Senha" in page.text


def test_a_wrong_code_is_said_and_a_resent_one_replaces_it(citizen: Any) -> None:
    page = step_code(citizen, citizen.made_up_cpf())
    first = newest_code(citizen)
    assert "Código incorreto" in citizen.post(page, "/cadastro/codigo", codigo="000000").text
    page = citizen.post(page, "/cadastro/habilitar", canal="email")
    assert "Código incorreto" in citizen.post(page, "/cadastro/codigo", codigo=first).text
    page = citizen.post(page, "/cadastro/codigo", codigo=newest_code(citizen))
    assert "Cadastrar Senha" in page.text


def test_after_five_wrong_codes_the_right_one_does_not_help(citizen: Any) -> None:
    page = step_code(citizen, citizen.made_up_cpf())
    for _ in range(5):
        citizen.post(page, "/cadastro/codigo", codigo="000000")
    page = citizen.post(page, "/cadastro/codigo", codigo=newest_code(citizen))
    assert "Código incorreto ou vencido" in page.text


def test_steps_cannot_be_skipped(citizen: Any) -> None:
    page = step_two(citizen, citizen.made_up_cpf())
    page = citizen.post(page, "/cadastro/senha", senha="Nova#Senha1", confirmacao="Nova#Senha1")
    assert "Qual é o seu primeiro nome?" in page.text
    assert "Resposta incorreta" in citizen.post(page, "/cadastro/validar", resposta="x").text


def test_wrong_data_and_weak_passwords_are_said(citizen: Any) -> None:
    page = citizen.follow(citizen.authorize())
    page = citizen.post(page, "/login", cpf=citizen.made_up_cpf())
    wrong = citizen.post(page, "/cadastro/dados", cpf="123", nome="Só", email="x", telefone="1")
    assert wrong.status_code == 422
    assert wrong.text.count('class="erro"') == 4
    for password, repeated in (("curta", "curta"), ("Nova#Senha1", "Nova#Senha2")):
        page = step_code(citizen, citizen.made_up_cpf())
        page = citizen.post(page, "/cadastro/codigo", codigo=newest_code(citizen))
        page = citizen.post(page, "/cadastro/senha", senha=password, confirmacao=repeated)
        assert page.status_code == 422


def test_a_cpf_with_an_account_cannot_sign_up_again(citizen: Any) -> None:
    page = citizen.follow(citizen.authorize())
    page = citizen.post(page, "/login", cpf=citizen.made_up_cpf())
    person = {"nome": "Ana Clara", "email": "a@b.br", "telefone": "61992001234"}
    page = citizen.post(page, "/cadastro/dados", cpf="71263890512", **person)
    assert "Já existe uma conta" in page.text


def test_the_lost_flow_lands_on_the_clients_home_page_without_a_code(citizen: Any) -> None:
    citizen.fault("authorize", "lost_flow_after_sign_up")
    landed = sign_up(citizen, citizen.made_up_cpf())
    assert landed.headers["Location"] == HOME


def test_people_and_consents_and_keys_survive_a_restart(start: Callable[..., Any]) -> None:
    with start() as citizen:
        cpf = citizen.made_up_cpf()
        page = sign_up(citizen, cpf)
        citizen.post(page, "/autorizacao", decisao="autorizar")
        key = citizen.back_end.get(f"{citizen.config.issuer}jwk").json()
    with start() as citizen:
        assert citizen.back_end.get(f"{citizen.config.issuer}jwk").json() == key
        assert "code" in citizen.answer(citizen.log_in(cpf, "Nova#Senha1"))
