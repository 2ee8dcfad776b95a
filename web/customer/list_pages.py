"""Numbered pages of a list: what the paging links need, and reading no page beyond the end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from orquestra.paging import Page

T = TypeVar("T")

_AROUND = 1  # pages shown on either side of the present one
_LARGEST_NUMBER = 10_000_000


@dataclass(frozen=True, kw_only=True)
class ListPage(Generic[T]):
    """One page of a list, as a template shows it.

    Args:
        rows: What is on the page.
        total: How many there are on all pages.
        number: Which page it is, from 1.
        pages: How many pages there are, at least 1.
        first: The position of its first row, from 1; 0 on an empty list.
    """

    rows: tuple[T, ...]
    total: int
    number: int
    pages: int
    first: int

    @property
    def last(self) -> int:
        """The position of its last row."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def shown(self) -> list[int | None]:
        """The page numbers to offer, with None for each gap between them."""
        near = range(self.number - _AROUND, self.number + _AROUND + 1)
        numbers = sorted({1, self.pages, *(n for n in near if 1 <= n <= self.pages)})
        shown: list[int | None] = []
        for number in numbers:
            if shown and shown[-1] != number - 1:
                shown.append(None)
            shown.append(number)
        return shown


def read(fetch: Callable[[int], Page[T]], *, number: str | None, size: int) -> ListPage[T]:
    """Read the page that an address asks for; the last one where it asks for more.

    Args:
        fetch: Reads a page from an offset on.
        number: As it stands in the address; anything that is no page number means the first.
        size: Rows on a page.

    Returns:
        The page.
    """
    wanted = int(number) if number and number.isascii() and number.isdecimal() else 1
    wanted = min(max(wanted, 1), _LARGEST_NUMBER)
    found = fetch((wanted - 1) * size)
    pages = max(1, -(-found.total // size))
    if wanted > pages:
        wanted = pages
        found = fetch((wanted - 1) * size)
    first = (wanted - 1) * size + 1 if found.rows else 0
    return ListPage(rows=found.rows, total=found.total, number=wanted, pages=pages, first=first)
