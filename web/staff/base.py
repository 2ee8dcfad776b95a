"""The report on the old base before the campaign: numbers, the list behind each, and files."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request, url_for

from orquestra import base_report
from web.customer import list_pages
from web.formatting import ZONE
from web.services import current_services
from web.staff.csv_answers import csv_answer
from web.visitors import staff

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response
    from sqlalchemy import Engine

blueprint = Blueprint("staff_base", __name__, url_prefix="/equipe")

_LINES = 50
_LONGEST_SEARCH = 100


@blueprint.get("/base")
def show() -> str:
    """Show every number of the report.

    Returns:
        The page.
    """
    staff()
    now = current_services().clock.now()
    return render_template("staff/base.html", sections=_sections(now), now=now)


@blueprint.get("/base.csv")
def download() -> "Response":
    """Give every number of the report as a file.

    Returns:
        The file.
    """
    staff()
    now = current_services().clock.now()
    lines = [
        (section.title, number.label, number.count, number.hint)
        for section in _sections(now)
        for number in section.numbers
    ]
    heading = ("Seção", "O que conta", "Quantidade", "Observação")
    return csv_answer(f"base-antiga-{_day(now)}", heading, lines)


@blueprint.get("/base/<code>")
def show_list(code: str) -> str:
    """Show the list behind a number, searched, page by page.

    Args:
        code: The number's code.

    Returns:
        The page.

    Raises:
        BaseNumberNotFound: The report has none of this code.
    """
    staff()
    now, search = current_services().clock.now(), _search()
    with current_services().database.connect() as connection:
        listed = base_report.listed(connection, code, now=now)
        page = list_pages.read(
            lambda offset: base_report.rows(
                connection, code, search=search, limit=_LINES, offset=offset, now=now
            ),
            number=request.args.get("pagina"),
            size=_LINES,
        )
    chosen: dict[str, Any] = {"code": code, "busca": search or None}
    return render_template(
        "staff/base_list.html",
        listed=listed,
        page=page,
        search=search,
        address=lambda number: url_for("staff_base.show_list", **chosen, pagina=number),
        file_address=url_for("staff_base.download_list", **chosen),
    )


@blueprint.get("/base/<code>.csv")
def download_list(code: str) -> "Response":
    """Give the list behind a number as a file, with what contains the search only.

    Args:
        code: The number's code.

    Returns:
        The file.

    Raises:
        BaseNumberNotFound: The report has none of this code.
    """
    staff()
    now, search = current_services().clock.now(), _search()
    with current_services().database.connect() as connection:
        listed = base_report.listed(connection, code, now=now)
    lines = _cells(current_services().database, code, search, now)
    heading = [column.title for column in listed.columns]
    return csv_answer(f"base-antiga-{code}-{_day(now)}", heading, lines)


def _cells(
    database: "Engine", code: str, search: str, now: "datetime"
) -> Iterator[tuple[object, ...]]:
    """Read a list's cells on a connection that is open as long as the file is written."""
    with database.connect() as connection:
        for line in base_report.all_rows(connection, code, search=search, now=now):
            yield line.cells


def _sections(now: "datetime") -> tuple[base_report.CountedSection, ...]:
    """Count the whole report, all of it at one state of the base."""
    with (
        current_services()
        .database.connect()
        .execution_options(isolation_level="REPEATABLE READ") as connection
    ):
        return base_report.report(connection, now=now)


def _search() -> str:
    """Read what is searched for."""
    return request.args.get("busca", "").strip()[:_LONGEST_SEARCH]


def _day(now: "datetime") -> str:
    """Name a file's day, in Brasília."""
    return now.astimezone(ZONE).date().isoformat()
