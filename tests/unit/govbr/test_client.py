from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from govbr.answers import Tokens
from govbr.client import GovbrClient
from govbr.errors import BadIdToken, Refused, Uncertain, Unreachable
from govbr.testing import API, ISSUER, ScriptedProvider, settings_for_tests

VERIFIER = "v" * 43


def come_back(provider: ScriptedProvider, client: GovbrClient) -> str:
    url = client.authorization_url(state="s", nonce="n", verifier=VERIFIER)
    return provider.authorize(url)["code"]


def exchange(provider: ScriptedProvider, client: GovbrClient) -> Tokens:
    return client.exchange(come_back(provider, client), VERIFIER, "n")


def answering(status: int, **more: object) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(status, **more)  # type: ignore[arg-type]


def raising(error: type[httpx.TransportError]) -> Callable[[httpx.Request], httpx.Response]:
    def fault(request: httpx.Request) -> httpx.Response:
        raise error("reset", request=request)

    return fault


def test_pkce_is_asked_for_without_any_discovery(client: GovbrClient) -> None:
    url = urlsplit(client.authorization_url(state="s", nonce="n", verifier=VERIFIER))
    query = parse_qs(url.query)
    assert f"{url.scheme}://{url.netloc}{url.path}" == ISSUER + "authorize"
    assert query["code_challenge_method"] == ["S256"]
    assert query["response_type"] == ["code"]
    assert query["state"] == ["s"]
    assert query["nonce"] == ["n"]
    assert VERIFIER not in url.query


def test_logout_is_built_by_hand_for_gov_br(client: GovbrClient) -> None:
    expected = "https%3A%2F%2Forquestra.exemplo.gov.br%2F"
    assert client.logout_url() == f"{ISSUER}logout?post_logout_redirect_uri={expected}"


def test_a_good_exchange_names_the_person(provider: ScriptedProvider, client: GovbrClient) -> None:
    tokens = exchange(provider, client)
    assert tokens.claims.sub == provider.cpf
    assert tokens.claims.amr == ("passwd",)
    assert tokens.claims.email == "maria@exemplo.org"
    assert tokens.scopes_granted == provider.settings.scopes


def test_the_exchange_is_a_form_with_basic_and_nothing_in_the_query(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    exchange(provider, client)
    request = next(r for r in provider.requests if r.url.path == "/token")
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.headers["Authorization"].startswith("Basic ")
    assert not request.url.query
    assert b"client_secret" not in request.content


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout])
def test_an_exchange_that_never_connected_may_be_repeated(
    provider: ScriptedProvider, client: GovbrClient, error: type[httpx.TransportError]
) -> None:
    code = come_back(provider, client)
    provider.faults["token"] = raising(error)
    with pytest.raises(Unreachable):
        client.exchange(code, VERIFIER, "n")
    provider.faults.clear()
    assert client.exchange(code, VERIFIER, "n").claims.sub == provider.cpf


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError])
def test_an_exchange_that_broke_after_connecting_is_uncertain(
    provider: ScriptedProvider, client: GovbrClient, error: type[httpx.TransportError]
) -> None:
    provider.faults["token"] = raising(error)
    with pytest.raises(Uncertain):
        exchange(provider, client)


@pytest.mark.parametrize(
    "fault",
    [
        answering(500),
        answering(503, headers={"Retry-After": "7"}),
        answering(200, content=b"<html>"),
        answering(200, json=["a", "list"]),
        answering(302, headers={"Location": "https://elsewhere.example/"}),
    ],
)
def test_an_answer_that_says_nothing_is_uncertain(
    provider: ScriptedProvider,
    client: GovbrClient,
    fault: Callable[[httpx.Request], httpx.Response],
) -> None:
    provider.faults["token"] = fault
    with pytest.raises(Uncertain):
        exchange(provider, client)
    assert provider.calls.count("token") == 1


def test_retry_after_is_kept(provider: ScriptedProvider, client: GovbrClient) -> None:
    provider.faults["token"] = answering(503, headers={"Retry-After": "7"})
    with pytest.raises(Uncertain) as caught:
        exchange(provider, client)
    assert caught.value.retry_after == 7.0


