"""Work that is done for everybody and kept only where it is meant to be."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection


@contextmanager
def kept_if(connection: Connection, condition: bool) -> Iterator[None]:  # noqa: FBT001 - reads as the sentence it is
    """Run statements in a savepoint that is released, or rolled back as if they had not been.

    Args:
        connection: The caller's transaction.
        condition: Whether what was written stays.

    Yields:
        Nothing; the statements run inside.
    """
    savepoint = connection.begin_nested()
    try:
        yield
    except BaseException:
        savepoint.rollback()
        raise
    if condition:
        savepoint.commit()
    else:
        savepoint.rollback()
