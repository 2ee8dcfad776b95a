from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy
from database_pool import DatabasePool
from sqlalchemy import text

from normaliza.private_servers import PrivatePostgres

TEMPLATE = "template_normaliza"

LOGIN = text(
    "INSERT INTO orquestra.login (login, name, imported_at)"
    " VALUES ('bass2016', 'bassdrill', now()) RETURNING id"
)
#: Of the table whose rows nobody deletes; the link that it names need not exist here.
EVENT = text(
    "SET LOCAL session_replication_role = replica;"
    "INSERT INTO orquestra.link_event (link_id, kind, actor, happened_at)"
    " VALUES (1, 'comecou', 'system', now())"
)
ROWS = text(
    "SELECT (SELECT count(*) FROM orquestra.login) + (SELECT count(*) FROM orquestra.link_event)"
)


@contextmanager
def session(url: str) -> Iterator[sqlalchemy.Connection]:
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_the_next_test_finds_no_row_and_counts_from_one(database_pool: DatabasePool) -> None:
    url = database_pool.take()
    with session(url) as connection:
        login = connection.scalar(LOGIN)
        connection.execute(EVENT)
        connection.execute(text("CREATE TABLE effect (id bigint)"))
    database_pool.give_back(url)

    assert database_pool.take() == url
    with session(url) as connection:
        assert connection.scalar(ROWS) == 0
        assert connection.scalar(text("SELECT to_regclass('effect')")) is None
        assert connection.scalar(LOGIN) == login == 1
    database_pool.give_back(url)


def test_a_database_whose_tables_changed_is_not_given_again(database_pool: DatabasePool) -> None:
    for change in (
        "ALTER TABLE orquestra.login ALTER COLUMN name DROP NOT NULL",
        "ALTER TABLE orquestra.link_event DISABLE TRIGGER append_only",
    ):
        url = database_pool.take()
        with session(url) as connection:
            connection.execute(text(change))
        database_pool.give_back(url)

        other = database_pool.take()
        assert other != url, change
        database_pool.give_back(other)


def test_a_database_that_somebody_still_uses_is_not_given_again(
    database_pool: DatabasePool,
) -> None:
    url = database_pool.take()
    engine = sqlalchemy.create_engine(url)
    with engine.connect():
        database_pool.give_back(url)
    engine.dispose()

    other = database_pool.take()
    assert other != url
    database_pool.give_back(other)


def test_no_database_serves_more_tests_than_its_pages_stand(postgres: PrivatePostgres) -> None:
    pool = DatabasePool(postgres, TEMPLATE, prefix="worn", tests_per_database=2)
    served = []
    for _ in range(3):
        served.append(pool.take())
        pool.give_back(served[-1])

    assert served[0] == served[1] != served[2]
