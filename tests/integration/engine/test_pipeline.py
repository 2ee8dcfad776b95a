"""Statements in one round trip: errors leave as SQLAlchemy's own, and tell no values."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from engine.store.pipeline import run

_INSERT = "INSERT INTO one_of_each (name) VALUES (%(name)s) RETURNING id"


@pytest.fixture
def table(database: Engine) -> Engine:
    """A database with a table that takes each name once."""
    with database.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE one_of_each"
                " (id bigint GENERATED ALWAYS AS IDENTITY, name text UNIQUE)"
            )
        )
    return database


def test_each_statement_sees_what_the_one_before_it_did_and_answers_in_its_place(
    table: Engine,
) -> None:
    with table.connect() as connection, connection.begin():
        first, counted, second = run(
            connection,
            [
                (_INSERT, {"name": "ana"}),
                ("SELECT count(*) FROM one_of_each", {}),
                (_INSERT, {"name": "bia"}),
            ],
            commit=True,
        )
        assert [first.fetchone(), counted.fetchone(), second.fetchone()] == [(1,), (1,), (2,)]

    with table.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM one_of_each")) == 2


def test_one_refused_statement_undoes_all_and_tells_no_values(table: Engine) -> None:
    twice = [(_INSERT, {"name": "maria da silva"})] * 2

    with pytest.raises(IntegrityError) as refused, table.begin() as connection:
        run(connection, twice, commit=True)

    assert "parameters" not in str(refused.value)
    with table.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM one_of_each")) == 0


def test_a_connection_that_was_lost_is_given_up(table: Engine) -> None:
    with table.connect() as connection:
        mine = connection.scalar(text("SELECT pg_backend_pid()"))
        with table.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})

        with pytest.raises(OperationalError) as lost:
            run(connection, [("SELECT 1", {})])

        assert lost.value.connection_invalidated
        assert connection.invalidated
