"""Databases that one test uses after another: emptied in between, which is cheaper than new ones.

A test cannot tell the difference. Whatever emptying does not undo (a changed table, an open
session, a table grown large) ends the database's use: it is dropped, and a new one is made.
"""

import itertools
from collections import Counter

import psycopg
import sqlalchemy

from normaliza.private_servers import PrivatePostgres

#: Deleted rows stay in a table's pages; few tests' rows do no harm.
TESTS_PER_DATABASE = 25

#: Where new rows go into pages of their own, deleting them costs more than a new database.
LARGE = 1_000_000

_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
      AND pid <> pg_backend_pid()"""

_LARGEST = """
    SELECT coalesce(max(pg_relation_size(oid)), 0) FROM pg_class
    WHERE relkind = 'r' AND oid >= 16384"""

#: Every row of our schemas goes, with the triggers asleep; so do tables of a test's own.
_EMPTY = """
    DO $$
    DECLARE found record;
    BEGIN
        SET LOCAL session_replication_role = replica;
        SET LOCAL client_min_messages = warning;
        FOR found IN
            SELECT format('%I.%I', schemaname, tablename) AS name, schemaname = 'public' AS own
            FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
              AND schemaname NOT LIKE 'pg\\_%' AND tablename <> 'alembic_version'
        LOOP
            IF found.own THEN
                EXECUTE 'DROP TABLE ' || found.name || ' CASCADE';
            ELSIF pg_relation_size(found.name) > 0 THEN
                EXECUTE 'DELETE FROM ' || found.name;
            END IF;
        END LOOP;
        PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence;
    END $$"""

#: Sums over which transaction wrote each row of the catalogue: any change of a table changes them.
_CATALOGUE = " UNION ALL ".join(
    f"SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM {table} WHERE {own}"
    for table, own in (
        ("pg_class", "oid >= 16384"),
        ("pg_attribute", "attrelid >= 16384"),
        ("pg_attrdef", "true"),
        ("pg_constraint", "oid >= 16384"),
        ("pg_index", "indexrelid >= 16384"),
        ("pg_trigger", "oid >= 16384"),
        ("pg_proc", "oid >= 16384"),
        ("pg_type", "oid >= 16384"),
        ("pg_statistic", "starelid >= 16384"),
        ("public.alembic_version", "true"),
    )
)


class DatabasePool:
    """Hands out migrated, empty databases of one server.

    Args:
        server: Where they lie.
        template: The migrated, empty database that they are copies of.
        prefix: What their names begin with.
        tests_per_database: How many tests one serves at most.
    """

    def __init__(
        self,
        server: PrivatePostgres,
        template: str,
        *,
        prefix: str = "test",
        tests_per_database: int = TESTS_PER_DATABASE,
    ) -> None:
        self._server = server
        self._template = template
        self._prefix = prefix
        self._tests_per_database = tests_per_database
        self._numbers = itertools.count(1)
        self._free: list[str] = []
        self._served: Counter[str] = Counter()
        with self._connect(template) as connection:
            self._catalogue = connection.execute(_CATALOGUE.encode()).fetchall()

    def take(self) -> str:
        """Give a database that nobody else has.

        Returns:
            Its address, as SQLAlchemy takes it.
        """
        name = self._free.pop() if self._free else self.make()
        self._served[name] += 1
        return self._server.url_of(name)

    def make(self) -> str:
        """Make a database; it belongs to the caller, unless it is given back.

        Returns:
            Its name.
        """
        name = f"{self._prefix}_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY file_copy")
        return name

    def give_back(self, url: str) -> None:
        """Empty a database for the next test, or drop it.

        Args:
            url: Its address.
        """
        name = str(sqlalchemy.make_url(url).database)
        if self._served[name] < self._tests_per_database and self._emptied(name):
            self._free.append(name)
        else:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _emptied(self, name: str) -> bool:
        """Empty it; False when it is not as new after that."""
        with self._connect(name) as connection:
            for query, most in ((_OTHERS, 0), (_LARGEST, LARGE)):
                if connection.execute(query.encode()).fetchall()[0][0] > most:
                    return False
            connection.execute(_EMPTY.encode())
            return connection.execute(_CATALOGUE.encode()).fetchall() == self._catalogue

    def _execute(self, statement: str) -> None:
        """Run one statement on the database that is always there."""
        with self._connect("postgres") as connection:
            connection.execute(statement.encode())

    def _connect(self, name: str) -> psycopg.Connection:
        """Open a session outside transactions."""
        url = sqlalchemy.make_url(self._server.url_of(name)).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
