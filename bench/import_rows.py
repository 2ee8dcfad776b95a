# ruff: noqa: INP001 - scripts, not a package
"""How fast process lines come in, beside a bare COPY of the same rows into the same tables.

The limit is what PostgreSQL does when it is handed the finished rows: no reading, no checking, no
looking up of logins, nothing to resume from, one transaction. Both run on a server of their own as
`normaliza up` starts it (fsync on, every index and foreign key in place), each time on a fresh
copy of a base that has the logins, in turns; the fastest of each are compared, since whatever else
the machine does only ever makes one slower.

SCALE=0.01 makes it short; `bench/README.md` tells the bars. A short run is timed by processor time
(`_Clocks`): it stands in the test suite, whose machine may be busy.
"""

import csv
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import sqlalchemy

from normaliza.migrations.running import upgrade
from normaliza.private_servers import PrivatePostgres
from orquestra.importing import import_processes
from orquestra.sample import write_sample

BAR = 0.3
#: Where the script is run small, a bar to catch a fall and not the noise of a busy machine.
SHORT_BAR = 0.8 * BAR
LINES = 1_000_000
LOGINS = 50_000
#: A long measurement needs no repetition.
ROUNDS, LONG_ROUNDS = 3, 1
NOW = datetime(2026, 3, 10, tzinfo=UTC)

_PROCESSES_OF_THE_SYSTEM = Path("/proc")

PROCESSES = """orquestra.process_record (
    id, number, code, name, version, area, description, login_id, situation, opened_at, closed_at
)"""
TASKS = "orquestra.open_task (id, process_id, name, login_id, expires_at)"


def main() -> int:
    """Measure, print one JSON line, and fail below the bar."""
    scale = float(os.environ.get("SCALE", "1"))
    with tempfile.TemporaryDirectory() as folder, PrivatePostgres(_reachable(folder)) as server:
        bench = _Bench(server, Path(folder), scale)
        imports, copies = [], []
        for _ in range(LONG_ROUNDS if scale >= 1 else ROUNDS):
            imports.append(bench.import_file())
            copies.append(bench.copy_rows())
    value = bench.lines / min(imports)
    limit = bench.lines / min(copies)
    ratio = value / limit
    print(  # noqa: T201 - the result
        json.dumps(
            {
                "name": "import",
                "value": round(value),
                "unit": "lines/s",
                "limit": round(limit),
                "ratio": round(ratio, 3),
            }
        )
    )
    bar = BAR if scale >= 1 else SHORT_BAR
    return 0 if ratio >= bar else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clocks:
    """What has been spent so far, by all clocks.

    On two idle cores an import takes as long as the longer of two things of which each is done one
    step after the other: what its process computes, whose threads share one interpreter, and what
    the server computes with the thread that waits for it. Their processor time is that, however
    busy the machine is meanwhile.

    Args:
        wall: Seconds that have passed.
        process: Processor time of this process, all threads together.
        thread: Processor time of the thread that talks to the server.
        server: Processor time of the server's processes.
    """

    wall: float
    process: float
    thread: float
    server: float


class _Bench:
    """A server with a base to copy, the file, and the rows that it comes to."""

    def __init__(self, server: PrivatePostgres, folder: Path, scale: float) -> None:
        self._server = server
        self._folder = folder
        self._rows: tuple[bytes, bytes] | None = None
        self._by_wall = scale >= 1 or not _PROCESSES_OF_THE_SYSTEM.exists()
        accounts = max(100, int(LOGINS * scale))
        self._file = write_sample(
            folder,
            accounts=accounts,
            seed=2019,
            today=NOW.date(),
            processes_per_account=LINES // LOGINS,
        ).processes_path
        with self._file.open(encoding="utf-8", newline="") as stream:
            names: set[str] = set()
            self.lines = 0
            for row in csv.DictReader(stream):
                self.lines += 1
                names.update((row["requisitante_login"], row["tarefa_responsavel_login"]))
        self._make_base(sorted(names - {""}))

    def import_file(self) -> float:
        """Import the file through the real importer; gives the seconds."""
        with self._fresh_database() as url:
            database = sqlalchemy.create_engine(url)
            started = self._clocks()
            report = import_processes(
                database,
                self._file,
                rejects_path=self._folder / "rejects.csv",
                now=NOW,
                progress=lambda _: None,
            )
            database.dispose()
            seconds = self._seconds_since(started)
            if report.accepted != self.lines:
                raise SystemExit(f"{self.lines - report.accepted} lines did not come in.")
            if self._rows is None:
                self._rows = _copy_out(url)
        return seconds

    def copy_rows(self) -> float:
        """Copy the same rows, as PostgreSQL itself wrote them out; gives the seconds."""
        if self._rows is None:
            raise SystemExit("The rows come from an import; run that first.")
        with self._fresh_database() as url, _connect(url) as connection:
            started = self._clocks()
            for table, rows in zip((PROCESSES, TASKS), self._rows, strict=True):
                with connection.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copy:
                    copy.write(rows)
            connection.commit()
            return self._seconds_since(started)

    def _clocks(self) -> "_Clocks":
        return _Clocks(
            wall=time.monotonic(),
            process=time.process_time(),
            thread=time.thread_time(),
            server=0.0 if self._by_wall else _processor_time(self._server.process.pid),
        )

    def _seconds_since(self, started: "_Clocks") -> float:
        ended = self._clocks()
        if self._by_wall:
            return ended.wall - started.wall
        return max(
            ended.process - started.process,
            ended.thread - started.thread + ended.server - started.server,
        )

    def _make_base(self, logins: list[str]) -> None:
        url = self._server.url
        upgrade(url)
        with _connect(url) as connection:
            connection.execute(
                "INSERT INTO orquestra.login (login, name, imported_at) "
                "SELECT name, name, now() FROM unnest(%s::text[]) name",
                (logins,),
            )

    @contextmanager
    def _fresh_database(self) -> Iterator[str]:
        """Copy the base; what was measured before lies on the disk before the next begins."""
        name = sqlalchemy.make_url(self._server.url).database
        with _connect(self._server.url_of("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE measured TEMPLATE {name}".encode())
            connection.execute("CHECKPOINT")
        yield self._server.url_of("measured")
        with _connect(self._server.url_of("postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE measured WITH (FORCE)")


def _copy_out(url: str) -> tuple[bytes, bytes]:
    """Read the imported rows as COPY takes them."""
    with _connect(url) as connection:
        return _table(connection, PROCESSES), _table(connection, TASKS)


def _table(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
        return b"".join(bytes(block) for block in copy)


def _connect(url: str, *, autocommit: bool = False) -> psycopg.Connection:
    address = sqlalchemy.make_url(url).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=autocommit)


def _processor_time(postmaster: int) -> float:
    """Sum what a server and its processes have computed, those that have ended included."""
    ticks = 0
    for path in _PROCESSES_OF_THE_SYSTEM.glob("[0-9]*/stat"):
        try:
            told = path.read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        fields = told.rpartition(")")[
            2
        ].split()  # proc(5): the parent, then of itself, of the ended
        if int(path.parent.name) == postmaster:
            ticks += sum(int(each) for each in fields[11:15])
        elif int(fields[1]) == postmaster:
            ticks += sum(int(each) for each in fields[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _reachable(folder: str) -> Path:
    """PostgreSQL's own account must be able to enter."""
    Path(folder).chmod(0o755)
    return Path(folder) / "home"


if __name__ == "__main__":
    sys.exit(main())
