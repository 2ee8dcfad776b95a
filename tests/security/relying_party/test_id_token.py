import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, RSAKey

from govbr.answers import Tokens
from govbr.client import GovbrClient
from govbr.errors import ActsForAnother, BadAnswer, BadIdToken
from govbr.testing import ISSUER, ScriptedProvider

VERIFIER, NONCE = "v" * 43, "n"
Forge = Callable[[ScriptedProvider, dict[str, Any]], str | None]


def exchange(provider: ScriptedProvider, client: GovbrClient) -> Tokens:
    url = client.authorization_url(state="s", nonce=NONCE, verifier=VERIFIER)
    return client.exchange(provider.authorize(url)["code"], VERIFIER, NONCE)


def reason(provider: ScriptedProvider, client: GovbrClient) -> str:
    with pytest.raises(BadIdToken) as caught:
        exchange(provider, client)
    return caught.value.reason


def by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes | None) -> str:
    """Make a token that no careful library would make."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in (header, claims)
    ]
    signed = b".".join(parts)
    mac = hmac.new(secret, signed, hashlib.sha256).digest() if secret else b""
    return (signed + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def unsigned(_: ScriptedProvider, claims: dict[str, Any]) -> str:
    return by_hand({"alg": "none", "kid": "rsa1"}, claims, None)


def signed_with_secret(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    header = {"alg": "HS256", "kid": "rsa1"}
    return by_hand(header, claims, provider.settings.client_secret.encode())


def signed_with_public_key(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    return by_hand({"alg": "HS256", "kid": "rsa1"}, claims, provider.key.as_pem(private=False))


def other_rsa(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    same = RSAKey.import_key(provider.key.as_pem(private=True))
    return jwt.encode({"alg": "RS512", "kid": "rsa1"}, claims, same, algorithms=["RS512"])


def attackers_key(_: ScriptedProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "rsa1"}, claims, RSAKey.generate_key(2048))


def attackers_key_inside(_: ScriptedProvider, claims: dict[str, Any]) -> str:
    key = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": "rsa1", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, claims, key)


def attackers_key_elsewhere(_: ScriptedProvider, claims: dict[str, Any]) -> str:
    header = {"alg": "RS256", "kid": "rsa1", "jku": "https://evil.example/jwk"}
    return jwt.encode(header, claims, RSAKey.generate_key(2048))


def with_critical_header(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    """RFC 7515 section 4.1.11: what must be understood and is not makes the token bad."""
    return signed_by_hand(provider, {"crit": ["gov"], "gov": 1}, claims)


def unencoded(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    """RFC 7797: the payload would be signed as it stands."""
    return signed_by_hand(provider, {"crit": ["b64"], "b64": False}, claims)


def named_twice(_: ScriptedProvider, claims: dict[str, Any]) -> str:
    """Two readers of one header may each see another algorithm."""
    header = '{"alg": "none", "kid": "rsa1", "alg": "RS256"}'
    signed = b".".join(encoded(part) for part in (header.encode(), json.dumps(claims).encode()))
    return (signed + b"." + encoded(b"x" * 256)).decode()


def probabilistic(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    same = RSAKey.import_key(provider.key.as_pem(private=True))
    return jwt.encode({"alg": "PS256", "kid": "rsa1"}, claims, same, algorithms=["PS256"])


def on_a_curve(_: ScriptedProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": "rsa1"}, claims, ECKey.generate_key("P-256"))


def encrypted(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    """Anybody can encrypt to a public key; nobody has signed it."""
    header = {"alg": "RSA-OAEP", "enc": "A256GCM", "kid": "rsa1"}
    public = RSAKey.import_key(provider.key.as_pem(private=False))
    return jwe.encrypt_compact(header, json.dumps(claims).encode(), public)


def without_signature(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    return provider.sign(claims).rpartition(".")[0] + "."


def of_two_parts(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    return provider.sign(claims).rpartition(".")[0]


def nested(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    """A signed token inside a signed token is not its claims."""
    inner = provider.sign(claims)
    signed = b".".join([encoded(b'{"alg": "RS256", "kid": "rsa1"}'), encoded(inner.encode())])
    return (signed + b"." + encoded(signature(provider, signed))).decode()


def signed_by_hand(
    provider: ScriptedProvider, header: dict[str, Any], claims: dict[str, Any]
) -> str:
    full = {"alg": "RS256", "kid": "rsa1", **header}
    signed = b".".join(encoded(json.dumps(part).encode()) for part in (full, claims))
    return (signed + b"." + encoded(signature(provider, signed))).decode()


def encoded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def signature(provider: ScriptedProvider, signed: bytes) -> bytes:
    return provider.key.raw_value.sign(signed, padding.PKCS1v15(), hashes.SHA256())


def changed_claims(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    head, _, signature = provider.sign(claims).split(".")
    other = json.dumps({**claims, "sub": "52998224725"}).encode()
    return ".".join([head, base64.urlsafe_b64encode(other).rstrip(b"=").decode(), signature])


@pytest.mark.parametrize(
    ("forge", "expected"),
    [
        (unsigned, "algoritmo"),
        (signed_with_secret, "algoritmo"),
        (signed_with_public_key, "algoritmo"),
        (other_rsa, "algoritmo"),
        (attackers_key, "assinatura"),
        (attackers_key_inside, "formato"),
        (attackers_key_elsewhere, "assinatura"),
        (changed_claims, "assinatura"),
        (with_critical_header, "formato"),
        (unencoded, "formato"),
        (named_twice, "assinatura"),
        (probabilistic, "algoritmo"),
        (on_a_curve, "algoritmo"),
        (encrypted, "formato"),
        (without_signature, "assinatura"),
        (of_two_parts, "formato"),
        (nested, "formato"),
        (lambda provider, claims: provider.sign(claims) + "\n", "assinatura"),
        (lambda provider, claims: " " + provider.sign(claims), "formato"),
        (lambda provider, claims: provider.sign(claims) + "==", "assinatura"),
        (lambda provider, claims: provider.sign(claims) + ".x", "formato"),
        (lambda *_: 7, "ausente"),
        (lambda *_: ["a.b.c"], "ausente"),
        (lambda *_: None, "ausente"),
        (lambda *_: "not.a.token", "formato"),
        (lambda *_: "é", "formato"),
    ],
)
def test_a_forged_id_token_names_nobody(
    provider: ScriptedProvider, client: GovbrClient, forge: Forge, expected: str
) -> None:
    provider.mint = lambda claims: forge(provider, claims)
    assert reason(provider, client) == expected


@pytest.mark.parametrize(
    ("claim", "value", "expected"),
    [
        ("iss", ISSUER.rstrip("/"), "iss"),
        ("iss", "https://evil.example/", "iss"),
        ("iss", None, "iss"),
        ("aud", "another", "aud"),
        ("aud", ["h-normaliza.exemplo.gov.br", "another"], "aud"),
        ("aud", [], "aud"),
        ("aud", None, "aud"),
        ("azp", "another", "azp"),
        ("nonce", "another", "nonce"),
        ("nonce", None, "nonce"),
        ("nonce", ["n"], "nonce"),
        ("nonce", "é", "nonce"),
        ("at_hash", "another", "at_hash"),
        ("exp", None, "exp"),
        ("exp", "soon", "exp"),
        ("exp", True, "exp"),
        ("exp", float("nan"), "exp"),
        ("exp", float("inf"), "exp"),
        ("exp", 10**400, "exp"),
        ("iat", None, "iat"),
        ("iat", float("nan"), "iat"),
        ("nbf", "later", "nbf"),
        ("sub", None, "sub"),
        ("sub", "00000000000", "sub"),
        ("sub", "12345678900", "sub"),
        ("sub", 12345678909, "sub"),
        ("sub", ["12345678909"], "sub"),
    ],
)
def test_a_signed_token_with_one_wrong_claim_names_nobody(
    provider: ScriptedProvider, client: GovbrClient, claim: str, value: object, expected: str
) -> None:
    provider.claims = {claim: value}
    assert reason(provider, client) == expected


@pytest.mark.parametrize(
    ("claim", "good", "bad"), [("exp", -29, -30), ("iat", 30, 31), ("nbf", 30, 31)]
)
def test_clocks_may_differ_by_thirty_seconds_and_no_more(
    provider: ScriptedProvider, client: GovbrClient, claim: str, good: int, bad: int
) -> None:
    now = int(provider._clock().timestamp())
    provider.claims = {claim: now + good}
    assert exchange(provider, client).claims.sub == provider.cpf
    provider.claims = {claim: now + bad}
    assert reason(provider, client) == claim


def test_a_good_token_may_have_its_audience_in_a_list_and_name_us_as_party(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    name = provider.settings.client_id
    provider.claims = {"aud": [name], "azp": name}
    assert exchange(provider, client).claims.sub == provider.cpf


@pytest.mark.parametrize("change", [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct"}])
def test_a_key_for_something_else_verifies_nothing(
    provider: ScriptedProvider,
    client: GovbrClient,
    change: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = {"keys": [{**provider.key_set()["keys"][0], **change}]}
    monkeypatch.setattr(provider, "key_set", lambda: keys)
    assert reason(provider, client) == "chave"


def test_a_short_key_verifies_nothing(
    provider: ScriptedProvider, client: GovbrClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak = {"kty": "RSA", "kid": "rsa1", "e": "AQAB", "n": "w" * 171}  # about 1024 bits
    monkeypatch.setattr(provider, "key_set", lambda: {"keys": [weak]})
    assert reason(provider, client) == "chave"


def test_userinfo_about_another_person_is_refused(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    tokens = exchange(provider, client)
    provider.userinfo["sub"] = "52998224725"
    with pytest.raises(BadAnswer) as caught:
        client.fetch_facts(tokens.access_token, tokens.claims.sub)
    assert "52998224725" not in str(caught.value)


def test_a_signature_that_the_manuals_way_would_make_is_good(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    """What the forgers above use signs rightly where it says nothing odd."""
    provider.mint = lambda claims: signed_by_hand(provider, {}, claims)
    assert exchange(provider, client).claims.sub == provider.cpf


@pytest.mark.parametrize("claims", [{"agent": True}, {"grantor_account": "52998224725"}])
def test_whoever_acts_for_another_is_told_from_a_bad_subject(
    provider: ScriptedProvider, client: GovbrClient, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    with pytest.raises(ActsForAnother):
        exchange(provider, client)


def test_a_procuracao_that_only_the_access_token_tells_of_is_seen(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    told = provider.sign({"sub": provider.cpf, "agent": True, "grantor_account": "52998224725"})
    for token, refused in ((told, True), ("a.b.c", False), ("opaque", False)):
        provider.access_token = token
        if refused:
            with pytest.raises(ActsForAnother):
                exchange(provider, client)
        else:
            assert exchange(provider, client).claims.sub == provider.cpf


def test_a_nonce_of_another_attempt_is_refused(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    url = client.authorization_url(state="s", nonce="another attempt", verifier=VERIFIER)
    with pytest.raises(BadIdToken) as caught:
        client.exchange(provider.authorize(url)["code"], VERIFIER, NONCE)
    assert caught.value.reason == "nonce"
