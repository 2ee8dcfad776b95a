"""`normaliza import` as it is run: a real process, killed for good and started again."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy

from orquestra.importing.loading import BATCH_LINES

if TYPE_CHECKING:
    from tests.integration.importing.conftest import Importing

HEADER = (
    "numero;codigo;nome;versao;area;descricao;requisitante_login;situacao;aberto_em;"
    "encerrado_em;tarefa;tarefa_responsavel_login;tarefa_expira_em\r\n"
)
WAITING = sqlalchemy.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND wait_event_type = 'Lock'"
)


@pytest.fixture
def environment(importing: "Importing", tmp_path: Path) -> dict[str, str]:
    """The settings of a `normaliza` that imports into the test's base."""
    return {
        **os.environ,
        "NORMALIZA_HOME": str(tmp_path / "home"),
        "NORMALIZA_DATABASE_URL": importing.database.url.render_as_string(hide_password=False),
        "NORMALIZA_PASSWORD_COST": "cheap",
    }


def normaliza(*words: str) -> list[str]:
    return [sys.executable, "-m", "normaliza", *words]


def test_a_real_import_killed_by_the_system_goes_on_and_counts_each_line_once(
    importing: "Importing", environment: dict[str, str], tmp_path: Path
) -> None:
    importing.accounts("ana,Ana", "joão,João", header="login,nome")
    path = tmp_path / "processos.csv"
    lines = 2 * BATCH_LINES + 10
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write(HEADER)
        for number in range(1, lines + 1):
            login = "ana" if number <= BATCH_LINES else "joão"
            situation = "parado" if number % BATCH_LINES == 7 else "em_andamento"
            file.write(f"{number};P;Análise;1;D;;{login};{situation};31/01/2019;;;;\r\n")
    command = normaliza("import", "processes", str(path), "--report", str(tmp_path / "r.json"))

    with importing.database.connect() as link:
        link.execute(sqlalchemy.text("SELECT FROM orquestra.login WHERE login = 'joão' FOR UPDATE"))
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
            wait_until_blocked(importing, process)
            os.kill(process.pid, signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
    assert importing.rows("SELECT count(*) FROM orquestra.process_record") == [(BATCH_LINES - 1,)]

    done = subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True, timeout=120
    )

    assert f"Went on behind line {BATCH_LINES + 1}," in done.stdout
    assert f"{lines} lines: {lines - 3} accepted, 0 unchanged, 3 rejected" in done.stdout
    assert "Read as windows-1252, cells separated by semicolons" in done.stdout
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert (told["lines"], told["accepted"], told["rejected"]) == (lines, lines - 3, 3)
    [reason] = told["reasons"]
    assert (reason["column"], reason["count"]) == ("situacao", 3)
    rejects = (tmp_path / "processos.rejects.csv").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[0] for row in rejects[1:]] == [
        str(batch * BATCH_LINES + 8) for batch in range(3)
    ]
    assert importing.rows(
        "SELECT count(*), count(DISTINCT number) FROM orquestra.process_record"
    ) == [(lines - 3, lines - 3)]
    assert importing.rows("SELECT count(*) FROM orquestra.import_seen") == [(0,)]


def test_a_dry_run_of_the_command_says_so_and_has_rejects_of_its_own(
    importing: "Importing", environment: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "contas.csv"
    path.write_text("login,nome\nana,Ana\nbia,\n", encoding="utf-8")

    done = subprocess.run(
        normaliza("import", "accounts", str(path), "--dry-run"),
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert "2 lines: 1 accepted, 0 unchanged, 1 rejected" in done.stdout
    assert "Dry run" in done.stdout
    assert (tmp_path / "contas.dry-run.rejects.csv").exists()
    assert importing.rows("SELECT count(*) FROM orquestra.login") == [(0,)]


def wait_until_blocked(importing: "Importing", process: subprocess.Popen[bytes]) -> None:
    """Wait until the import waits for a row that somebody else holds; its pipe tells its end."""
    with importing.database.connect() as connection:
        while not connection.execute(WAITING).scalar_one():
            assert process.poll() is None, process.stderr and process.stderr.read()
            connection.execute(sqlalchemy.text("SELECT pg_sleep(0.02)"))
            connection.rollback()


@pytest.mark.parametrize("option", ["--rejects", "--report"])
def test_the_file_that_is_read_is_never_written_over(
    environment: dict[str, str], tmp_path: Path, option: str
) -> None:
    path, other_name = tmp_path / "contas.csv", tmp_path / "outro-nome.csv"
    path.write_text("login,nome\nana,Ana\nbia,\n", encoding="utf-8")
    before = path.read_bytes()
    other_name.hardlink_to(path)
    command = normaliza("import", "accounts", str(path), option, str(other_name))

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert f"FILE and {option} are the same file" in done.stderr
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_said_in_one_line(
    environment: dict[str, str], tmp_path: Path
) -> None:
    path, missing = tmp_path / "contas.csv", tmp_path / "nada" / "r.csv"
    path.write_text("login,nome\nana,Ana\n", encoding="utf-8")
    command = normaliza("import", "accounts", str(path), "--rejects", str(missing))

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert f"Error: {missing}: No such file or directory" in done.stderr
    assert "Traceback" not in done.stderr
