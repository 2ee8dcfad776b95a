"""Lists as files that a Brazilian Excel opens: semicolons, and a mark that says UTF-8."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from flask import Response

from web.formatting import date_br, datetime_br

_BYTE_ORDER_MARK: Final = "\ufeff"
#: A spreadsheet takes a cell that begins so for a formula, or for a call of another program
#: (OWASP, "CSV Injection").
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
#: A text that it takes for a number or a day, so that "00123" would lose its zeros, "1e5" its
#: letter, a CNPJ's last digits their place, and "10-12" would become the tenth of December.
_NUMBER: Final = re.compile(r"\s*[\d.,:/\- ]*\d[\d.,:/\- ]*(?:[eE][+-]?\d+)?\s*", re.ASCII)
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
    """Write one cell: Brazilian dates, and no text that a spreadsheet would run or change.

    Args:
        value: A text, a number, a day, an instant or None.

    Returns:
        The cell's text; a text that looks like a formula, a number or a day has an apostrophe
        before it. A number stays a number.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return datetime_br(value)
    if isinstance(value, date):
        return date_br(value)
    if not isinstance(value, str):
        return str(value)
    risky = value.lstrip(" ").startswith(_FORMULA) or _NUMBER.fullmatch(value)
    return f"'{value}" if risky else value


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
