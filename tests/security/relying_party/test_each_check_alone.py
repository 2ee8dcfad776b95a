"""Each check taken out in turn: the attack that it alone stops then gets through, and is seen.

A copy of the module is made without the one check and put in the module's place. Where nothing
else would notice, the attack's own test fails: a check that nothing guards would not be missed.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection

from govbr import attempts
from govbr.client import GovbrClient
from govbr.errors import BadAnswer, BadIdToken, CallbackRefused
from govbr.sealing import Sealer
from govbr.testing import ISSUER, ScriptedProvider

from .test_id_token import NONCE, VERIFIER, exchange, other_rsa, reason, signed_with_public_key

Attack = Callable[[ScriptedProvider, GovbrClient], None]


def without(name: str, check: str, instead: str, *more: tuple[str, str]) -> ModuleType:
    """Make a copy of a module in which one check is something else."""
    module = importlib.import_module(name)
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    for old, new in ((check, instead), *more):
        assert source.count(old) == 1, f"{name} has no longer this one check: {old}"
        source = source.replace(old, new)
    copy = ModuleType(name)
    copy.__file__ = module.__file__
    copy.__package__ = module.__package__
    exec(compile(source, str(module.__file__), "exec"), copy.__dict__)  # noqa: S102 - our own source
    return copy


@dataclass(frozen=True)
class Claim:
    """A check of one claim, a value that only it refuses, and its reason."""

    check: str
    claims: dict[str, Any]
    reason: str
    instead: str = "if False:"


CLAIMS = {
    "iss": Claim('if claims.get("iss") != expected.issuer:', {"iss": "https://evil/"}, "iss"),
    "iss without its slash": Claim(
        'if claims.get("iss") != expected.issuer:',
        {"iss": ISSUER.rstrip("/")},
        "iss",
        'if str(claims.get("iss")).rstrip("/") != expected.issuer.rstrip("/"):',
    ),
    "aud": Claim(
        'if claims.get("aud") not in (expected.client_id, [expected.client_id]):',
        {"aud": "another"},
        "aud",
    ),
    "a second aud": Claim(
        'if claims.get("aud") not in (expected.client_id, [expected.client_id]):',
        {"aud": ["h-normaliza.exemplo.gov.br", "another"]},
        "aud",
        'if expected.client_id not in claims.get("aud"):',
    ),
    "azp": Claim(
        'if "azp" in claims and claims["azp"] != expected.client_id:', {"azp": "another"}, "azp"
    ),
    "exp": Claim("if expires is None or expires + LEEWAY <= now:", {"exp": 1}, "exp"),
    "the leeway of exp": Claim(
        "if expires is None or expires + LEEWAY <= now:",
        {"exp": -100},
        "exp",
        "if expires is None or expires + 120 <= now:",
    ),
    "iat": Claim("if issued is None or issued - LEEWAY > now:", {"iat": 10**11}, "iat"),
    "nbf": Claim("if begins is None or begins - LEEWAY > now:", {"nbf": 10**11}, "nbf"),
    "nonce": Claim('if not _same(claims.get("nonce"), expected.nonce):', {"nonce": "x"}, "nonce"),
    "at_hash": Claim(
        'if "at_hash" in claims and not '
        '_same(claims["at_hash"], _half_hash(expected.access_token)):',
        {"at_hash": "x"},
        "at_hash",
    ),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_without_the_check_of_a_claim_its_forgery_gets_through(
    provider: ScriptedProvider,
    client: GovbrClient,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    check = CLAIMS[name]
    seconds = int(now.timestamp())
    provider.claims = {k: seconds - 100 if v == -100 else v for k, v in check.claims.items()}
    assert reason(provider, client) == check.reason
    weak = without("govbr.id_token", check.check, check.instead)
    monkeypatch.setattr("govbr.client.verify", weak.verify)
    monkeypatch.setattr("govbr.client.Expectation", weak.Expectation)
    assert exchange(provider, client).claims.sub == provider.cpf


@pytest.mark.parametrize("forge", [other_rsa, signed_with_public_key])
def test_without_the_check_of_the_algorithm_it_is_left_to_the_library(
    provider: ScriptedProvider,
    client: GovbrClient,
    monkeypatch: pytest.MonkeyPatch,
    forge: Callable[..., str],
) -> None:
    """The library refuses too, where it is told one algorithm: with both gone, RS512 passes."""
    provider.mint = lambda claims: forge(provider, claims)
    assert reason(provider, client) == "algoritmo"
    weak = without("govbr.id_token", 'if header.get("alg") != ALGORITHM:', "if False:")
    monkeypatch.setattr("govbr.client.verify", weak.verify)
    with pytest.raises(BadIdToken) as caught:
        exchange(provider, client)
    assert caught.value.reason != "algoritmo"


def test_without_the_subject_of_userinfo_somebody_else_is_taken(
    provider: ScriptedProvider, client: GovbrClient, now: datetime
) -> None:
    tokens = exchange(provider, client)
    provider.userinfo["sub"] = "52998224725"
    with pytest.raises(BadAnswer):
        client.fetch_facts(tokens.access_token, tokens.claims.sub)
    weak = without("govbr.client", "if identity.sub != expected_sub:", "if False:")
    careless = weak.GovbrClient(provider.settings, lambda: now, provider.transport)
    assert careless.fetch_facts(tokens.access_token, tokens.claims.sub).identity.sub != provider.cpf


@dataclass(frozen=True)
class Return:
    """A check of the return, who comes back and how, and its cause."""

    check: str
    cause: str
    session_id: int = 1
    login_id: int = 10
    later: timedelta = timedelta(0)
    twice: bool = False


RETURNS = {
    "session": Return("attempt.c.session_id == session_id,", "outra_sessao", session_id=2),
    "login": Return(
        "attempt.c.login_id.is_not_distinct_from(login_id),", "outro_login", login_id=20
    ),
    "used": Return('attempt.c.status == "started",', "estado_usado", twice=True),
    "expired": Return("attempt.c.expires_at > now,", "estado_expirado", later=timedelta(hours=1)),
}


@pytest.mark.parametrize("name", RETURNS)
def test_without_the_check_of_the_state_a_return_of_somebody_else_is_taken(
    connection: Connection, provider: ScriptedProvider, sealer: Sealer, now: datetime, name: str
) -> None:
    back = RETURNS[name]
    begun = attempts.begin(
        connection,
        provider.settings,
        sealer,
        session_id=1,
        login_id=10,
        purpose="normalizar",
        now=now,
    )
    params = provider.authorize(begun.authorization_url)

    def take(module: Any) -> attempts.CallbackTaken:  # noqa: ANN401 - the module or its copy
        taken: attempts.CallbackTaken = module.take_callback(
            connection,
            sealer,
            session_id=back.session_id,
            login_id=back.login_id,
            params=params,
            settings=provider.settings,
            now=now + back.later,
        )
        return taken

    if back.twice:
        take(attempts)
    with pytest.raises(CallbackRefused) as caught:
        take(attempts)
    assert caught.value.cause == back.cause
    weak = without("govbr.attempts.callback", back.check, "")
    assert take(weak).outcome == "codigo"


def test_without_the_check_of_the_issuer_a_code_of_another_one_is_stored(
    connection: Connection, provider: ScriptedProvider, sealer: Sealer, now: datetime
) -> None:
    weak = without(
        "govbr.attempts.callback",
        'if says_who and params.get("iss") != settings.issuer:',
        "if False:",
    )
    for module, outcome in ((attempts, "erro"), (weak, "codigo")):
        begun = attempts.begin(
            connection,
            provider.settings,
            sealer,
            session_id=1,
            login_id=10,
            purpose="normalizar",
            now=now,
        )
        params = {**provider.authorize(begun.authorization_url), "iss": "https://evil.example/"}
        taken = module.take_callback(
            connection,
            sealer,
            session_id=1,
            login_id=10,
            params=params,
            settings=provider.settings,
            now=now,
        )
        assert taken.outcome == outcome


def test_without_the_verifier_a_code_of_somebody_elses_attempt_is_exchanged(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    """PKCE: it is gov.br that checks it; ours is to send it always."""
    url = client.authorization_url(state="s", nonce=NONCE, verifier="w" * 43)
    with pytest.raises(Exception, match="invalid_grant"):
        client.exchange(provider.authorize(url)["code"], VERIFIER, NONCE)
