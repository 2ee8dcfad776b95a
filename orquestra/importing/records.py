"""CSV lines (RFC 4180) out of physical lines, so that one damaged line costs itself and no other.

A quoted cell may span several physical lines. A quote that is never closed would swallow the
lines behind it, good ones too; so lines are joined only when the result has the right number of
columns, else the first is rejected alone and the others are read again.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from orquestra.importing.physical_lines import LONGEST_LINE, PhysicalLine, PhysicalLines

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_JOINED = 200
_UNCLOSED = "há aspas abertas que não se fecham, ou aspas fora de lugar"
_ENDLESS = f"a linha tem mais de {LONGEST_LINE} bytes"


@dataclass(frozen=True, slots=True)
class Record:
    """One CSV line.

    Args:
        line: Number of its first physical line.
        cells: Its cells; bytes that are no UTF-8 stand in them as surrogates (PEP 383).
        fault: Portuguese reason why it could not be cut into cells, else "".
        decoded: False when some bytes were no UTF-8.
    """

    line: int
    cells: list[str]
    fault: str = ""
    decoded: bool = True


def read_records(stream: BinaryIO, *, columns: int) -> Iterator[Record]:
    """Read a file's CSV lines one after the other, the header first.

    Args:
        stream: The file, opened in binary mode.
        columns: How many cells a sound line has.

    Yields:
        Each line once, in the file's order; a blank one has no cells.
    """
    source = PhysicalLines(stream)
    while (first := source.take()) is not None:
        if not first.whole:
            yield Record(first.number, [], _ENDLESS)
        elif ends_inside_quotes(first.content, inside=False):
            yield _joined(first, source, columns)
        else:
            yield _record(first.number, first.content)


def ends_inside_quotes(content: bytes, *, inside: bool) -> bool:
    """Tell whether a line ends within a quoted cell, so that the cell goes on in the next one.

    Args:
        content: The line's bytes.
        inside: Whether it also begins within one.
    """
    position = 0
    if not inside and content.startswith(b'"'):
        inside, position = True, 1
    while True:
        if inside:
            position = _closing_quote(content, position)
            if position < 0:
                return True
        quoted_cell = content.find(b',"', position)
        if quoted_cell < 0:
            return False
        inside, position = True, quoted_cell + 2


def _closing_quote(content: bytes, position: int) -> int:
    """Find what follows the quote that ends a cell; a doubled quote is one of its characters."""
    while (quote := content.find(b'"', position)) >= 0:
        if content[quote + 1 : quote + 2] != b'"':
            return quote + 1
        position = quote + 2
    return -1


def _joined(first: PhysicalLine, source: PhysicalLines, columns: int) -> Record:
    """Join lines until the quoted cell closes, or give up and reject the first line alone."""
    taken = [first]
    length = len(first.content)
    inside = True
    while inside and length <= LONGEST_LINE and len(taken) <= _MOST_JOINED:
        following = source.take()
        if following is None:
            break
        taken.append(following)
        length += len(following.content)
        inside = ends_inside_quotes(following.content, inside=True)
    if not inside and length <= LONGEST_LINE:
        record = _record(first.number, b"".join(line.content for line in taken))
        if len(record.cells) == columns:
            return record
    source.take_back(taken[1:])
    return Record(first.number, [], _UNCLOSED)


def _record(number: int, content: bytes) -> Record:
    """Decode and cut one complete line."""
    if number == 1:
        content = content.removeprefix(_BYTE_ORDER_MARK)
    content = content.removesuffix(b"\n").removesuffix(b"\r")
    try:
        text, decoded = content.decode(), True
    except UnicodeDecodeError:
        text, decoded = content.decode("utf-8", "surrogateescape"), False
    try:
        cells = next(csv.reader((text,), strict=True), [])
    except csv.Error:
        return Record(number, [], _UNCLOSED if '"' in text else "quebra de linha solta na linha")
    return Record(number, cells, decoded=decoded)
