"""Services, switches, clock, keys and consents: everything that another team needs to change."""

# ruff: noqa: ANN401 - a fixture's class lives in conftest.py, which tests cannot import

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from govbr.simulator import clients
from govbr.simulator.errors import ConfigurationRefused

ANA = "71263890512"
OTHER = {
    "client_id": "h-outro.exemplo.br",
    "client_secret": "outro-segredo",
    "service_name": "Outro Serviço",
    "redirect_uris": ["http://localhost:9000/volta"],
    "post_logout_redirect_uris": ["http://localhost:9000/"],
    "scopes": ["openid", "email"],
}


@pytest.fixture
def other(citizen: Any) -> dict[str, Any]:
    """A second service, registered by the control API."""
    assert citizen.control("POST", "clients", json=OTHER).status_code == 201
    return OTHER


def test_a_second_service_is_registered_and_told_without_its_secret(
    citizen: Any, other: dict[str, Any]
) -> None:
    told = citizen.control("GET", "clients").json()
    assert {each["client_id"] for each in told} >= {other["client_id"], citizen.config.client_id}
    assert other["client_secret"] not in str(told)
    asked = {"client_id": other["client_id"], "redirect_uri": other["redirect_uris"][0]}
    assert citizen.follow(citizen.authorize(scope="openid", **asked)).status_code == 200


def test_the_consent_page_and_the_audience_are_the_services_own(
    citizen: Any, other: dict[str, Any], new_person: Callable[..., str]
) -> None:
    asked = {
        "client_id": other["client_id"],
        "redirect_uri": other["redirect_uris"][0],
        "scope": "openid email",
    }
    page = citizen.log_in(new_person(), **asked)
    assert "Outro Serviço" in page.text
    sent = citizen.browser.post(
        "/autorizacao",
        data={"authorization_id": page.url.params["authorization_id"], "decisao": "autorizar"},
    )
    assert sent.headers["Location"].startswith("http://localhost:9000/volta?")
    code = dict(httpx.URL(sent.headers["Location"]).params)["code"]
    ours = citizen.exchange(code, redirect_uri=other["redirect_uris"][0])
    assert (ours.status_code, ours.json()["error"]) == (400, "invalid_grant")


def test_a_service_asks_for_its_own_scopes_only(citizen: Any, other: dict[str, Any]) -> None:
    refused = citizen.authorize(
        client_id=other["client_id"],
        redirect_uri=other["redirect_uris"][0],
        scope="openid govbr_empresa",
    )
    assert "error=invalid_scope" in refused.headers["Location"]


def test_one_services_address_is_not_anothers(citizen: Any, other: dict[str, Any]) -> None:
    refused = citizen.authorize(redirect_uri=other["redirect_uris"][0])
    assert (refused.status_code, "invalid_grant" in refused.text) == (400, True)


def test_a_service_is_taken_out_but_not_that_of_the_settings(
    citizen: Any, other: dict[str, Any]
) -> None:
    assert citizen.control("DELETE", f"clients/{other['client_id']}").status_code == 204
    assert citizen.control("DELETE", f"clients/{other['client_id']}").status_code == 404
    assert citizen.control("DELETE", f"clients/{citizen.config.client_id}").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": ""},
        {"client_secret": None},
        {"redirect_uris": []},
        {"redirect_uris": "http://localhost/"},
        {"redirect_uris": ["/volta"]},
        {"redirect_uris": ["https://www.gov.br/volta"]},
        {"redirect_uris": ["https://sso.acesso.gov.br/"]},
        {"home_url": "javascript:alert(1)"},
        {"scopes": ["email"]},
        {"scopes": ["openid", "tudo"]},
        {"nome": "x"},
        {"client_id": " h-outro"},
    ],
)
def test_a_service_that_cannot_be_is_refused(citizen: Any, change: dict[str, Any]) -> None:
    refused = citizen.control("POST", "clients", json=OTHER | change)
    assert refused.status_code == 400
    assert OTHER["client_secret"] not in refused.text


def test_a_local_name_of_a_government_site_is_let_through(citizen: Any) -> None:
    local = {"redirect_uris": ["http://local.minha-aplicacao.gov.br:9000/volta"]}
    made = citizen.control("POST", "clients", json=OTHER | {"client_id": "h-local"} | local)
    assert made.status_code == 201
    assert made.json()["home_url"] == "http://local.minha-aplicacao.gov.br:9000/"


def test_services_of_a_file_are_registered_at_the_start(
    tmp_path: Path, start: Callable[..., Any]
) -> None:
    path = tmp_path / "servicos.json"
    path.write_text(f"[{httpx.Request('POST', 'http://x', json=OTHER).content.decode()}]")
    with start(clients_file=path) as visitor:
        told = visitor.control("GET", "clients").json()
    assert [each["source"] for each in told] == ["settings", "file"]
    for text in ("{}", "[1]", '[{"client_id": "x"}]', "nada"):
        path.write_text(text)
        with pytest.raises(ConfigurationRefused):
            clients.read_file(path)


@pytest.fixture
def switch(citizen: Any) -> Any:
    """Switch something for one test."""
    yield lambda **asked: citizen.control("PATCH", "switches", json=asked)
    citizen.control("DELETE", "switches")
    citizen.control("POST", "clock", json={"ahead_seconds": 0})


