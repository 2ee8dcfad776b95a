# ruff: noqa: ANN401 - a fixture's class lives in conftest.py, which tests cannot import

import base64
import json
from typing import Any

import pytest

BEATRIZ, CECILIA, DAVI = "28461935764", "57831469273", "34702815644"
LABORATORIO = "47205138000190"
SCOPES = "openid govbr_empresa govbr_confiabilidades profile"


def token(citizen: Any, cpf: str, scope: str = SCOPES) -> str:
    citizen.browser.cookies.clear()  # whoever was there before has left
    return str(citizen.tokens(cpf, scope=scope)["access_token"])


def test_version_1_of_the_companies_answers_as_in_early_2020(citizen: Any) -> None:
    access = token(citizen, BEATRIZ)
    address = f"/empresas/v1/representantes/{BEATRIZ}/empresas"
    listed = citizen.api(f"{address}?visao=simples", access).json()
    assert (set(listed), set(listed["cnpjs"][0])) == ({"cnpjs", "cpf"}, {"cnpj", "nome"})
    detail = citizen.api(f"{address}/{LABORATORIO}", access).json()
    assert detail["atuacao"] == "REPRESENTANTE_LEGAL"
    assert set(detail) == {"cnpj", "nomeFantasia", "atuacao", "cpfResponsavel", "nomeResponsavel"}
    assert citizen.api(f"{address}/63819427000136", access).status_code == 404


@pytest.mark.parametrize(("cpf", "levels"), [(BEATRIZ, ["3", "2", "1"]), (CECILIA, ["1"])])
def test_levels_are_told_by_id_or_as_the_manuals_sample(
    citizen: Any, cpf: str, levels: list[str]
) -> None:
    access, address = token(citizen, cpf), f"/confiabilidades/v3/contas/{cpf}"
    told = citizen.api(f"{address}/niveis?response-type=ids", access).json()
    assert [each["id"] for each in told] == levels
    assert set(told[0]) == {"id", "dataAtualizacao"}
    assert citizen.api(f"{address}/niveis", access).json()[-1]["id"] == "1 (Bronze)"


def test_seals_and_categories_are_told(citizen: Any) -> None:
    access, address = token(citizen, BEATRIZ), f"/confiabilidades/v3/contas/{BEATRIZ}"
    seals = citizen.api(f"{address}/confiabilidades?response-type=ids", access).json()
    assert [each["id"] for each in seals] == ["201", "401", "801"]
    assert len(citizen.api(f"{address}/categorias", access).json()) == len(seals)


def test_levels_need_their_scope_and_are_ones_own(citizen: Any) -> None:
    bare = token(citizen, BEATRIZ, "openid")
    refused = citizen.api(f"/confiabilidades/v3/contas/{BEATRIZ}/niveis", bare)
    assert refused.status_code == 401
    (error,) = refused.json()["errors"]
    assert error["code"] == "ACCESSTOKEN_SCOPE_MUSTCONTAINSEXPECTEDSCOPE"
    access = token(citizen, CECILIA)
    assert citizen.api(f"/confiabilidades/v3/contas/{BEATRIZ}/niveis", access).status_code == 403


def test_the_photo_comes_as_bytes_as_base64_or_not_at_all(citizen: Any) -> None:
    access = token(citizen, BEATRIZ)
    raw = citizen.userinfo(access, "userinfo/picture")
    assert (raw.headers["Content-Type"], raw.content[:4]) == ("image/png", b"\x89PNG")
    citizen.fault("picture", "base64")
    assert base64.b64decode(citizen.userinfo(access, "userinfo/picture").content) == raw.content
    citizen.fault("picture", "not_found", cpf=BEATRIZ)
    assert citizen.userinfo(access, "userinfo/picture").status_code == 404
    assert citizen.userinfo(token(citizen, DAVI), "userinfo/picture").status_code == 404


def test_the_code_is_a_compact_jwe_to_look_at(citizen: Any) -> None:
    parts = citizen.obtain_code(BEATRIZ).split(".")
    assert len(parts) == 5
    header = json.loads(base64.urlsafe_b64decode(parts[0] + "=="))
    assert header == {"kid": "codeCryptography", "alg": "dir", "enc": "A256GCM"}
    assert len(".".join(parts)) >= 150


def test_discovery_can_be_complete_for_once(citizen: Any) -> None:
    citizen.fault("discovery", "complete")
    address = f"{citizen.config.issuer}.well-known/openid-configuration"
    first, second = (citizen.back_end.get(address).json() for _ in range(2))
    assert first["end_session_endpoint"] == f"{citizen.config.issuer}logout"
    assert first["code_challenge_methods_supported"] == ["S256"]
    assert not {"end_session_endpoint", "code_challenge_methods_supported"} & set(second)


def test_every_fault_is_told_with_its_sentence_and_can_be_ordered(citizen: Any) -> None:
    kinds = citizen.control("GET", "fault-kinds").json()
    assert all(kind["told"] and kind["endpoints"] for kind in kinds)
    for kind in kinds:
        for endpoint in kind["endpoints"]:
            citizen.fault(endpoint, kind["name"])
    page = citizen.browser.get("/simulador/falhas").text
    assert all(kind["told"] in page for kind in kinds)
    citizen.control("DELETE", "faults")
