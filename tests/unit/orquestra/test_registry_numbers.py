"""CPF and CNPJ where the portal and the relying party read them, beside two libraries."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import govbr.registry_numbers
from orquestra.documents import Cnpj, Cpf
from orquestra.errors import InvalidCnpj, InvalidCpf

from ..registry_number_oracles import (
    Reader,
    check_digits,
    cnpj_bases,
    completed,
    cpf_bases,
    digits_of_other_scripts,
    is_cnpj,
    is_cpf,
)


def _portal_cpf(text: str) -> str | None:
    with contextlib.suppress(InvalidCpf):
        return Cpf.parse(text).digits
    return None


def _portal_cnpj(text: str) -> str | None:
    with contextlib.suppress(InvalidCnpj):
        return Cnpj.parse(text).digits
    return None


CPF_READERS: dict[str, Reader] = {
    "relying party": govbr.registry_numbers.normalised_cpf,
    "portal": _portal_cpf,
}
#: The relying party leaves a CNPJ's check digits to the portal: gov.br's own samples fail them.
CNPJ_READERS: dict[str, Reader] = {"portal": _portal_cnpj}


@pytest.mark.parametrize("reader", CPF_READERS.values(), ids=CPF_READERS.keys())
@given(base=cpf_bases, check=check_digits)
def test_a_cpf_is_one_where_both_libraries_say_so(reader: Reader, base: str, check: str) -> None:
    for number in (base + check, completed(base)):
        assert (reader(number) is not None) == is_cpf(number)


@pytest.mark.parametrize("reader", CNPJ_READERS.values(), ids=CNPJ_READERS.keys())
@given(base=cnpj_bases, check=check_digits)
def test_a_cnpj_is_one_where_both_libraries_say_so(reader: Reader, base: str, check: str) -> None:
    for number in (base + check, completed(base)):
        assert (reader(number) is not None) == is_cnpj(number)


@pytest.mark.parametrize("reader", CPF_READERS.values(), ids=CPF_READERS.keys())
@given(base=cpf_bases)
def test_punctuation_changes_nothing_and_the_digits_come_back(reader: Reader, base: str) -> None:
    number = completed(base)
    written = f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"
    assert reader(written) == reader(number)
    assert reader(number) in (number, None)


@pytest.mark.parametrize("reader", CNPJ_READERS.values(), ids=CNPJ_READERS.keys())
@given(base=cnpj_bases)
def test_a_cnpj_in_either_case_and_with_punctuation_is_the_same(reader: Reader, base: str) -> None:
    number = completed(base)
    written = f"{number[:2]}.{number[2:5]}.{number[5:8]}/{number[8:12]}-{number[12:]}"
    assert reader(written.lower()) == reader(number)
    assert reader(number) in (number, None)


@pytest.mark.parametrize(
    "reader",
    [*CPF_READERS.values(), *CNPJ_READERS.values(), govbr.registry_numbers.normalised_cnpj],
)
@given(base=cpf_bases, place=st.integers(0, 10), strange=digits_of_other_scripts)
def test_a_digit_of_another_script_is_no_digit(
    reader: Reader, base: str, place: int, strange: str
) -> None:
    cpf = completed(base)
    assert reader(cpf[:place] + strange + cpf[place + 1 :]) is None
    assert reader("191") is None, "nothing is padded"
    cnpj = completed("12ABC34501DE")
    assert reader(cnpj[:place] + strange + cnpj[place + 1 :]) is None


@pytest.mark.parametrize("reader", CNPJ_READERS.values(), ids=CNPJ_READERS.keys())
def test_the_example_of_the_rule_is_one(reader: Reader) -> None:
    """IN RFB 2.229/2024."""
    assert reader("12.ABC.345/01DE-35") == "12ABC34501DE35"
