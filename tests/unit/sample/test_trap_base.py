import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from orquestra.documents import Cnpj, Cpf
from orquestra.errors import InvalidCnpj, InvalidCpf
from orquestra.sample.traps import LEAST, TrapSummary, legacy_hashes, write_traps

TODAY = date(2026, 3, 10)
FILES = ("accounts.csv", "processes.csv", "people.json", "cases.csv", "expected.json")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> TrapSummary:
    """A base with a few of each trap."""
    return write_traps(tmp_path_factory.mktemp("traps"), accounts=1_000, seed=7, today=TODAY)


def rows(path: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def importable(base: TrapSummary) -> list[dict[str, str]]:
    cases = rows(base.directory / "cases.csv")
    refused = {case["login"] for case in cases if case["recusado"] == "true"}
    return [row for row in rows(base.directory / "accounts.csv") if row["login"] not in refused]


def documents(accounts: list[dict[str, str]], written: str) -> Counter[str]:
    """Read the documents again, by the rules that tell a CPF from a CNPJ by its length."""
    kind, digits = (Cpf, 11) if written == "cpf" else (Cnpj, 14)
    found: Counter[str] = Counter()
    for row in accounts:
        bare = "".join(c for c in row[written] or row["documento"] if c.isalnum())
        if digits - 2 <= len(bare) <= digits:
            try:
                found[kind(bare.rjust(digits, "0")).digits] += 1
            except (InvalidCnpj, InvalidCpf):
                continue
    return found


def test_the_seed_decides_every_byte_of_a_trap_base(base: TrapSummary, tmp_path: Path) -> None:
    same = write_traps(tmp_path / "same", accounts=1_000, seed=7, today=TODAY)
    other = write_traps(tmp_path / "other", accounts=1_000, seed=8, today=TODAY)

    for name in FILES:
        bytes_of = [(each.directory / name).read_bytes() for each in (base, same, other)]
        assert bytes_of[0] == bytes_of[1]
        assert bytes_of[0] != bytes_of[2]


@pytest.mark.parametrize("accounts", [LEAST, 200, 1_000])
def test_a_trap_base_has_exactly_its_logins_and_each_trap_at_least_once(
    tmp_path: Path, accounts: int
) -> None:
    smallest = write_traps(tmp_path / "smallest", accounts=LEAST, seed=1, today=TODAY)
    base = write_traps(tmp_path / "base", accounts=accounts, seed=1, today=TODAY)

    assert len({row["login"] for row in rows(base.directory / "accounts.csv")}) == accounts
    assert set(base.expected["casos"]) >= set(smallest.expected["casos"])
    assert min(base.expected["casos"].values()) >= 1


def test_the_expected_documents_are_those_that_the_file_holds(base: TrapSummary) -> None:
    accounts, expected = importable(base), base.expected["relatorio"]

    assert len(accounts) == expected["logins"]
    for kind in ("cpf", "cnpj"):
        found = documents(accounts, kind)
        shared = [count for count in found.values() if count > 1]
        assert found.total() == expected[f"com_{kind}"]
        assert len(shared) == expected[f"{kind}_repetido"]
        assert sum(shared) == expected[f"logins_mesmo_{kind}"]


def test_the_expected_processes_are_those_that_the_file_holds(base: TrapSummary) -> None:
    known = {row["login"] for row in importable(base)}
    lines = rows(base.directory / "processes.csv")
    taken = [
        line
        for line in lines
        if line["requisitante_login"] in known
        and line["tarefa_responsavel_login"] in known | {""}
        and not (line["tarefa_responsavel_login"] and not line["tarefa_expira_em"])
    ]
    running = {line["numero"] for line in taken if line["situacao"] == "em_andamento"}
    expected = base.expected

    assert len(taken) == expected["linhas"]["aceitas"]
    assert len(lines) - len(taken) == expected["linhas"]["recusadas"]
    assert len(running) == expected["relatorio"]["processos_em_andamento"]
    assert sum(line["tarefa"] != "" for line in taken) == expected["relatorio"]["tarefas_pendentes"]


def test_the_people_at_govbr_are_those_that_may_come(base: TrapSummary) -> None:
    people = json.loads((base.directory / "people.json").read_text(encoding="utf-8"))
    known = [each["cpf"] for each in people]
    acting = {
        (each["cpf"], tie["cnpj"])
        for each in people
        for tie in each["companies"]
        if tie["role"] in ("REPRESENTANTE_LEGAL", "SOCIO")
    }

    assert len(set(known)) == len(known) == base.people
    assert all(Cpf(digits) for digits in known)
    assert acting
    for case in rows(base.directory / "cases.csv"):
        assert {case["titular_cpf"], case["outro_cpf"]} <= {*known, ""}
        assert case["outro_cpf"], "somebody else always knows the password"


def test_the_old_export_says_the_same_in_windows_1252(base: TrapSummary, tmp_path: Path) -> None:
    old = write_traps(tmp_path, accounts=1_000, seed=7, today=TODAY, encoding="windows-1252")
    lines = rows(tmp_path / "accounts.csv", encoding="windows-1252", delimiter=";")
    new = rows(base.directory / "accounts.csv")

    assert old.expected == base.expected
    assert b"\xe7" in (tmp_path / "accounts.csv").read_bytes()
    assert [line["nome"] for line in lines] == [line["nome"] for line in new]
    day, month, year = lines[0]["criado_em"].split("/")
    assert f"{year}-{month}-{day}" == new[0]["criado_em"]


def test_a_base_too_small_for_every_trap_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"at least {LEAST}"):
        write_traps(tmp_path, accounts=LEAST - 1, seed=1, today=TODAY)


def test_the_made_hashes_are_those_of_dot_net() -> None:
    made = {
        (each.make, each.declared != "", each.text)
        for each in legacy_hashes._every_make("senha-teste", bytes(range(16)))
    }
    texts = {text for _, _, text in made}

    assert {
        "xLtekySBU7L6jzzj0y7/zG64I/M=",
        "yLIxVMyhHN3vUUWGH7+taOugJfjbVP1XlxkjIQEa+u8=",
        "AAABAgMEBQYHCAkKCwwNDg9jvv/01NJc80zm7iABIbrgqXrjTTWlpB0/O5D8rWvOxA==",
        "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8fNQmvqpvyTD4ongMNPTLUpE6Scdx66f1OsMERdxlLpA==",
        "2CE11CBA697C7921B769D48A73DE95B85E547FA4",
        "668DEB859E2EF81CEDCDBCC39F013520",
    } <= texts
