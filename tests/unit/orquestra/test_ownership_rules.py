"""The rule table of ownership: each row, and no way around it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orquestra.documents import Cnpj, Cpf
from orquestra.ownership import Evidence, judge, names_match
from orquestra.people import CompanyTie

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OWN, OTHER = Cpf("12345678909"), Cpf("52998224725")
COMPANY, ELSEWHERE = Cnpj("12ABC34501DE35"), Cnpj("11222333000181")
SIGNALS = ("cnpj", "nome_de_empresa", "email_de_funcao", "varias_redes")
KINDS = ("pessoa", "empresa", "estrangeiro", "servico", "equipe", "desconhecido")


def _tie(cnpj: Cnpj, role: str, days: int | None = None) -> CompanyTie:
    return CompanyTie(
        cnpj=cnpj,
        company_name="Barzi Motors LTDA",
        role=role,
        expires_at=None if days is None else NOW + timedelta(days=days),
        read_at=NOW,
    )


ties = st.builds(
    _tie,
    st.sampled_from([COMPANY, ELSEWHERE]),
    st.sampled_from(["REPRESENTANTE_LEGAL", "SOCIO", "CONTADOR", "COLABORADOR", "NAO_ATUANTE"]),
    st.sampled_from([None, -1, 0, 1]),
)
everything = st.builds(
    Evidence,
    login_cpf=st.sampled_from([None, OWN, OTHER]),
    login_cnpj=st.sampled_from([None, COMPANY]),
    kind=st.sampled_from(KINDS),
    kind_by_staff=st.booleans(),
    signals=st.frozensets(st.sampled_from(SIGNALS)),
    document_unreadable=st.booleans(),
    person_cpf=st.just(OWN),
    ties_known=st.booleans(),
    ties=st.lists(ties, max_size=3, unique_by=lambda tie: tie.cnpj),
)


@given(everything)
@settings(max_examples=600)
def test_nothing_is_linked_without_the_rule_that_the_table_has_for_it(seen: Evidence) -> None:
    answer = judge(seen, NOW)
    others = len(seen.signals - {"cnpj"})
    acting = any(
        tie.cnpj == seen.login_cnpj
        and tie.role in ("REPRESENTANTE_LEGAL", "SOCIO")
        and (tie.expires_at is None or tie.expires_at > NOW)
        for tie in seen.ties
    )
    required = {
        "cpf_confere": seen.login_cpf == OWN and seen.login_cnpj is None and others < 2,
        "representante": (
            seen.login_cnpj is not None
            and seen.login_cpf in (None, OWN)
            and seen.ties_known
            and acting
        ),
        "sem_documento": (
            seen.login_cpf is None
            and seen.login_cnpj is None
            and not seen.signals
            and not seen.document_unreadable
            and seen.kind not in ("estrangeiro", "servico", "equipe")
            and not seen.kind_by_staff
        ),
    }
    assert answer.allowed == (answer.doubt is None) == (answer.rule != "")
    assert {rule for rule, holds in required.items() if holds} == ({answer.rule} - {""})


@pytest.mark.parametrize(
    ("seen", "answer"),
    [
        ({"login_cpf": OTHER}, "cpf_divergente"),
        ({"login_cpf": OTHER, "login_cnpj": COMPANY, "ties_known": True}, "cpf_divergente"),
        ({"login_cnpj": COMPANY}, "vinculos_desconhecidos"),
        ({"login_cnpj": COMPANY, "ties": [_tie(COMPANY, "SOCIO")]}, "vinculos_desconhecidos"),
        ({"login_cnpj": COMPANY, "ties_known": True}, "empresa_sem_vinculo"),
        ({"login_cpf": OWN, "login_cnpj": COMPANY, "ties_known": True}, "empresa_sem_vinculo"),
        (
            {"login_cnpj": COMPANY, "ties_known": True, "ties": [_tie(COMPANY, "SOCIO", -1)]},
            "empresa_sem_vinculo",
        ),
        (
            {"login_cnpj": COMPANY, "ties_known": True, "ties": [_tie(ELSEWHERE, "SOCIO")]},
            "empresa_sem_vinculo",
        ),
        (
            {"login_cnpj": COMPANY, "ties_known": True, "ties": [_tie(COMPANY, "SOCIO", 1)]},
            "representante",
        ),
        ({"login_cpf": OWN}, "cpf_confere"),
        ({"login_cpf": OWN, "signals": frozenset({"varias_redes"})}, "cpf_confere"),
        (
            {"login_cpf": OWN, "signals": frozenset({"varias_redes", "nome_de_empresa"})},
            "login_compartilhado",
        ),
        ({"kind": "estrangeiro", "document_unreadable": True}, "estrangeiro"),
        ({"kind": "servico"}, "fora_da_campanha"),
        ({"kind": "equipe", "document_unreadable": True}, "fora_da_campanha"),
        ({"kind": "equipe", "login_cpf": OWN}, "cpf_confere"),
        ({"document_unreadable": True}, "documento_invalido"),
        ({"signals": frozenset({"email_de_funcao"})}, "login_compartilhado"),
        ({"kind": "pessoa", "kind_by_staff": True}, "tipo_alterado"),
        (
            {"kind_by_staff": True, "signals": frozenset({"email_de_funcao"})},
            "login_compartilhado",
        ),
        ({"kind": "pessoa", "kind_by_staff": True, "login_cpf": OWN}, "cpf_confere"),
        ({}, "sem_documento"),
    ],
)
def test_each_row_of_the_table_gives_its_answer(seen: dict[str, object], answer: str) -> None:
    given_evidence: dict[str, object] = {"login_cpf": None, "login_cnpj": None, "person_cpf": OWN}
    found = judge(Evidence(**given_evidence | seen), NOW)  # type: ignore[arg-type]
    assert answer in (found.rule, found.doubt)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("MARIA DA SILVA", "Maria Aparecida da Silva", True),
        ("José Conceição", "jose conceicao", True),
        ("bassdrill", "Maria Exemplo", False),
        ("Maria", "Maria Exemplo", False),
        ("Maria Souza", "Maria Silva", False),
        ("Barzi Motors LTDA", "Maria Exemplo", False),
    ],
)
def test_names_match_by_their_folded_words(*, one: str, other: str, same: bool) -> None:
    assert names_match(one, other) is same
