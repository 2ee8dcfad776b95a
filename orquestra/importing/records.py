"""CSV lines (RFC 4180) out of physical lines, so that one damaged line costs itself and no other.

A quoted cell may span several physical lines. A quote that is never closed would swallow the
lines behind it, good ones too; so lines are joined only when the result has the right number of
columns, else the first is rejected alone and the others are read again. A record therefore never
depends on those before it: reading may begin at the end of any of them.
"""

import csv
from collections.abc import Iterator
from typing import NamedTuple

from orquestra.importing.encodings import UTF_8
from orquestra.importing.physical_lines import LONGEST_LINE, PhysicalLine, PhysicalLines

_MOST_JOINED = 200
_UNCLOSED = "há aspas abertas que não se fecham, ou aspas fora de lugar"
_ENDLESS = f"a linha tem mais de {LONGEST_LINE} bytes"


class Record(NamedTuple):
    """One CSV line.

    Args:
        line: Number of its first physical line.
        last_line: Number of its last one.
        end: Where in the file the next record begins.
        cells: Its cells; bytes that are no text stand in them as surrogates (PEP 383).
        fault: Portuguese reason why it could not be cut into cells, else "".
        decoded: False when some bytes were no text in the file's encoding.
    """

    line: int
    last_line: int
    end: int
    cells: list[str]
    fault: str = ""
    decoded: bool = True


class Records:
    """Reads a file's CSV lines one after the other; a blank one has no cells.

    Args:
        source: The file's physical lines, behind the header.
        columns: How many cells a sound line has.
        encoding: "utf-8" or "windows-1252".
        delimiter: "," or ";".
    """

    def __init__(
        self, source: PhysicalLines, *, columns: int, encoding: str = UTF_8, delimiter: str = ","
    ) -> None:
        self._source = source
        self._columns = columns
        self._encoding = encoding
        self._delimiter = delimiter
        self._quoted_cell = f'{delimiter}"'.encode()

    def __iter__(self) -> Iterator[Record]:
        """Give each line once, in the file's order."""
        while (first := self._source.take()) is not None:
            if not first.whole:
                yield _faulty(first, _ENDLESS)
            elif self.ends_inside_quotes(first.content, inside=False):
                yield self._joined(first)
            else:
                yield self._record((first,))

    def ends_inside_quotes(self, content: bytes, *, inside: bool) -> bool:
        """Tell whether a line ends within a quoted cell, so that the cell goes on in the next one.

        Args:
            content: The line's bytes.
            inside: Whether it also begins within one.

        Returns:
            True when the next line belongs to it.
        """
        position = 0
        if not inside and content.startswith(b'"'):
            inside, position = True, 1
        while True:
            if inside:
                position = _closing_quote(content, position)
                if position < 0:
                    return True
            quoted_cell = content.find(self._quoted_cell, position)
            if quoted_cell < 0:
                return False
            inside, position = True, quoted_cell + 2

    def _joined(self, first: PhysicalLine) -> Record:
        """Join lines until the quoted cell closes, or give up and reject the first line alone."""
        taken = [first]
        length = len(first.content)
        inside = True
        while inside and length <= LONGEST_LINE and len(taken) <= _MOST_JOINED:
            following = self._source.take()
            if following is None:
                break
            taken.append(following)
            length += len(following.content)
            inside = self.ends_inside_quotes(following.content, inside=True)
        if not inside and length <= LONGEST_LINE:
            record = self._record(taken)
            if len(record.cells) == self._columns:
                return record
        self._source.take_back(taken[1:])
        return _faulty(first, _UNCLOSED)

    def _record(self, lines: list[PhysicalLine] | tuple[PhysicalLine]) -> Record:
        """Decode and cut one complete line."""
        first, last = lines[0], lines[-1]
        content = first.content if first is last else b"".join(line.content for line in lines)
        content = content.removesuffix(b"\n").removesuffix(b"\r")
        try:
            text, decoded = content.decode(self._encoding), True
        except UnicodeDecodeError:
            text, decoded = content.decode(self._encoding, "surrogateescape"), False
        try:
            cells = next(csv.reader((text,), delimiter=self._delimiter, strict=True), [])
        except csv.Error:
            return _faulty(last, _UNCLOSED if '"' in text else "quebra de linha solta na linha")
        return Record(first.number, last.number, last.end, cells, decoded=decoded)


def _faulty(line: PhysicalLine, fault: str) -> Record:
    return Record(line.number, line.number, line.end, [], fault)


def _closing_quote(content: bytes, position: int) -> int:
    """Find what follows the quote that ends a cell; a doubled quote is one of its characters."""
    while (quote := content.find(b'"', position)) >= 0:
        if content[quote + 1 : quote + 2] != b'"':
            return quote + 1
        position = quote + 2
    return -1
