"""The report itself: every number counted, and the list behind each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from orquestra.base_report import catalogue, groups, logins, refused
from orquestra.base_report.catalogue import Number
from orquestra.base_report.groups import GroupNumber
from orquestra.base_report.lines import Column, Grain, Line
from orquestra.base_report.logins import LoginNumber
from orquestra.base_report.works import WorkNumber
from orquestra.paging import Page, page
from orquestra.text import matches

_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One number of the report.

    Args:
        code: How addresses and files name it.
        label: What it counts, in Portuguese.
        count: The number.
        hint: What one should know of it.
    """

    code: str
    label: str
    count: int
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedSection:
    """Numbers that belong together.

    Args:
        code: How anchors name it.
        title: In Portuguese.
        numbers: The numbers.
        note: What the section does not tell.
    """

    code: str
    title: str
    numbers: tuple[Counted, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the list behind a number looks like.

    Args:
        code: The number's code.
        label: What it counts, in Portuguese.
        hint: What one should know of it.
        columns: The list's columns.
        linked: Which column names the line's logins.
    """

    code: str
    label: str
    hint: str
    columns: tuple[Column, ...]
    linked: int | None


def report(connection: Connection, *, now: datetime) -> tuple[CountedSection, ...]:
    """Count every number of the report.

    All numbers of logins come out of one walk over the base.

    Args:
        connection: The caller's transaction; a repeatable read makes the numbers fit each other.
        now: The instant.

    Returns:
        The sections in their order.
    """
    found = catalogue.sections(connection, now=now)
    of_logins = tuple(
        each for section in found for each in section.numbers if isinstance(each, LoginNumber)
    )
    counted = connection.execute(logins.counting(of_logins)).one()
    counts = {each.code: count for each, count in zip(of_logins, counted, strict=True)}
    return tuple(
        CountedSection(
            code=section.code,
            title=section.title,
            note=section.note,
            numbers=tuple(
                Counted(
                    code=each.code,
                    label=each.label,
                    hint=each.hint,
                    count=counts[each.code] if each.code in counts else _count(connection, each),
                )
                for each in section.numbers
            ),
        )
        for section in found
    )


def listed(connection: Connection, code: str, *, now: datetime) -> Listed:
    """Describe the list behind a number.

    Args:
        connection: The caller's transaction.
        code: The number's code.
        now: The instant.

    Returns:
        Its columns and what it counts.

    Raises:
        BaseNumberNotFound: The report has none of this code.
    """
    number = catalogue.find(connection, code, now=now)
    grain = _grain(number)
    return Listed(
        code=number.code,
        label=number.label,
        hint=number.hint,
        columns=grain.columns,
        linked=grain.linked,
    )


def rows(
    connection: Connection, code: str, *, search: str, limit: int, offset: int, now: datetime
) -> Page[Line]:
    """Read one page of the list behind a number: without a search, exactly as many as it counts.

    Args:
        connection: The caller's transaction.
        code: The number's code.
        search: What the lines have to contain; empty: all lines.
        limit: Lines on the page.
        offset: Lines before it.
        now: The instant.

    Returns:
        The page.

    Raises:
        BaseNumberNotFound: The report has none of this code.
        InvalidPage: Limit or offset out of range.
    """
    number = catalogue.find(connection, code, now=now)
    return page(
        connection, _searched(number, search), _grain(number).read, limit=limit, offset=offset
    )


def all_rows(connection: Connection, code: str, *, search: str, now: datetime) -> Iterator[Line]:
    """Read the whole list behind a number, however long, without holding it in memory.

    Args:
        connection: A connection of the caller's that stays open while the lines are read.
        code: The number's code.
        search: What the lines have to contain; empty: all lines.
        now: The instant.

    Yields:
        The lines in the list's order.

    Raises:
        BaseNumberNotFound: The report has none of this code.
    """
    number = catalogue.find(connection, code, now=now)
    read = _grain(number).read
    result = connection.execute(
        _searched(number, search), execution_options={"yield_per": _AT_ONCE}
    )
    for row in result:
        yield read(row)


def _count(connection: Connection, number: Number) -> int:
    """Count the list behind a number."""
    statement = _listing(number).order_by(None)
    if isinstance(number, GroupNumber):  # what a list shows of a group need not be gathered
        statement = statement.with_only_columns(number.value)
    return connection.execute(select(func.count()).select_from(statement.subquery())).scalar_one()


def _searched(number: Number, search: str) -> Select[Any]:
    """Give the list behind a number, with what contains a text only."""
    statement = _listing(number)
    if not search.strip():
        return statement
    found = matches(search, *_grain(number).searched)
    if isinstance(number, GroupNumber):  # a group is found by any of its logins
        return statement.having(func.bool_or(found))
    return statement.where(found)


def _listing(number: Number) -> Select[Any]:
    """Give the list behind a number."""
    if isinstance(number, LoginNumber):
        return logins.listing(number)
    if isinstance(number, GroupNumber):
        return groups.listing(number)
    return number.rows if isinstance(number, WorkNumber) else refused.listing(number)


def _grain(number: Number) -> Grain:
    """Say what one line of a number's list stands for."""
    if isinstance(number, LoginNumber):
        return logins.LOGINS
    if isinstance(number, GroupNumber | WorkNumber):
        return number.grain
    return refused.REFUSED
