# ruff: noqa: ANN401 - a fixture's class lives in conftest.py, which tests cannot import

from collections.abc import Callable
from typing import Any

import httpx
import pytest

CALLBACK = "http://localhost:8000/govbr/callback"
HOME = "http://localhost:8000/"
SCOPES = "openid email profile phone govbr_empresa govbr_confiabilidades_idtoken"

ANA = "71263890512"


def test_discovery_has_the_measured_values_and_lacks_what_govbr_lacks(citizen: Any) -> None:
    document = citizen.browser.get("/.well-known/openid-configuration").json()
    assert document["issuer"] == citizen.config.issuer
    assert document["issuer"].endswith("/")
    assert document["jwks_uri"].endswith("/jwk")
    assert document["token_endpoint_auth_methods_supported"] == [
        "client_secret_post",
        "client_secret_basic",
    ]
    absent = {
        "code_challenge_methods_supported",
        "end_session_endpoint",
        "revocation_endpoint",
        "introspection_endpoint",
        "acr_values_supported",
        "prompt_values_supported",
    }
    assert not absent & set(document)


def test_a_wrong_client_ends_on_an_error_page_without_redirect(citizen: Any) -> None:
    response = citizen.authorize(client_id="outro", redirect_uri="https://evil.example/")
    assert not response.is_redirect
    assert "Erro: invalid_client" in response.text


@pytest.mark.parametrize(
    "address", [CALLBACK + "/", CALLBACK + "?a=1", "https://evil.example/", None]
)
def test_a_redirect_uri_that_differs_in_one_character_is_never_redirected_to(
    citizen: Any, address: str | None
) -> None:
    response = citizen.authorize(redirect_uri=address)
    assert not response.is_redirect
    assert "Erro: invalid_grant" in response.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": 'é"'}, "unsupported_response_type"),
        ({"scope": "openid inventado"}, "invalid_scope"),
        ({"scope": "email"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "curto"}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"state": None}, "invalid_request"),
    ],
)
def test_other_faults_of_the_request_go_back_to_the_client(
    citizen: Any, changes: dict[str, str | None], error: str
) -> None:
    parameters = citizen.answer(citizen.authorize(**changes))
    assert parameters["error"] == error
    assert "code" not in parameters
    assert parameters.get("state") == (None if "state" in changes else citizen.state)


def test_negar_sends_back_access_denied_with_the_state_and_no_code(citizen: Any) -> None:
    page = citizen.log_in(ANA)
    back = citizen.post(page, "/autorizacao", decisao="negar")
    assert back.status_code == 303
    assert citizen.answer(back) == {
        "error": "access_denied",
        "error_description": "User denied access",
        "state": citizen.state,
    }


def test_consent_lists_what_the_scopes_ask_for(
    citizen: Any, new_person: Callable[..., str]
) -> None:
    page = citizen.log_in(new_person(), scope="openid email govbr_empresa")
    assert "Autorização de uso de dados pessoais" in page.text
    assert "Inmetro - Solicitação de Serviços" in page.text
    for shown in ("Identidade gov.br", "Endereço de e-mail", "Dados de vinculação de empresas"):
        assert shown in page.text
    assert "Número de telefone celular" not in page.text
    assert page.text.index(">Negar<") < page.text.index(">Autorizar<")


def test_consent_is_remembered_and_asked_again_for_more_scopes(
    citizen: Any, new_person: Callable[..., str]
) -> None:
    citizen.obtain_code(new_person(), scope="openid email")
    assert "code" in citizen.answer(citizen.authorize(scope="openid email"))
    assert "Autorizar" in citizen.follow(citizen.authorize(scope="openid email phone")).text


def test_a_session_skips_the_login_until_logout(
    citizen: Any, new_person: Callable[..., str]
) -> None:
    citizen.obtain_code(new_person())
    assert "code" in citizen.answer(citizen.authorize())
    gone = citizen.browser.get("/logout", params={"post_logout_redirect_uri": HOME})
    assert gone.headers["Location"] == HOME
    assert "Identifique-se no gov.br com:" in citizen.follow(citizen.authorize()).text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_logout_to_an_unregistered_address_stays_here(citizen: Any, method: str) -> None:
    response = citizen.browser.request(
        method, "/logout", params={"post_logout_redirect_uri": "https://evil.example/"}
    )
    page = citizen.follow(response)
    assert page.status_code == 200
    assert "Você saiu" in page.text


def test_a_logout_form_of_another_site_ends_the_session_by_a_get_that_brings_the_cookie(
    citizen: Any, new_person: Callable[..., str]
) -> None:
    citizen.obtain_code(new_person())
    address = f"{citizen.config.issuer}logout"
    # A browser leaves a SameSite=Lax cookie out of another site's form.
    sent = httpx.post(address, data={"post_logout_redirect_uri": HOME})
    assert sent.status_code == 303
    gone = citizen.browser.get(sent.headers["Location"])
    assert gone.headers["Location"] == HOME
    assert "Identifique-se no gov.br com:" in citizen.follow(citizen.authorize()).text


def test_a_wrong_password_and_a_wrong_cpf_are_said_on_the_page(citizen: Any) -> None:
    assert "Usuário e/ou senha inválidos." in citizen.log_in(ANA, "errada").text
    page = citizen.follow(citizen.authorize())
    assert "CPF inválido" in citizen.post(page, "/login", cpf="111.111.111-11").text


def test_a_second_click_on_autorizar_leads_to_the_same_answer(
    citizen: Any, new_person: Callable[..., str]
) -> None:
    page = citizen.log_in(new_person())
    first = citizen.post(page, "/autorizacao", decisao="autorizar")
    second = citizen.post(page, "/autorizacao", decisao="autorizar")
    assert first.headers["Location"] == second.headers["Location"]


def test_another_browser_cannot_go_on_with_a_request(citizen: Any) -> None:
    page = citizen.follow(citizen.authorize())
    stranger = citizen.back_end.get(page.request.url)
    assert stranger.status_code == 410


def test_a_form_from_another_site_is_refused(citizen: Any) -> None:
    page = citizen.log_in(ANA, scope=SCOPES)
    response = citizen.browser.post(
        "/autorizacao",
        data={"authorization_id": str(page.request.url.params["authorization_id"])},
        headers={"Origin": "https://evil.example"},
    )
    assert response.status_code == 403


def test_the_cookie_has_its_own_name_and_every_page_says_simulator(citizen: Any) -> None:
    page = citizen.follow(citizen.authorize())
    assert "simulador_sessao" in citizen.browser.cookies
    assert "session" not in citizen.browser.cookies
    for path in (str(page.request.url), "/simulador", "/simulador/falhas", "/logout"):
        assert "Simulador local — não é o gov.br" in citizen.browser.get(path).text