def test_a_used_code_is_refused_as_invalid_grant(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    code = come_back(provider, client)
    client.exchange(code, VERIFIER, "n")
    with pytest.raises(Refused) as caught:
        client.exchange(code, VERIFIER, "n")
    assert caught.value.code == "invalid_grant"


def test_a_wrong_secret_answered_with_nothing_is_unauthorized(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    provider.faults["token"] = answering(401)
    with pytest.raises(Refused) as caught:
        exchange(provider, client)
    assert caught.value.code == "unauthorized"


def test_the_code_is_not_risked_while_the_keys_cannot_be_read(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    provider.faults["jwk"] = answering(503)
    with pytest.raises(Unreachable):
        exchange(provider, client)
    assert "token" not in provider.calls


def test_keys_are_read_once_for_many_exchanges(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    exchange(provider, client)
    exchange(provider, client)
    assert provider.calls.count("jwk") == 1


def test_an_unknown_kid_is_looked_up_once_and_then_not_for_a_while(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    exchange(provider, client)
    foreign = ScriptedProvider(provider.settings, lambda: datetime.now(tz=UTC))
    foreign.key = RSAKey.generate_key(2048, {"kid": "rsa2", "alg": "RS256"})
    from joserfc import jwt  # noqa: PLC0415

    provider.mint = lambda claims: jwt.encode({"alg": "RS256", "kid": "x"}, claims, foreign.key)
    for _ in range(3):
        with pytest.raises(BadIdToken) as caught:
            exchange(provider, client)
        assert caught.value.reason == "chave"
    assert provider.calls.count("jwk") == 2


def test_a_key_changed_under_the_same_kid_is_found(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    exchange(provider, client)
    provider.key = RSAKey.generate_key(2048, {"kid": "rsa1", "alg": "RS256"})
    assert exchange(provider, client).claims.sub == provider.cpf


def test_facts_hold_the_person_and_the_companies(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    provider.companies = {"12345678000195": {"atuacao": "SOCIO"}}
    tokens = exchange(provider, client)
    facts = client.fetch_facts(tokens.access_token, tokens.claims.sub)
    assert facts.identity.name == "Maria Exemplo"
    assert facts.companies is not None
    assert [tie.role for tie in facts.companies] == ["SOCIO"]


def test_a_token_that_is_good_no_more_is_refused(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    with pytest.raises(Refused):
        client.fetch_facts("old", provider.cpf)


def test_endpoints_of_another_provider_come_from_its_discovery(
    provider: ScriptedProvider, now: datetime
) -> None:
    provider.discovery = {
        "issuer": ISSUER,
        "authorization_endpoint": ISSUER + "auth",
        "token_endpoint": ISSUER + "oauth/token",
        "end_session_endpoint": ISSUER + "session/end",
        "jwks_uri": "http://not-safe.example/jwks",
    }
    client = GovbrClient(provider.settings, lambda: now, provider.transport)
    found = client.settings()
    assert found.token_endpoint == ISSUER + "oauth/token"
    assert found.jwks_uri is None
    assert client.authorization_url(state="s", nonce="n", verifier=VERIFIER).startswith(
        ISSUER + "auth?"
    )
    assert client.logout_url().startswith(ISSUER + "session/end?post_logout_redirect_uri=")


def test_a_discovery_of_another_issuer_changes_nothing(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    provider.discovery = {"issuer": ISSUER.rstrip("/"), "token_endpoint": "https://evil.example/"}
    assert client.settings() == provider.settings


def test_a_silent_discovery_is_not_asked_again_at_once(
    provider: ScriptedProvider, now: datetime
) -> None:
    instants = [now]
    client = GovbrClient(provider.settings, lambda: instants[-1], provider.transport)
    client.settings()
    client.settings()
    assert provider.calls.count("discovery") == 1
    instants.append(now + timedelta(minutes=6))
    client.settings()
    assert provider.calls.count("discovery") == 2


def test_without_the_scope_the_companies_are_not_asked_for(now: datetime) -> None:
    provider = ScriptedProvider(settings_for_tests(scopes="openid profile"), lambda: now)
    client = GovbrClient(provider.settings, lambda: now, provider.transport)
    tokens = exchange(provider, client)
    assert client.fetch_facts(tokens.access_token, provider.cpf).companies is None
    assert not any(request.url.host in API for request in provider.requests)
