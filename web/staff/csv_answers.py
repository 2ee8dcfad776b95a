"""Lists as files that a Brazilian Excel opens: semicolons, and a mark that says UTF-8."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from flask import Response

from web.formatting import date_br, datetime_br

_BYTE_ORDER_MARK: Final = "\ufeff"
#: A spreadsheet takes a cell that begins so for a formula, or for a call of another program
#: (OWASP, "CSV Injection").
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_AT_ONCE: Final = 500


def csv_answer(name: str, heading: Sequence[str], lines: Iterable[Sequence[object]]) -> Response:
    """Answer with a file, written while the lines are read.

    Args:
        name: The file's name, without its ending.
        heading: The columns' titles.
        lines: The lines' cells.

    Returns:
        The answer.
    """
    return Response(
        _text(heading, lines),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def cell(value: object) -> str:
    """Write one cell: Brazilian dates, and nothing that a spreadsheet would run.

    Args:
        value: A text, a number, a day, an instant or None.

    Returns:
        The cell's text; a text that looks like a formula has an apostrophe before it.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return datetime_br(value)
    if isinstance(value, date):
        return date_br(value)
    text = str(value)
    risky = isinstance(value, str) and text.lstrip(" ").startswith(_FORMULA)
    return f"'{text}" if risky else text


def _text(heading: Sequence[str], lines: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write the file part by part."""
    part = io.StringIO()
    writer = csv.writer(part, delimiter=";")
    part.write(_BYTE_ORDER_MARK)
    writer.writerow(heading)
    for number, line in enumerate(lines, start=1):
        writer.writerow([cell(value) for value in line])
        if number % _AT_ONCE == 0:
            yield part.getvalue()
            part.seek(0)
            part.truncate()
    yield part.getvalue()
