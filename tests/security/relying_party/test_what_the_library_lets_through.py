"""What Authlib by itself takes, and ours refuses: a library that changes its mind is noticed here.

Its Flask client needs `requests`, which nothing else here does; so the code below it is asked,
which that client calls.
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.errors import MissingCodeException
from authlib.oauth2.rfc6749.parameters import parse_authorization_code_response
from authlib.oidc.core import CodeIDToken
from sqlalchemy import Connection

from govbr import attempts
from govbr.client import GovbrClient
from govbr.errors import BadIdToken, CallbackRefused
from govbr.sealing import Sealer
from govbr.testing import ISSUER, ScriptedProvider

from .test_id_token import NONCE, VERIFIER, exchange, reason

BACK = "https://orquestra.exemplo.gov.br/govbr/callback"
Come = Callable[[dict[str, str]], attempts.CallbackTaken]


def _library_reads(provider: ScriptedProvider, now: datetime, **changed: object) -> None:
    """Validate claims as the library does where nobody tells it more than it asks for."""
    seconds = int(now.timestamp())
    claims = {
        "iss": ISSUER,
        "sub": provider.cpf,
        "aud": provider.settings.client_id,
        "exp": seconds + 60,
        "iat": seconds,
        "nonce": NONCE,
        **changed,
    }
    options = {"iss": {"values": [ISSUER]}}
    told = {"nonce": NONCE, "client_id": provider.settings.client_id}
    token = CodeIDToken(claims, {"alg": "RS256"}, options, told)
    token.validate(now=seconds, leeway=120)  # its default


def test_an_id_token_that_expired_long_ago(
    provider: ScriptedProvider, client: GovbrClient, now: datetime
) -> None:
    provider.claims = {"exp": int(now.timestamp()) - 100}
    _library_reads(provider, now, **provider.claims)
    assert reason(provider, client) == "exp"


@pytest.mark.parametrize("aud", [["h-normaliza.exemplo.gov.br", "another"], "another"])
def test_an_audience_that_is_not_ours_alone(
    provider: ScriptedProvider, client: GovbrClient, now: datetime, aud: object
) -> None:
    provider.claims = {"aud": aud, "azp": provider.settings.client_id}
    _library_reads(provider, now, **provider.claims)
    assert reason(provider, client) == "aud"


def test_a_subject_that_is_no_cpf(
    provider: ScriptedProvider, client: GovbrClient, now: datetime
) -> None:
    provider.claims = {"sub": "somebody"}
    _library_reads(provider, now, **provider.claims)
    assert reason(provider, client) == "sub"


def test_an_answer_without_any_id_token(provider: ScriptedProvider, client: GovbrClient) -> None:
    """The library reads claims only of a token that is there; its absence is no error of it."""
    provider.mint = lambda _: None
    with pytest.raises(BadIdToken, match="ausente"):
        exchange(provider, client)


def test_a_request_without_a_proof_key(provider: ScriptedProvider, client: GovbrClient) -> None:
    """PKCE is on only where it is asked for, and its verifier is dropped in silence without."""
    library = OAuth2Client(None, provider.settings.client_id, "secret", redirect_uri=BACK)
    url, _ = library.create_authorization_url(f"{ISSUER}authorize", code_verifier=VERIFIER)
    assert "code_challenge" not in parse_qs(urlsplit(url).query)
    for discovered in (None, {"code_challenge_methods_supported": ["plain"], "issuer": ISSUER}):
        provider.discovery = discovered
        ours = client.authorization_url(state="s", nonce=NONCE, verifier=VERIFIER)
        assert parse_qs(urlsplit(ours).query)["code_challenge_method"] == ["S256"]


@pytest.fixture
def come(provider: ScriptedProvider, connection: Connection, sealer: Sealer, now: datetime) -> Come:
    """Begin an attempt and come back from it with something changed."""
    begun = attempts.begin(
        connection,
        provider.settings,
        sealer,
        session_id=1,
        login_id=None,
        purpose="entrar",
        now=now,
    )
    back = provider.authorize(begun.authorization_url)

    def comes(changed: dict[str, str]) -> attempts.CallbackTaken:
        params = {name: value for name, value in (back | changed).items() if value}
        return attempts.take_callback(
            connection,
            sealer,
            session_id=1,
            login_id=None,
            params=params,
            settings=provider.settings,
            now=now,
        )

    return comes


def test_a_return_that_names_another_issuer(come: Come) -> None:
    back = {"code": "c", "state": "s", "iss": "https://evil.example/"}
    assert parse_authorization_code_response(f"{BACK}?{urlencode(back)}", "s") == back
    taken = come({"iss": "https://evil.example/"})
    assert (taken.outcome, taken.error) == ("erro", "emissor_estranho")


def test_a_return_without_a_state_where_none_is_remembered(come: Come) -> None:
    """A session that was lost has no state to compare: the library compares nothing then."""
    back = {"code": "c", "state": "an attacker's"}
    assert parse_authorization_code_response(f"{BACK}?{urlencode(back)}", None) == back
    with pytest.raises(CallbackRefused) as caught:
        come({"state": "an attacker's"})
    assert caught.value.cause == "estado_desconhecido"


def test_an_error_is_looked_at_before_the_state(come: Come) -> None:
    back = {"error": "access_denied", "state": "somebody else's"}
    with pytest.raises(MissingCodeException):
        parse_authorization_code_response(f"{BACK}?{urlencode(back)}", "s")
    with pytest.raises(CallbackRefused) as caught:
        come({"code": "", **back})
    assert caught.value.cause == "estado_desconhecido"
    assert come({"code": "", "error": "access_denied"}).outcome == "negado"
