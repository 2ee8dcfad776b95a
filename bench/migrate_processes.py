# ruff: noqa: INP001 - scripts, not a package
"""How fast process records are handed over to the people that their logins are linked to.

The service task `account.migrate` itself, begun links and all: batches, open tasks, the counts
compared, the ledger. The limit is the bare UPDATE of each login's records, committed by login.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy
from harness import Claim, commit_rate, connect, fresh_database, repeated, scale, server

from normaliza.private_servers import PrivatePostgres
from orquestra import linking
from tasks.operators.migrate_processes import migrate_processes

RECORDS, EACH = 1_000_000, 1_000
NOW = datetime(2026, 3, 10, tzinfo=UTC)

_PEOPLE = """
    INSERT INTO orquestra.person (cpf, name, created_at)
    SELECT lpad(n::text, 11, '0'), 'Pessoa', now() FROM generate_series(1, %s) n"""
_LOGINS = """
    INSERT INTO orquestra.login (login, name, imported_at)
    SELECT 'login' || n, 'Login', now() FROM generate_series(1, %s) n"""
_RECORDS = """
    INSERT INTO orquestra.process_record
        (number, code, name, version, area, login_id, situation, opened_at)
    SELECT n, 'P070', 'Licença', '3', 'DICOR', 1 + n %% %s,
        CASE WHEN n %% 2 = 0 THEN 'concluido' ELSE 'em_andamento' END, now()
    FROM generate_series(1, %s) n"""
_HAND_OVER = """
    UPDATE orquestra.process_record SET owner_person_id = %s
    WHERE login_id = %s AND owner_person_id IS NULL"""


def main() -> int:
    """Measure; fail below the bar."""
    records = max(20_000, int(RECORDS * scale()))
    with server() as running:
        with connect(running.url) as connection:
            connection.execute(_PEOPLE, (records // EACH,))
            connection.execute(_LOGINS, (records // EACH,))
            connection.execute(_RECORDS, (records // EACH, records))
        pairs = repeated(lambda: (_ours(running, records), _bare(running, records)))
        claim = Claim(name="migrate_processes", unit="records/s", bar=0.5)
        return 0 if claim.report(pairs, commits=round(commit_rate(running.url))) else 1


def _ours(running: PrivatePostgres, records: int) -> float:
    """Let the service task hand over the records of every login."""
    with fresh_database(running) as url:
        database = sqlalchemy.create_engine(url)
        with database.begin() as connection:
            links = [
                linking.begin(connection, login_id=n, person_id=n, rule="sem_documento", now=NOW).id
                for n in range(1, records // EACH + 1)
            ]
        started = time.perf_counter()
        for link_id in links:
            with database.begin() as connection:
                job = _Job(database=database, connection=connection)
                migrate_processes(job, None, link_id=link_id)
        seconds = time.perf_counter() - started
        database.dispose()
        _check(url, records)
    return records / seconds


def _bare(running: PrivatePostgres, records: int) -> float:
    """Hand the records over with psycopg alone."""
    with fresh_database(running) as url, connect(url) as connection:
        started = time.perf_counter()
        for login in range(1, records // EACH + 1):
            connection.execute(_HAND_OVER, (login, login))
            connection.commit()
        seconds = time.perf_counter() - started
    return records / seconds


def _check(url: str, records: int) -> None:
    """Every record has its owner, and every link is done."""
    with connect(url) as connection:
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM orquestra.process_record"
            " WHERE owner_person_id = login_id),"
            " (SELECT count(*) FROM orquestra.account_link WHERE state = 'done')"
        ).fetchone()
    if counts != (records, records // EACH):
        raise SystemExit(f"Not all was handed over: {counts}.")


@dataclass(kw_only=True)
class _Job:
    """What the service task uses of a job."""

    database: sqlalchemy.Engine
    connection: sqlalchemy.Connection
    now: datetime = NOW

    @contextmanager
    def batch(self) -> Iterator[sqlalchemy.Connection]:
        """A transaction of its own."""
        with self.database.begin() as connection:
            yield connection


if __name__ == "__main__":
    sys.exit(main())
