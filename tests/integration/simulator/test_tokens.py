# ruff: noqa: ANN401 - a fixture's class lives in conftest.py, which tests cannot import

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

CALLBACK = "http://localhost:8000/govbr/callback"
CLIENT = "h-orquestra.exemplo.br"
SECRET = "segredo-de-teste"

BEATRIZ = "28461935764"
DAVI = "34702815644"
CLARA = "86920543133"


def claims_of(token: str, citizen: Any) -> dict[str, Any]:
    keys = KeySet.import_key_set(citizen.back_end.get(f"{citizen.config.issuer}jwk").json())
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


def test_the_key_set_is_govbrs_for_get_and_post(citizen: Any) -> None:
    for method in ("GET", "POST"):
        (key,) = citizen.back_end.request(method, f"{citizen.config.issuer}jwk").json()["keys"]
        assert set(key) == {"kty", "e", "kid", "alg", "n"}
        assert (key["kid"], key["alg"], key["kty"]) == ("rsa1", "RS256", "RSA")


def test_the_token_answer_has_the_manuals_shape(citizen: Any) -> None:
    tokens = citizen.tokens(BEATRIZ)
    assert set(tokens) == {"access_token", "token_type", "expires_in", "scope", "id_token"}
    assert tokens["token_type"] == "Bearer"
    assert tokens["scope"].split()[0] == "openid"


def test_the_id_token_has_the_manuals_claims(citizen: Any) -> None:
    token = citizen.tokens(BEATRIZ)["id_token"]
    claims = claims_of(token, citizen)
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert header["kid"] == claims["kid"] == "rsa1"
    assert claims["sub"] == claims["preferred_username"] == BEATRIZ
    assert claims["iss"] == citizen.config.issuer
    assert claims["aud"] == CLIENT
    assert claims["nonce"] == citizen.nonce
    assert claims["amr"] == ["passwd"]
    assert claims["email_verified"] == claims["phone_number_verified"] == "true"
    assert isinstance(claims["scope"], list)
    assert claims["exp"] - claims["iat"] == 60
    assert claims["reliability_info"]["level"] == "gold"
    assert set(claims["reliability_info"]["reliabilities"][0]) == {"id", "updatedAt"}
    assert "social_name" not in claims


def test_the_access_token_is_a_jwt_with_a_list_of_scopes(citizen: Any) -> None:
    claims = claims_of(citizen.tokens(BEATRIZ)["access_token"], citizen)
    assert claims["exp"] - claims["iat"] == 3600
    assert "govbr_empresa" in claims["scope"]
    assert claims["sub"] == BEATRIZ


def test_what_a_person_lacks_is_absent(citizen: Any) -> None:
    tokens = citizen.tokens(DAVI)
    claims = claims_of(tokens["id_token"], citizen)
    assert claims["email_verified"] == "false"
    assert not {"email", "picture"} & set(claims)
    told = citizen.userinfo(tokens["access_token"]).json()
    assert told["email_verified"] is False
    assert "email" not in told
    assert citizen.userinfo(tokens["access_token"], "userinfo/picture").status_code == 404


def test_a_social_name_and_a_picture_are_told(citizen: Any) -> None:
    tokens = citizen.tokens(CLARA)
    assert claims_of(tokens["id_token"], citizen)["social_name"] == "Clara Pires"
    for path in ("userinfo", "userinfo/"):
        told = citizen.userinfo(tokens["access_token"], path).json()
        assert told["social_name"] == "Clara Pires"
        assert told["email_verified"] is True
    picture = citizen.userinfo(tokens["access_token"], "userinfo/picture")
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_the_code_is_long_and_single_use(citizen: Any) -> None:
    code = citizen.obtain_code(BEATRIZ)
    assert len(code) >= 150
    assert citizen.exchange(code).status_code == 200
    again = citizen.exchange(code)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"


def test_one_of_many_simultaneous_exchanges_wins(citizen: Any) -> None:
    code = citizen.obtain_code(BEATRIZ)
    with ThreadPoolExecutor(12) as pool:
        statuses = sorted(r.status_code for r in pool.map(citizen.exchange, [code] * 24))
    assert statuses == [200] + [400] * 23


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "a" * 43},
        {"code_verifier": "a" * 42},
        {"code_verifier": "a" * 129},
        {"code_verifier": None},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": None},
        {"code": "inventado"},
    ],
)
def test_a_wrong_verifier_redirect_or_code_is_an_invalid_grant(
    citizen: Any, changes: dict[str, str | None]
) -> None:
    given = {"code": citizen.obtain_code(BEATRIZ)} | changes
    response = citizen.exchange(given.pop("code"), **given)
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_grant"


def test_an_expired_code_is_an_invalid_grant(start: Callable[..., Any]) -> None:
    moment = [datetime.now(UTC)]
    with start(clock=lambda: moment[0]) as citizen:
        code = citizen.obtain_code(BEATRIZ)
        moment[0] += timedelta(minutes=5)
        assert citizen.exchange(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("pair", [(CLIENT, "errado"), ("outro", SECRET)])
def test_bad_credentials_get_the_body_that_govbr_sends(citizen: Any, pair: tuple[str, str]) -> None:
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK}
    response = citizen.back_end.post(f"{citizen.config.issuer}token", data=form, auth=pair)
    assert response.status_code == 401
    assert response.json() == {"error": "unauthorized", "error_description": "Bad credentials"}


def test_the_secret_may_come_in_the_body(citizen: Any) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": citizen.obtain_code(BEATRIZ),
        "redirect_uri": CALLBACK,
        "code_verifier": citizen.verifier,
        "client_id": CLIENT,
        "client_secret": SECRET,
    }
    assert citizen.back_end.post(f"{citizen.config.issuer}token", data=form).status_code == 200


def test_another_grant_type_is_refused(citizen: Any) -> None:
    response = citizen.exchange("x", grant_type="refresh_token")
    assert response.status_code == 400
    assert response.json()["error"] == "unsupported_grant_type"


def test_userinfo_refuses_what_is_not_an_access_token(citizen: Any) -> None:
    tokens = citizen.tokens(BEATRIZ)
    for wrong in ("abc", tokens["access_token"][:-6] + "AAAAAA", tokens["id_token"]):
        assert citizen.userinfo(wrong).status_code == 401
    assert citizen.userinfo(tokens["access_token"]).status_code == 200


def test_an_access_token_expires_after_an_hour(start: Callable[..., Any]) -> None:
    moment = [datetime.now(UTC)]
    with start(clock=lambda: moment[0]) as citizen:
        token = citizen.tokens(BEATRIZ)["access_token"]
        moment[0] += timedelta(seconds=3600)
        assert citizen.userinfo(token).status_code == 401
        assert citizen.api("/empresas/v2/empresas", token).status_code == 401
