import pytest

from govbr.simulator import people, personas
from govbr.simulator.registry_numbers import format_cnpj, format_cpf, parse_cnpj, parse_cpf


def test_every_made_up_number_has_valid_check_digits_and_is_unique() -> None:
    cpfs = [each.cpf for each in personas.PERSONAS] + list(personas.CPFS_SEM_CONTA)
    assert len(set(cpfs)) == len(cpfs) >= 17
    assert all(parse_cpf(cpf) == cpf for cpf in cpfs)
    for each in personas.PERSONAS:
        assert all(parse_cnpj(tie.cnpj) == tie.cnpj for tie in each.ties)
        assert all(tie.role in personas.ROLES for tie in each.ties)


@pytest.mark.parametrize(
    "text", ["", "11111111111", "28461935765", "2846193576", "٢٨٤٦١٩٣٥٧٦٤", "28461935764\x00"]
)
def test_what_is_no_cpf_is_not_taken_for_one(text: str) -> None:
    assert parse_cpf(text) is None


def test_numbers_are_read_with_punctuation_and_written_with_it() -> None:
    assert parse_cpf(" 284.619.357-64 ") == "28461935764"
    assert format_cpf("28461935764") == "284.619.357-64"
    assert parse_cnpj("12.abc.345/01de-35") == "12ABC34501DE35"
    assert format_cnpj("12ABC34501DE35") == "12.ABC.345/01DE-35"
    assert parse_cnpj("12.ABC.345/01DE-36") is None
    assert parse_cnpj("00000000000000") is None


def test_a_password_is_kept_salted_and_only_itself_matches() -> None:
    stored = people.hash_password("Senha#2026")
    assert stored != people.hash_password("Senha#2026")
    assert people.password_matches(stored, "Senha#2026")
    assert not people.password_matches(stored, "senha#2026")
