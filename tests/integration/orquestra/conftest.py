"""A small base to act on: logins, processes and tasks, written row by row."""

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

import pytest
import sqlalchemy
from sqlalchemy import Connection, Row, Table, insert, text

from orquestra import passwords, people
from orquestra.documents import Cpf, _cpf_check_digits
from orquestra.store import tables

T = TypeVar("T")

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
_PATIENCE_SECONDS = 30

PASSWORD = "senha-teste"


class Base:
    """Writes rows through one connection and answers with their numbers.

    Args:
        connection: Where to write.
        now: The instant that rows are dated by.
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self._numbers = itertools.count(1)

    @staticmethod
    def cpf(number: int) -> Cpf:
        """Make a valid CPF."""
        base = f"{number:09}"
        return Cpf(base + _cpf_check_digits(base))

    def login(self, login: str = "", /, **values: object) -> int:
        """Write a login whose password is `PASSWORD`."""
        login = login or f"login{next(self._numbers)}"
        defaults: dict[str, object] = {
            "login": login,
            "name": login.title(),
            "password_hash": passwords.hash_new(PASSWORD, passwords.CHEAP),
            "password_format": passwords.ARGON2ID,
            "imported_at": self.now,
        }
        return self._insert(tables.login, defaults | values)

    def person(self, number: int = 1) -> int:
        """Register a person."""
        return people.register(
            self.connection,
            cpf=self.cpf(number),
            name=f"Pessoa {number}",
            email=None,
            phone=None,
            now=self.now,
        ).id

    def campaign(self, deadline_at: datetime, **values: object) -> int:
        """Write a campaign, whatever its deadline."""
        defaults: dict[str, object] = {
            "name": f"Campanha {next(self._numbers)}",
            "opens_at": self.now - timedelta(days=60),
            "deadline_on": (deadline_at - timedelta(hours=12)).date(),
            "deadline_at": deadline_at,
            "created_at": self.now,
        }
        return self._insert(tables.campaign, defaults | values)

    def process(self, login_id: int, situation: str = "em_andamento", **values: object) -> int:
        """Write a process."""
        number = next(self._numbers)
        defaults: dict[str, object] = {
            "number": 800_000 + number,
            "code": "P070",
            "name": "Análise de Licença de Importação para Anuência",
            "version": "3",
            "area": "DICOR",
            "description": f"NCM {number}",
            "login_id": login_id,
            "situation": situation,
            "opened_at": self.now - timedelta(days=number),
        }
        return self._insert(tables.process_record, defaults | values)

    def task(self, process_id: int, login_id: int | None, **values: object) -> int:
        """Write an open task."""
        defaults: dict[str, object] = {
            "process_id": process_id,
            "name": f"Responder à pendência {next(self._numbers)}",
            "login_id": login_id,
            "expires_at": self.now + timedelta(days=60),
        }
        return self._insert(tables.open_task, defaults | values)

    def row(self, table: Table, row_id: int) -> Row[Any]:
        """Read a row as it stands."""
        return self.connection.execute(table.select().where(table.c.id == row_id)).one()

    def _insert(self, table: Table, values: dict[str, object]) -> int:
        """Write a row."""
        row_id: int = self.connection.execute(
            insert(table).values(values).returning(table.c.id)
        ).scalar_one()
        return row_id


#: Makes a base on a connection of the test's own.
BaseMaker: TypeAlias = Callable[[Connection], Base]


@pytest.fixture
def base_on(now: datetime) -> BaseMaker:
    """Make a base on any connection, for tests that commit."""
    return lambda connection: Base(connection, now)


@pytest.fixture
def base(connection: Connection, now: datetime) -> Base:
    """A base in the transaction that is rolled back."""
    return Base(connection, now)


class Second:
    """A second connection that works in a thread of its own.

    Args:
        database: Where to connect.
    """

    def __init__(self, database: sqlalchemy.Engine) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(max_workers=8)

    def start(self, work_: Callable[[Connection], T]) -> Future[T]:
        """Run something in a transaction of its own."""

        def run() -> T:
            with self._database.begin() as connection:
                return work_(connection)

        return self._threads.submit(run)

    def wait_until_blocked(self, future: Future[T]) -> None:
        """Look at PostgreSQL until the second one waits for a lock."""
        with self._database.connect() as connection:
            until = time.monotonic() + _PATIENCE_SECONDS
            while not future.done() and time.monotonic() < until:
                if connection.execute(_WAITING).scalar_one():
                    return
                connection.rollback()
        pytest.fail("the second one did not wait")

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown()


@pytest.fixture
def second(database: sqlalchemy.Engine) -> Iterator[Second]:
    """A second connection."""
    other = Second(database)
    yield other
    other.close()
