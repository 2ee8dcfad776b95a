"""Several statements in one round trip, by psycopg's pipeline mode on SQLAlchemy's connection.

A command is short, and waiting for the network between its statements would be most of it
(libpq manual, 34.5 "Pipeline Mode"). Errors leave as SQLAlchemy's own, so that callers know one
family of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

#: SQL with psycopg's named parameters, and their values.
Statement: TypeAlias = tuple[str, Mapping[str, Any]]
Answer: TypeAlias = "psycopg.Cursor[tuple[Any, ...]]"


def run(
    connection: Connection, statements: Sequence[Statement], *, commit: bool = False
) -> list[Answer]:
    """Send statements together and return their answers in the same order.

    Args:
        connection: In a transaction; SQLAlchemy's own statements may stand before and after.
        statements: What to run; each sees what the ones before it did.
        commit: Also commit, in the same round trip.

    Raises:
        sqlalchemy.exc.DBAPIError: One failed; those after it were not run.
    """
    driver = cast("psycopg.Connection[tuple[Any, ...]]", connection.connection.driver_connection)
    with _errors_of_sqlalchemy(connection), driver.pipeline():
        answers = [driver.execute(sql.encode(), values) for sql, values in statements]
        if commit:
            driver.commit()
    return answers


@contextmanager
def _errors_of_sqlalchemy(connection: Connection) -> Iterator[None]:
    """Raise psycopg's errors as SQLAlchemy's, without their values; give up a broken connection."""
    try:
        yield
    except psycopg.Error as error:
        dialect = connection.dialect
        lost = dialect.is_disconnect(
            error,  # type: ignore[arg-type]  # psycopg's own error fits the protocol, mypy sees not
            connection.connection.dbapi_connection,
            None,
        )
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            None,
            None,
            error,
            psycopg.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        ) from error
