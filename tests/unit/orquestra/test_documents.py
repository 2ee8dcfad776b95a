"""CPF and CNPJ against a slow oracle that was written from the law's words, not from the module."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orquestra.documents import Cnpj, Cpf
from orquestra.errors import InvalidCnpj, InvalidCpf, InvalidDocument

DIGITS = "0123456789"
LETTERS_AND_DIGITS = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VALUES = {character: number for number, character in enumerate(DIGITS)} | {
    letter: 17 + number for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}


def digit(characters: str, longest_weight: int) -> str:
    """Walk from the right with weights 2, 3, … that begin again after the longest."""
    total, weight = 0, 2
    for character in reversed(characters):
        total += VALUES[character] * weight
        weight = 2 if weight == longest_weight else weight + 1
    rest = total % 11
    return {0: "0", 1: "0"}.get(rest) or str(11 - rest)


def with_digits(base: str, longest_weight: int) -> str:
    first = digit(base, longest_weight)
    return base + first + digit(base + first, longest_weight)


def cpf_of(base: str) -> str:
    return with_digits(base, 11)


def cnpj_of(base: str) -> str:
    return with_digits(base, 9)


cpf_bases = st.text(DIGITS, min_size=9, max_size=9)
cnpj_bases = st.text(LETTERS_AND_DIGITS, min_size=12, max_size=12)


@given(cpf_bases)
def test_every_cpf_with_right_check_digits_is_read_in_each_spelling(base: str) -> None:
    digits = cpf_of(base)
    assume(len(set(digits)) > 1)
    spelled = f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"
    assert Cpf.parse(digits) == Cpf.parse(f"  {spelled}\n") == Cpf(digits)
    assert Cpf(digits).formatted == spelled


@given(st.text(DIGITS, min_size=11, max_size=11))
def test_a_cpf_is_accepted_exactly_when_the_oracle_says_so(digits: str) -> None:
    valid = cpf_of(digits[:9]) == digits and len(set(digits)) > 1
    if valid:
        assert Cpf.parse(digits).digits == digits
    else:
        with pytest.raises(InvalidCpf):
            Cpf.parse(digits)


@given(cnpj_bases)
def test_every_cnpj_with_right_check_digits_is_read_in_each_spelling(base: str) -> None:
    digits = cnpj_of(base)
    assume(len(set(digits)) > 1)
    spelled = f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}/{digits[8:12]}-{digits[12:]}"
    assert Cnpj.parse(digits.lower()) == Cnpj.parse(f" {spelled}\t") == Cnpj(digits)
    assert Cnpj(digits).formatted == spelled


@given(st.builds("".join, st.tuples(cnpj_bases, st.text(DIGITS, min_size=2, max_size=2))))
def test_a_cnpj_is_accepted_exactly_when_the_oracle_says_so(digits: str) -> None:
    valid = cnpj_of(digits[:12]) == digits and len(set(digits)) > 1
    if valid:
        assert Cnpj.parse(digits).digits == digits
    else:
        with pytest.raises(InvalidCnpj):
            Cnpj.parse(digits)


@given(st.text(min_size=15, max_size=30))
def test_a_refusal_never_repeats_the_text(text: str) -> None:
    assume(text.strip() and not text.isascii())
    for kind in (Cpf, Cnpj):
        with pytest.raises(InvalidDocument) as refusal:
            kind.parse(text)
        assert text not in str(refusal.value)


@given(cpf_bases, cnpj_bases)
def test_a_mask_shows_six_characters_at_most(cpf_base: str, cnpj_base: str) -> None:
    cpf, cnpj = cpf_of(cpf_base), cnpj_of(cnpj_base)
    assume(len(set(cpf)) > 1)
    assume(len(set(cnpj)) > 1)
    for document in (Cpf(cpf), Cnpj(cnpj)):
        for shown in (document.masked, str(document), repr(document), f"{document}"):
            characters = shown.removeprefix("Cpf").removeprefix("Cnpj")
            assert sum(character.isalnum() for character in characters) <= 6
            assert document.digits not in shown


def test_the_official_alphanumeric_example_is_read() -> None:
    assert Cnpj.parse("12.ABC.345/01DE-35").digits == "12ABC34501DE35"


def test_masks_keep_the_form_that_the_screens_use() -> None:
    assert Cpf.parse("123.456.789-09").masked == "***.456.789-**"
    assert Cnpj.parse("12.ABC.345/01DE-35").masked == "**.ABC.345/****-**"


@pytest.mark.parametrize("repeated", DIGITS)
def test_one_digit_repeated_is_no_document(repeated: str) -> None:
    with pytest.raises(InvalidCpf):
        Cpf.parse(repeated * 11)
    with pytest.raises(InvalidCnpj):
        Cnpj.parse(repeated * 14)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "191",
        "١٢٣٤٥٦٧٨٩٠٩",
        "\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff10\uff19",
        "123 456 789 09",
        "12345678909\0",
        "\u00a012345678909",
        "123-456-789.09",
        "123456789099",
    ],
)
def test_what_only_looks_like_a_cpf_is_refused(text: str) -> None:
    with pytest.raises(InvalidCpf):
        Cpf.parse(text)


@pytest.mark.parametrize(
    "text", ["12ABC34501DEAB", "12ßBC34501DE35", "12.ABC.345/01DE35\0", "x" * 14]
)
def test_what_only_looks_like_a_cnpj_is_refused(text: str) -> None:
    with pytest.raises(InvalidCnpj):
        Cnpj.parse(text)


def test_a_document_is_built_from_its_plain_form_only() -> None:
    for digits in ("123.456.789-09", " 12345678909"):
        with pytest.raises(InvalidCpf):
            Cpf(digits)
    for digits in ("12.ABC.345/01DE-35", "12abc34501de35"):
        with pytest.raises(InvalidCnpj):
            Cnpj(digits)
