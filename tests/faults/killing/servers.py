"""The private PostgreSQL and Redis of a campaign, and ways to disturb them."""

import signal
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
import redis

from normaliza.migrations.running import upgrade
from normaliza.private_servers import PrivatePostgres, PrivateRedis

_TEMPLATE = "template_faults"
#: A killed server loses what it has not handed to the system: only that is kept as in production.
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "max_connections": "120",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
#: What the campaign counts, beside the program's tables; the triggers note each wait's life.
_TABLES = """
    CREATE SCHEMA faults;
    CREATE TABLE faults.effect (
        id bigint GENERATED ALWAYS AS IDENTITY, key text NOT NULL, instance_id bigint NOT NULL,
        element_id text NOT NULL, attempt int NOT NULL);
    CREATE INDEX ON faults.effect (instance_id);
    CREATE TABLE faults.batch_row (key text, number int, PRIMARY KEY (key, number));
    CREATE TABLE faults.wait (
        kind text NOT NULL, row_id bigint NOT NULL, instance_id bigint NOT NULL,
        element_id text NOT NULL, task_uid uuid NOT NULL, attempts int, over boolean NOT NULL);
    CREATE INDEX ON faults.wait (instance_id);
    CREATE FUNCTION faults.note() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE it jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    BEGIN
        INSERT INTO faults.wait VALUES (TG_TABLE_NAME, (it->>'id')::bigint,
            (it->>'instance_id')::bigint, it->>'element_id', (it->>'task_uid')::uuid,
            (it->>'attempts')::int, TG_OP = 'DELETE');
        RETURN NULL;
    END $$;
"""
_NOTED = ("job", "timer", "user_task", "subscription")


class Servers:
    """One PostgreSQL and one Redis; a context manager that starts and stops both.

    Args:
        home: An empty folder that PostgreSQL's account can enter.
    """

    def __init__(self, home: Path) -> None:
        self.postgres = PrivatePostgres(home, options=_OPTIONS)
        self.redis = PrivateRedis(home, databases=64)
        self._worlds = 0

    def __enter__(self) -> Self:
        self.postgres.start()
        self.redis.start()
        self._execute(f"CREATE DATABASE {_TEMPLATE}")
        address = self.postgres.url_of(_TEMPLATE)
        upgrade(address)
        with psycopg.connect(plain(address), autocommit=True) as connection:
            connection.execute(_TABLES)
            for table in _NOTED:
                connection.execute(
                    f"CREATE TRIGGER note AFTER INSERT OR DELETE ON engine.{table}"
                    " FOR EACH ROW EXECUTE FUNCTION faults.note()".encode()
                )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.redis.stop()
        self.postgres.stop()

    def new_world(self) -> tuple[str, str]:
        """Make an empty database and an empty broker; give their addresses."""
        self._worlds += 1
        name = f"world_{self._worlds}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY file_copy")
        return self.postgres.url_of(name), self.redis.url_of(self._worlds)

    def restart_database(self) -> None:
        """Let PostgreSQL die at once ("immediate": its manual, 19.5), and start it again."""
        process = self.postgres.process
        process.send_signal(signal.SIGQUIT)
        process.wait(30)
        self.postgres.start()

    def stop_broker(self) -> None:
        """Take Redis away."""
        self.redis.stop()

    def start_broker(self) -> None:
        """Bring Redis back, at the same address and empty."""
        self.redis.start()

    def empty_broker(self) -> None:
        """Make Redis forget everything."""
        with redis.Redis.from_url(self.redis.url) as client:
            client.flushall()

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            plain(self.postgres.url_of("postgres")), autocommit=True
        ) as connection:
            connection.execute(statement.encode())


def plain(address: str) -> str:
    """Return an address as psycopg takes it."""
    return address.replace("+psycopg", "")


class Reader:
    """Asks a database questions on one session; where the server was restarted, on a new one.

    Args:
        address: As SQLAlchemy takes it.
    """

    def __init__(self, address: str) -> None:
        self._address = plain(address)
        self._connection: psycopg.Connection | None = None
        self._lock = threading.Lock()

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401
        """Ask one question."""
        for _ in range(200):
            try:
                with self._lock:
                    return self._opened().execute(statement.encode(), values).fetchall()
            except psycopg.OperationalError:
                self.close()
                time.sleep(0.1)  # between two tries
        raise TimeoutError("the database did not come back")

    def close(self) -> None:
        """End the session."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _opened(self) -> psycopg.Connection:
        if self._connection is None:
            self._connection = psycopg.connect(self._address, autocommit=True)
        return self._connection
