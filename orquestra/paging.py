"""One page of a list, with how many there are in all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Select, func, select

from orquestra.errors import InvalidPage

T = TypeVar("T")

MAX_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A page of a list.

    Args:
        rows: What is on the page.
        total: How many there are on all pages.
        limit: How many a page holds.
        offset: How many come before it.
    """

    rows: tuple[T, ...]
    total: int
    limit: int
    offset: int


def page(
    connection: Connection,
    statement: Select[Any],
    read: Callable[[Row[Any]], T],
    *,
    limit: int,
    offset: int,
) -> Page[T]:
    """Read one page of an ordered statement and count the rest.

    Args:
        connection: The caller's transaction.
        statement: What to list, in an order without ties.
        read: Turns a row into what the page holds.
        limit: Rows on the page, 1 to `MAX_LIMIT`.
        offset: Rows before it, from 0.

    Returns:
        The page; empty, with the total, beyond the end.

    Raises:
        InvalidPage: Limit or offset out of range.
    """
    if not 1 <= limit <= MAX_LIMIT or not 0 <= offset < 2**63:
        raise InvalidPage(f"A page has 1 to {MAX_LIMIT} rows and begins at 0 or later.")
    counted = statement.order_by(None).subquery()
    total = connection.execute(select(func.count()).select_from(counted)).scalar_one()
    rows = connection.execute(statement.limit(limit).offset(offset))
    return Page(rows=tuple(read(row) for row in rows), total=total, limit=limit, offset=offset)
