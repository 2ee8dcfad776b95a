"""What PostgreSQL says where a lock is not had, in the engine's own words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from engine.errors import Busy

#: A lock was waited for too long; two transactions waited for each other, and this one gave way
#: (PostgreSQL manual, appendix A).
_NOT_HAD = frozenset({"55P03", "40P01"})


@contextmanager
def busy_when_locked() -> Iterator[None]:
    """Raise Busy where a lock was not had; the transaction is lost, and may be tried again.

    Raises:
        Busy: In place of the database's own error.
    """
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) in _NOT_HAD:
            raise Busy from error
        raise
