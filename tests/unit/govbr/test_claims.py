from typing import Any

import pytest

from govbr.answers import (
    CompanyTieClaim,
    Facts,
    Tokens,
    facts_from_mapping,
    facts_to_mapping,
    tokens_from_mapping,
    tokens_to_mapping,
)
from govbr.claims import IdentityClaims, read_identity, read_scopes
from govbr.errors import BadAnswer
from govbr.registry_numbers import normalised_cnpj, normalised_cpf

CPF = "12345678909"


def read(**claims: Any) -> IdentityClaims:  # noqa: ANN401
    return read_identity({"sub": CPF, **claims})


@pytest.mark.parametrize("sub", [CPF, "123456789-09", "123.456.789-09"])
def test_every_form_of_the_subject_is_eleven_digits(sub: str) -> None:
    assert read(sub=sub).sub == CPF


@pytest.mark.parametrize(
    "sub",
    [
        None,
        "",
        12345678909,
        "12345678900",
        "11111111111",
        "1234567890",
        "pairwise-x",
        "१२३४५६७८९०९",
    ],
)
def test_a_subject_that_is_no_cpf_is_refused(sub: object) -> None:
    with pytest.raises(BadAnswer) as caught:
        read(sub=sub)
    assert "12345678900" not in str(caught.value)


@pytest.mark.parametrize(
    ("proof", "kept"),
    [(True, True), ("true", True), (False, False), ("false", False), (None, False), (1, False)],
)
def test_an_address_counts_only_when_verified(proof: object, kept: bool) -> None:  # noqa: FBT001
    claims = read(
        email="a@b.c", email_verified=proof, phone_number="1", phone_number_verified=proof
    )
    assert (claims.email == "a@b.c") is kept
    assert (claims.phone == "1") is kept


@pytest.mark.parametrize(
    ("amr", "expected"),
    [
        (["bank", "bank001"], ("bank", "bank001")),
        ("passwd", ("passwd",)),
        (["telepathy"], ("telepathy",)),
        (None, ()),
        (7, ()),
    ],
)
def test_ways_in_are_read_in_both_shapes_and_unknown_ones_kept(
    amr: object, expected: tuple[str, ...]
) -> None:
    assert read(amr=amr).amr == expected


def test_scopes_are_read_as_list_and_as_text() -> None:
    assert read_scopes(["openid", "email", "openid"]) == "openid email"
    assert read_scopes("openid  email") == "openid email"
    assert read_scopes(None) == ""


def test_level_and_seals_are_read_and_unknown_ones_kept() -> None:
    info = {"level": "gold", "reliabilities": [{"id": "801", "updatedAt": "x"}, {"id": 9}, "odd"]}
    claims = read(reliability_info=info)
    assert claims.level == "gold"
    assert claims.reliabilities == ("801", "9")
    assert read(reliability_info={"level": "Platinum"}).level == "platinum"
    assert read(reliability_info="odd").level is None


def test_a_formatted_company_number_is_brought_to_one_form() -> None:
    assert read(cnpj="12.345.678/0001-00").cnpj == "12345678000100"
    assert normalised_cnpj("12.abc.345/01de-35") == "12ABC34501DE35"
    assert normalised_cnpj("123") is None


def test_digits_of_other_scripts_are_no_digits() -> None:
    assert normalised_cpf("1234567890\u0669") is None
    assert normalised_cnpj("1234567800019\uff15") is None


def test_a_name_cannot_break_a_header_or_a_log_line() -> None:
    assert read(name="Maria\r\nSet-Cookie: x\x00\u2028y").name == "Maria Set-Cookie: x y"
    assert len(read(name="x" * 9999).name or "") == 300


def test_the_social_name_is_the_one_to_call_by() -> None:
    assert read(name="João", social_name="Joana").called == "Joana"
    assert read(name="João").called == "João"


def test_gaps_are_filled_from_the_id_token_of_the_same_person_only() -> None:
    merged = read(name="M").completed_by(read(name="N", amr=["x509"], cnpj="12345678000100"))
    assert (merged.name, merged.amr, merged.cnpj) == ("M", ("x509",), "12345678000100")
    with pytest.raises(BadAnswer):
        read().completed_by(read(sub="52998224725"))


def test_nothing_of_the_person_stands_in_a_trace() -> None:
    claims = read(name="Maria", email="a@b.c", email_verified=True)
    texts = repr(Tokens("secret-token", claims, "openid")) + repr(Facts(claims, None))
    texts += repr(CompanyTieClaim("12345678000100", "Loja", "SOCIO"))
    for private in (CPF, "Maria", "a@b.c", "secret-token", "12345678000100", "Loja"):
        assert private not in texts


def test_tokens_and_facts_survive_being_stored() -> None:
    tokens = Tokens("t", read(amr=["passwd"]), "openid")
    facts = Facts(tokens.claims, (CompanyTieClaim("12345678000100", "Loja", "SOCIO"),))
    assert tokens_from_mapping(tokens_to_mapping(tokens)) == tokens
    assert facts_from_mapping(facts_to_mapping(facts)) == facts
    unknown = Facts(tokens.claims, None)
    assert facts_from_mapping(facts_to_mapping(unknown)) == unknown


@pytest.mark.parametrize(
    "shape", [{"agent": True}, {"agent": "true"}, {"grantor_account": "52998224725"}]
)
def test_who_acts_for_another_person_by_procuracao_is_refused(shape: dict[str, object]) -> None:
    assert read_identity({"sub": "12345678909", "agent": False}).sub == "12345678909"
    with pytest.raises(BadAnswer, match="acts for another"):
        read_identity({"sub": "12345678909", **shape})
