import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy

if TYPE_CHECKING:
    from tests.integration.importing.conftest import Importing


@pytest.fixture
def importing(importing: "Importing", database: sqlalchemy.Engine) -> "Importing":
    """The importer on a database of the test's own, which it may break."""
    importing.database = database
    return importing


LINES = [
    f"{number},P070,Análise,1,DCONF,,bass2016,em_andamento,2019-07-23,,Tarefa,bass2016,2026-05-01"
    for number in range(1, 101)
]
COUNTS = (
    "SELECT (SELECT count(*) FROM orquestra.process_record), "
    "(SELECT count(*) FROM orquestra.open_task)"
)

# Kills itself, as `kill -9` would, after its third committed batch.
KILLED = """
import os, pathlib, signal, sys
from datetime import datetime, UTC
import sqlalchemy
from orquestra.importing import import_processes

batches = []

def progress(lines):
    batches.append(lines)
    if len(batches) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

folder = pathlib.Path(sys.argv[2])
import_processes(
    sqlalchemy.create_engine(sys.argv[1]),
    folder / "file.csv",
    rejects_path=folder / "rejects.csv",
    now=datetime.now(UTC),
    progress=progress,
    batch_lines=10,
)
"""


class StoppedError(Exception):
    """The test's own interruption."""


def test_a_run_killed_between_batches_and_run_again_brings_each_line_once(
    importing: "Importing", tmp_path: Path, database_url: str
) -> None:
    importing.accounts("bass2016,bassdrill,,,,,,,true,")
    importing.processes(LINES[0])
    header = (tmp_path / "file.csv").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "file.csv").write_text("\n".join([header, *LINES, ""]), encoding="utf-8")

    killed = subprocess.run(
        [sys.executable, "-c", KILLED, database_url, str(tmp_path)], check=False, timeout=60
    )

    assert killed.returncode == -signal.SIGKILL
    assert importing.rows(COUNTS) == [(30, 30)]

    report = importing.processes(*LINES)

    assert (report.accepted, report.unchanged, report.rejected) == (99, 1, 0)
    assert report.resumed_after == 31
    assert importing.rows(COUNTS) == [(100, 100)]
    assert importing.rows(
        "SELECT lines, finished_at IS NOT NULL FROM orquestra.import_file ORDER BY id"
    ) == [(1, True), (1, True), (100, True)]


def test_a_failure_within_a_batch_leaves_the_batches_before_it(importing: "Importing") -> None:
    importing.accounts("bass2016,bassdrill,,,,,,,true,")
    importing.run("ALTER TABLE orquestra.open_task ADD CHECK (name <> 'Quebra')")

    with pytest.raises(sqlalchemy.exc.IntegrityError):
        importing.processes(*LINES[:7], LINES[7].replace("Tarefa", "Quebra"), *LINES[8:])
    assert importing.rows(COUNTS) == [(6, 6)]

    assert importing.processes(*LINES).accepted == 94
    assert importing.rows(COUNTS) == [(100, 100)]


def test_an_import_leaves_no_connection_and_no_lock_behind(importing: "Importing") -> None:
    def stop(_: int) -> None:
        raise StoppedError

    importing.progress = stop
    with pytest.raises(StoppedError):
        importing.accounts("a,Ana,,,,,,,true,")

    assert importing.rows(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
        "WHERE locktype = 'advisory' AND datname = current_database()"
    ) == [(0,)]


def test_a_link_that_begins_while_a_batch_waits_is_seen_by_it(importing: "Importing") -> None:
    importing.accounts("bass2016,bassdrill,,,,,,,true,")
    importing.run(
        "INSERT INTO orquestra.person (cpf, name, created_at) VALUES ('12345678909', 'B', now())"
    )
    with ThreadPoolExecutor(1) as pool, importing.database.connect() as link:
        link.execute(
            sqlalchemy.text(
                "UPDATE orquestra.login SET state = 'linking', linked_at = now(), "
                "person_id = (SELECT id FROM orquestra.person)"
            )
        )
        report = pool.submit(importing.processes, *LINES)
        wait_until_blocked(importing)
        link.commit()

        assert report.result(timeout=30).rejected == 100
    assert importing.rows(COUNTS) == [(0, 0)]


def wait_until_blocked(importing: "Importing") -> None:
    """Wait, at most ten seconds, until the import waits for a row that somebody else holds."""
    for _ in range(200):
        if importing.rows("SELECT count(*) FROM pg_locks WHERE NOT granted") != [(0,)]:
            return
        time.sleep(0.05)
    pytest.fail("the import did not wait for the login")


def test_a_login_is_judged_with_the_batch_that_brings_it_not_when_the_run_ends(
    importing: "Importing",
) -> None:
    def stop(_: int) -> None:
        raise StoppedError

    importing.progress = stop
    with pytest.raises(StoppedError):
        importing.accounts(
            "delta,Delta Ensaios Ltda,compras@delta.com.br",
            "teste01,Usuário de teste,",
            "ana,Ana Souza,ana@exemplo.br",
            "bia,Bia Lima,",
            header="login,nome,email",
        )
    assert importing.rows("SELECT login, kind, signals FROM orquestra.login ORDER BY login") == [
        ("ana", "desconhecido", []),
        ("delta", "empresa", ["nome_de_empresa", "email_de_funcao"]),
        ("teste01", "servico", []),
    ]
