"""The order of the rules: what is known beats what a name suggests."""

from pathlib import Path

import pytest

from orquestra import base_report
from orquestra.kinds import Facts, Kind, kind_of, looks_shared, signals_of
from web.staff import kind_words

ANA = {"login": "ana", "name": "Ana Lima"}


def kind(**facts: object) -> tuple[Kind, str]:
    return kind_of(Facts(**(ANA | facts)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"cpf": True}, (Kind.PERSON, "cpf")),
        ({"cnpj": True, "cpf": True}, (Kind.COMPANY, "cnpj")),
        ({"name": "Barzi Motors LTDA"}, (Kind.COMPANY, "nome_de_empresa")),
        ({"name": "Barzi Motors LTDA", "cpf": True}, (Kind.COMPANY, "nome_de_empresa")),
        ({}, (Kind.UNKNOWN, "nenhuma")),
        ({"language": "pt"}, (Kind.UNKNOWN, "nenhuma")),
        ({"language": "en"}, (Kind.FOREIGNER, "idioma")),
        ({"language": "pt-PT"}, (Kind.FOREIGNER, "idioma")),
        ({"language": "en", "cpf": True}, (Kind.PERSON, "cpf")),
        ({"identification": True}, (Kind.FOREIGNER, "identificacao")),
        ({"identification": True, "cpf": True}, (Kind.PERSON, "cpf")),
        ({"groups": ["Cliente estrangeiro"]}, (Kind.FOREIGNER, "grupo_de_estrangeiros")),
        (
            {"groups": ["Cliente estrangeiro"], "name": "Acme GmbH"},
            (Kind.FOREIGNER, "grupo_de_estrangeiros"),
        ),
        (
            {"identification": True, "name": "Barzi Motors LTDA"},
            (Kind.COMPANY, "nome_de_empresa"),
        ),
        ({"auth_kind": "AD", "cpf": True}, (Kind.STAFF, "diretorio")),
        ({"email": "ana@inmetro.gov.br", "cpf": True}, (Kind.STAFF, "email_do_orgao")),
        ({"groups": ["Dicor"], "cpf": True}, (Kind.STAFF, "grupo_do_orgao")),
        ({"login": "teste", "email": "t@inmetro.gov.br"}, (Kind.STAFF, "email_do_orgao")),
        ({"name": "Usuário Teste", "cpf": True}, (Kind.SERVICE, "palavra_de_teste")),
        ({"name": "Empresa Teste Ltda", "login": "teste"}, (Kind.SERVICE, "palavra_de_teste")),
        ({"name": "Alfa Testes Ltda"}, (Kind.COMPANY, "nome_de_empresa")),
        ({"name": "Alfa Testes Ltda", "login": "teste", "cnpj": True}, (Kind.COMPANY, "cnpj")),
        ({"login": "admin"}, (Kind.SERVICE, "palavra_de_servico")),
        ({"login": "admin", "cpf": True}, (Kind.PERSON, "cpf")),
        ({"name": "Sistema Montagens Ltda"}, (Kind.COMPANY, "nome_de_empresa")),
    ],
)
def test_the_first_rule_that_holds_decides(
    facts: dict[str, object], expected: tuple[Kind, str]
) -> None:
    assert kind(**facts) == expected
    assert expected[1] in kind_words.RULES


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"cnpj": True}, ["cnpj"]),
        ({"name": "Barzi LTDA"}, ["nome_de_empresa"]),
        ({"email": "compras@barzi.com.br"}, ["email_de_funcao"]),
        ({"networks": 2}, []),
        ({"networks": 3}, ["varias_redes"]),
        (
            {"name": "Barzi LTDA", "email": "sac@barzi.com.br", "networks": 9, "cnpj": True},
            ["cnpj", "nome_de_empresa", "email_de_funcao", "varias_redes"],
        ),
    ],
)
def test_each_sign_of_a_shared_login_is_seen(facts: dict[str, object], expected: list[str]) -> None:
    assert signals_of(Facts(**(ANA | facts))) == expected  # type: ignore[arg-type]


def test_a_cnpj_alone_or_two_other_signs_make_a_login_look_shared() -> None:
    assert looks_shared(["cnpj"])
    assert looks_shared(["nome_de_empresa", "varias_redes"])
    assert not looks_shared(["nome_de_empresa"])
    assert not looks_shared([])


def test_every_rule_has_words_for_the_staff_and_a_line_in_the_docs() -> None:
    documented = Path(__file__).parents[3].joinpath("docs/login-kinds.md").read_text()
    for rule in kind_words.RULES:
        assert f"| `{rule}` |" in documented
    for each in Kind:
        assert f"| `{each}` | {base_report.KIND_NAMES[each]} |" in documented
        assert kind_words.KIND_HINTS[each]
