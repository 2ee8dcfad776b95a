from datetime import datetime
from pathlib import Path

import sqlalchemy

from orquestra import logins
from orquestra.importing import ImportOptions, import_accounts, import_processes
from orquestra.passwords import CHEAP
from orquestra.sample import write_sample


def test_the_demo_base_comes_in_without_a_reject_and_its_logins_open(
    database: sqlalchemy.Engine, tmp_path: Path, now: datetime
) -> None:
    summary = write_sample(tmp_path, accounts=200, seed=2019, today=now.date())
    rejects = tmp_path / "rejects.csv"
    lines: list[int] = []

    accounts = import_accounts(
        database,
        summary.accounts_path,
        rejects_path=rejects,
        now=now,
        progress=lines.append,
        options=ImportOptions(profile=CHEAP, key=b"k" * 32),
    )
    processes = import_processes(
        database, summary.processes_path, rejects_path=rejects, now=now, progress=lines.append
    )

    assert (accounts.accepted, accounts.rejected, accounts.warnings) == (200, 0, 0)
    assert (processes.accepted, processes.rejected, processes.warnings) == (processes.lines, 0, 0)
    assert lines == [200, processes.lines]
    with database.connect() as connection:
        counts = "SELECT count(*) FROM orquestra.process_record UNION ALL "
        tasks = "SELECT count(*) FROM orquestra.open_task"
        assert list(connection.execute(sqlalchemy.text(counts + tasks)).scalars()) == [
            summary.processes,
            summary.tasks,
        ]
        found = logins.authenticate(
            connection, login="bass2016", password=summary.password, now=now
        )
        assert found.name == "bassdrill"
