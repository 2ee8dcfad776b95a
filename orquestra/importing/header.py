"""The header line: what separates the cells, and which cell is which column."""

import codecs
import csv
from collections.abc import Sequence
from dataclasses import dataclass

from orquestra.importing.errors import UnreadableHeader
from orquestra.importing.physical_lines import PhysicalLine

_DELIMITERS = (",", ";")


@dataclass(frozen=True, slots=True)
class Header:
    """How the lines behind it are to be read.

    Args:
        delimiter: "," or ";".
        columns: The columns' names, in the file's order.
    """

    delimiter: str
    columns: tuple[str, ...]


def read_header(
    line: PhysicalLine | None, *, encoding: str, required: Sequence[str], known: Sequence[str]
) -> Header:
    """Read the first line: the names of the columns, in whatever order and case.

    Args:
        line: The file's first line; None when there is none.
        encoding: The file's.
        required: The columns that must be there.
        known: All that may be there.

    Returns:
        The delimiter and the columns.

    Raises:
        UnreadableHeader: Anything else stands there.
    """
    wanted = ",".join(known)
    text = _text(line, encoding)
    if text is None:
        raise UnreadableHeader(
            "The file's first line cannot be read as a CSV header. Export it as CSV, in UTF-8 or "
            f"Windows-1252, with commas or semicolons; the columns' names are: {wanted}"
        )
    delimiter, names = max(
        ((each, _names(text, each)) for each in _DELIMITERS),
        key=lambda read: sum(name in known for name in read[1]),
    )
    _check(names, required=required, known=known)
    return Header(delimiter, names)


def _text(line: PhysicalLine | None, encoding: str) -> str | None:
    if line is None or not line.whole:
        return None
    content = line.content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode(encoding).strip("\r\n") or None
    except UnicodeDecodeError:
        return None


def _names(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader((text,), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return ()
    return tuple(cell.strip().lower() for cell in cells)


def _check(names: Sequence[str], *, required: Sequence[str], known: Sequence[str]) -> None:
    """Refuse other columns; they are told by position, since a file may begin with its data."""
    absent = ", ".join(name for name in required if name not in names)
    strange = ", ".join(
        str(position)
        for position, name in enumerate(names, 1)
        if name not in known or name in names[: position - 1]
    )
    if absent or strange:
        raise UnreadableHeader(
            "The file's header has other columns than it must have "
            f"(absent: {absent or 'none'}; unknown or repeated: "
            f"{f'at position {strange}' if strange else 'none'}; found: {len(names)} columns). "
            f"Name each at most once: {','.join(known)}"
        )
