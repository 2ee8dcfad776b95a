"""What every test may ask for: a real PostgreSQL and a real Redis of this run alone, and a clock.

One server of each is started for the run, at the first test that asks, in a folder that goes
away. A server that cannot be started fails the test: nothing is skipped.
"""

import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest
import sqlalchemy
from pytest_socket import socket_allow_hosts

from engine.clock import ManualClock
from normaliza.migrations.running import upgrade
from normaliza.private_servers import PrivatePostgres, PrivateRedis

sys.path.insert(0, str(Path(__file__).parent))

from database_pool import DatabasePool

#: Makes a database (or broker) of the test's own and returns its address.
Maker: TypeAlias = Callable[[], str]

TEMPLATE = "template_normaliza"

#: Speed for data that nobody keeps (PostgreSQL manual, 14.5); the program itself sets none.
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "autovacuum": "off",
}


@pytest.fixture(autouse=True)
def _only_this_machine() -> None:
    """Tests reach loopback and unix sockets, nothing else."""
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def servers_home() -> Iterator[Path]:
    """A folder for the run's servers; not pytest's own, which PostgreSQL's account cannot enter."""
    home = Path(tempfile.mkdtemp(prefix="normaliza-tests-"))
    home.chmod(0o755)
    yield home
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def postgres(servers_home: Path) -> Iterator[PrivatePostgres]:
    """The run's PostgreSQL, with the template that every test's database is copied from."""
    with PrivatePostgres(servers_home, options=UNSAFE_BUT_FAST) as server:
        _execute(server, f"CREATE DATABASE {TEMPLATE}")
        upgrade(server.url_of(TEMPLATE))
        yield server


@pytest.fixture(scope="session")
def database_pool(postgres: PrivatePostgres) -> DatabasePool:
    """The run's databases."""
    return DatabasePool(postgres, TEMPLATE)


@pytest.fixture(scope="session")
def new_database(postgres: PrivatePostgres, database_pool: DatabasePool) -> Maker:
    """Make a migrated, empty database: `new_database()` returns its address.

    For fixtures of a wider scope than one test, or programs that take an address.
    """
    return lambda: postgres.url_of(database_pool.make())


@pytest.fixture
def database_url(database_pool: DatabasePool) -> Iterator[str]:
    """The address of a migrated, empty database of this test alone."""
    url = database_pool.take()
    yield url
    database_pool.give_back(url)


@pytest.fixture
def database(database_url: str) -> Iterator[sqlalchemy.Engine]:
    """An engine on a migrated, empty database of this test alone."""
    engine = sqlalchemy.create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def _rolled_back_database(new_database: Maker) -> Iterator[sqlalchemy.Engine]:
    """The database behind `connection`, which stays empty."""
    engine = sqlalchemy.create_engine(new_database())
    yield engine
    engine.dispose()


@pytest.fixture
def connection(_rolled_back_database: sqlalchemy.Engine) -> Iterator[sqlalchemy.Connection]:
    """A connection inside a transaction that is rolled back: the cheapest way to the tables."""
    with _rolled_back_database.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture(scope="session")
def new_broker(servers_home: Path) -> Iterator[Maker]:
    """Make an empty broker: `new_broker()` returns the address of a numbered Redis database."""
    numbers = itertools.count()
    with PrivateRedis(servers_home, databases=1024) as server:
        yield lambda: server.url_of(next(numbers))


@pytest.fixture
def redis_url(new_broker: Maker) -> str:
    """The address of an empty Redis database of this test alone."""
    return new_broker()


@pytest.fixture
def now() -> datetime:
    """A fixed instant, for what takes time as an argument: noon in Brasília on a Tuesday."""
    return datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


@pytest.fixture
def clock(now: datetime) -> ManualClock:
    """A clock that stands at `now` until the test advances it."""
    return ManualClock(now)


def _execute(server: PrivatePostgres, statement: str) -> None:
    """Run one statement outside a transaction, on the database that is always there."""
    url = sqlalchemy.make_url(server.url_of("postgres")).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())
