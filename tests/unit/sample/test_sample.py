import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from orquestra import passwords
from orquestra.documents import Cnpj, Cpf
from orquestra.sample import SampleSummary, registry_numbers, sample_logins, write_sample

TODAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    """The demo base."""
    return write_sample(tmp_path_factory.mktemp("demo"), accounts=200, seed=2019, today=TODAY)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def contents(summary: SampleSummary) -> list[bytes]:
    paths = (summary.accounts_path, summary.processes_path, summary.people_path)
    return [path.read_bytes() for path in paths]


def test_the_demo_has_200_logins_and_exactly_2000_processes(demo: SampleSummary) -> None:
    processes = rows(demo.processes_path)

    assert demo.accounts == len({row["login"] for row in rows(demo.accounts_path)}) == 200
    assert demo.processes == len({row["numero"] for row in processes}) == 2_000
    assert demo.tasks == sum(row["tarefa"] != "" for row in processes)


@pytest.mark.parametrize(("accounts", "each"), [(1, 10), (1, 0), (5, 1), (14, 7), (333, 13)])
def test_any_size_has_exactly_its_processes(tmp_path: Path, accounts: int, each: int) -> None:
    summary = write_sample(
        tmp_path, accounts=accounts, seed=1, today=TODAY, processes_per_account=each
    )

    assert len(rows(summary.accounts_path)) == accounts
    assert len({row["numero"] for row in rows(summary.processes_path)}) == accounts * each


def test_the_seed_decides_every_byte(demo: SampleSummary, tmp_path: Path) -> None:
    same = write_sample(tmp_path / "same", accounts=200, seed=2019, today=TODAY)
    other = write_sample(tmp_path / "other", accounts=200, seed=2020, today=TODAY)

    assert contents(same) == contents(demo)
    assert all(a != b for a, b in zip(contents(other), contents(demo), strict=True))


def test_bassdrill_has_the_processes_of_the_guide(demo: SampleSummary) -> None:
    [account] = [row for row in rows(demo.accounts_path) if row["login"] == "bass2016"]
    processes = {
        row["numero"]: (row["aberto_em"][:10], row["codigo"], row["situacao"])
        for row in rows(demo.processes_path)
        if row["requisitante_login"] == "bass2016"
    }

    assert account["nome"] == "bassdrill"
    assert processes == {
        "849702": ("2019-07-23", "P070", "em_andamento"),
        "849697": ("2019-07-19", "", "em_andamento"),
        "849651": ("2019-05-29", "P131", "em_andamento"),
        "849813": ("2019-09-24", "P110", "concluido"),
        "736220": ("2016-09-06", "P070", "concluido"),
        "535798": ("2015-09-28", "P070", "concluido"),
        "353973": ("2014-11-25", "P070", "concluido"),
    }


def test_open_tasks_expire_after_today(demo: SampleSummary) -> None:
    processes = rows(demo.processes_path)
    ends = [row["tarefa_expira_em"] for row in processes if row["tarefa_responsavel_login"]]

    assert ends
    assert min(ends) > TODAY.isoformat()
    assert any(row["tarefa"] and not row["tarefa_responsavel_login"] for row in processes)


def test_the_kinds_of_the_guide_are_among_the_processes(demo: SampleSummary) -> None:
    kinds = {(row["codigo"], row["versao"], row["area"]) for row in rows(demo.processes_path)}

    assert {
        ("P001", "3", "DICOR"),
        ("P004", "3", "DICOR"),
        ("P013", "1", "DICAP"),
        ("P015", "2", "DIOIS"),
    } <= kinds


def test_the_traps_of_an_old_base_are_there(demo: SampleSummary) -> None:
    accounts = rows(demo.accounts_path)
    people = json.loads(demo.people_path.read_text(encoding="utf-8"))
    represented = {tie["cnpj"] for each in people for tie in each["companies"]}
    known = {each["cpf"] for each in people}
    companies = {row["cnpj"] for row in accounts if row["cnpj"] and not row["cpf"]}
    cpfs = Counter(row["cpf"] for row in accounts if row["cpf"])
    busy = {row["requisitante_login"] for row in rows(demo.processes_path)}

    assert cpfs[next(r["cpf"] for r in accounts if r["login"] == "bass.drill")] >= 2
    assert companies & represented
    assert companies - represented
    assert any(not number.isdigit() for number in companies)
    assert set(cpfs) - known, "an ex-employee whose person never comes"
    assert any(not row["cpf"] and not row["cnpj"] for row in accounts)
    assert any(row["ativo"] == "false" for row in accounts)
    assert any(row["login"].isdigit() for row in accounts)
    assert "jonas.peixoto" not in busy


def test_documents_are_valid_and_no_two_people_share_one(demo: SampleSummary) -> None:
    people = json.loads(demo.people_path.read_text(encoding="utf-8"))

    assert len({each["cpf"] for each in people}) == len(people) == demo.people
    for each in people:
        Cpf(each["cpf"])
        for tie in each["companies"]:
            Cnpj(tie["cnpj"])


@pytest.mark.parametrize("letters", [False, True])
def test_made_up_numbers_are_valid_and_different(letters: bool) -> None:  # noqa: FBT001 - a case
    numbers = range(0, 900_000, 450)

    assert len({Cnpj(registry_numbers.cnpj(n, letters=letters)) for n in numbers}) == 2_000
    assert len({Cpf(registry_numbers.cpf(n)) for n in numbers}) == 2_000


def test_no_running_number_gives_a_cpf_of_one_repeated_digit() -> None:
    inverse = pow(716_151_413, -1, 10**9)
    for digit in range(10):
        base = int(str(digit) * 9)
        assert (base - 28_461_973) * inverse % 10**9 > 10**8 - 1


def test_every_password_is_the_one_that_is_told(demo: SampleSummary) -> None:
    stored = {(row["senha_hash"], row["senha_formato"]) for row in rows(demo.accounts_path)}
    formats = Counter(row["senha_formato"] for row in rows(demo.accounts_path))

    assert formats == {passwords.ARGON2ID: 100, passwords.ASPNET_IDENTITY_V3: 100}
    for text, kind in stored:
        legacy = passwords.prepare(text, salt="", declared=kind, adapters={})
        wrapped = passwords.wrap(legacy, passwords.CHEAP)
        assert passwords.verify(wrapped.hash, wrapped.format, demo.password, wrapped.salt)


def test_the_logins_to_try_are_in_the_files(demo: SampleSummary) -> None:
    logins = {row["login"] for row in rows(demo.accounts_path)}
    people = json.loads(demo.people_path.read_text(encoding="utf-8"))
    passwords_of = {Cpf(each["cpf"]).formatted: each["password"] for each in people}

    assert demo.logins[0].login == "bass2016"
    assert demo.logins == sample_logins(200)
    assert len(sample_logins(1)) == 2, "bassdrill, and the person without a login"
    for each in demo.logins:
        assert each.story
        assert each.login in logins | {""}
        assert not each.cpf or passwords_of[each.cpf] == each.govbr_password


def test_a_sample_without_logins_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one login"):
        write_sample(tmp_path, accounts=0, seed=1, today=TODAY)


def test_a_sample_broken_off_leaves_no_file_that_looks_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("orquestra.sample.drawn_processes.DrawnProcesses.draw", full)
    with pytest.raises(OSError, match="no space"):
        write_sample(tmp_path, accounts=20, seed=1, today=TODAY)

    assert {path.suffix for path in tmp_path.iterdir()} == {".part"}