def test_pkce_is_enforced_by_a_switch(citizen: Any, switch: Any) -> None:
    without = {"code_challenge": None, "code_challenge_method": None}
    assert "error=invalid_request" in citizen.authorize(**without).headers["Location"]
    assert switch(require_pkce=False).json()["require_pkce"] is False
    assert "/login" in citizen.authorize(**without).headers["Location"]


def test_prompt_login_is_obeyed_by_a_switch(citizen: Any, switch: Any) -> None:
    citizen.obtain_code(ANA)
    assert "code=" in citizen.authorize(prompt="login").headers["Location"]
    switch(honour_prompt=True)
    assert "/login" in citizen.authorize(prompt="login").headers["Location"]


def test_lifetimes_are_switched_and_the_clock_runs_ahead(citizen: Any, switch: Any) -> None:
    switch(access_token_lifetime=120, code_lifetime=30)
    tokens = citizen.tokens(ANA)
    assert tokens["expires_in"] == 119
    assert citizen.userinfo(tokens["access_token"]).status_code == 200
    citizen.control("POST", "clock", json={"ahead_seconds": 121})
    assert citizen.userinfo(tokens["access_token"]).status_code == 401
    code = citizen.obtain_code_again()
    citizen.control("POST", "clock", json={"ahead_seconds": 152})
    assert citizen.exchange(code).json()["error"] == "invalid_grant"


def test_the_discovery_document_can_be_complete_for_good(citizen: Any, switch: Any) -> None:
    switch(complete_discovery=True)
    document = citizen.browser.get("/.well-known/openid-configuration").json()
    assert document["code_challenge_methods_supported"] == ["S256"]


@pytest.mark.parametrize(
    "asked",
    [
        {"nada": True},
        {"require_pkce": "sim"},
        {"code_lifetime": 0},
        {"code_lifetime": True},
        {"id_token_lifetime": 10**9},
    ],
)
def test_a_switch_that_cannot_be_is_refused_and_nothing_changes(
    citizen: Any, switch: Any, asked: dict[str, Any]
) -> None:
    before = citizen.control("GET", "switches").json()
    assert switch(**asked, honour_prompt=True).status_code == 400
    assert citizen.control("GET", "switches").json() == before


@pytest.mark.usefixtures("switch")
def test_the_page_switches_and_shows_what_is_registered(citizen: Any) -> None:
    page = citizen.browser.get("/simulador/ajustes")
    assert citizen.config.client_id in page.text
    values = citizen.control("GET", "switches").json() | {"id_token_lifetime": 600}
    form = {k: ("sim" if v else "nao") if isinstance(v, bool) else v for k, v in values.items()}
    assert citizen.browser.post("/simulador/ajustes", data=form).status_code == 303
    assert citizen.control("GET", "switches").json()["id_token_lifetime"] == 600
    form["code_lifetime"] = "-1"
    assert citizen.browser.post("/simulador/ajustes", data=form).status_code == 422
    citizen.browser.post("/simulador/ajustes", data={"acao": "restaurar"})
    assert citizen.control("GET", "switches").json()["id_token_lifetime"] == 60


def test_keys_are_rotated_under_the_same_kid(citizen: Any) -> None:
    before = citizen.browser.get("/jwk").json()["keys"][0]
    assert citizen.control("POST", "keys/rotate").status_code == 204
    after = citizen.browser.get("/jwk").json()["keys"][0]
    assert (before["kid"], before["n"] == after["n"]) == (after["kid"], False)


def test_consents_are_listed_and_withdrawn(citizen: Any, new_person: Callable[..., str]) -> None:
    cpf = new_person()
    citizen.obtain_code(cpf, scope="openid email")
    (told,) = citizen.control("GET", "consents", params={"cpf": cpf}).json()
    assert told["scopes"] == ["email", "openid"]
    named = {"cpf": cpf, "client_id": told["client_id"]}
    assert citizen.control("DELETE", "consents", params=named).status_code == 204
    assert "Autorizar" in citizen.follow(citizen.authorize(scope="openid email")).text


def test_a_withdrawn_consent_is_asked_for_again_on_demand(
    citizen: Any, new_person: Callable[..., str]
) -> None:
    citizen.obtain_code(new_person())
    citizen.fault("authorize", "consent_withdrawn")
    assert "Autorizar" in citizen.follow(citizen.authorize()).text


def test_a_code_that_comes_again_takes_its_token_back(citizen: Any) -> None:
    """RFC 6749 section 4.1.2: the server SHOULD revoke all tokens issued for it."""
    code = citizen.obtain_code(ANA)
    token = citizen.exchange(code).json()["access_token"]
    assert citizen.userinfo(token).status_code == 200
    assert citizen.exchange(code).json()["error"] == "invalid_grant"
    assert citizen.userinfo(token).status_code == 401


def test_the_grant_that_discovery_lists_is_refused_with_the_services_scopes(citizen: Any) -> None:
    refused = citizen.back_end.post(
        f"{citizen.config.issuer}token",
        data={"grant_type": "client_credentials", "scope": "openid"},
        auth=(citizen.config.client_id, citizen.config.client_secret),
    )
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")
    assert "govbr_empresa" in refused.json()["error_description"]


def test_the_control_api_describes_itself_whole(citizen: Any) -> None:
    told = citizen.control("GET", "openapi.json").json()
    assert told["openapi"] == "3.1.0"
    for path in ("/simulador/faults", "/simulador/clients/{client_id}", "/simulador/clock"):
        assert all(each["summary"] for each in told["paths"][path].values())
