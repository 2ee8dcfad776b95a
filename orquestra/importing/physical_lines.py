"""The file as bytes cut at line ends, never more of it in memory than one line's bound."""

from collections import deque
from collections.abc import Iterable
from typing import BinaryIO, NamedTuple

#: The longest CSV line, in bytes. An export of text columns stays far below; a file without line
#: ends must not fill the memory.
LONGEST_LINE = 65_536


class PhysicalLine(NamedTuple):
    """Bytes up to a line feed.

    Args:
        number: Its number in the file, from 1.
        content: The bytes with their line end; cut when too long.
        whole: False when it was cut.
        end: Where in the file the next line begins.
    """

    number: int
    content: bytes
    whole: bool
    end: int


class PhysicalLines:
    """Reads line after line, and takes back what was read too far.

    Args:
        stream: The file, opened in binary mode, standing at `offset`.
        number: How many lines lie before it.
        offset: How many bytes lie before it.
    """

    def __init__(self, stream: BinaryIO, *, number: int = 0, offset: int = 0) -> None:
        self._stream = stream
        self._taken_back: deque[PhysicalLine] = deque()
        self._number = number
        self._offset = offset

    def take(self) -> PhysicalLine | None:
        """Read the next line; None at the end of the file."""
        if self._taken_back:
            return self._taken_back.popleft()
        content = self._stream.readline(LONGEST_LINE + 1)
        if not content:
            return None
        self._number += 1
        self._offset += len(content)
        whole = len(content) <= LONGEST_LINE
        if not whole and not content.endswith(b"\n"):
            self._skip_rest()
        return PhysicalLine(self._number, content, whole, self._offset)

    def take_back(self, lines: Iterable[PhysicalLine]) -> None:
        """Put lines back in front, so that they are read again one by one."""
        self._taken_back.extendleft(reversed(list(lines)))

    def _skip_rest(self) -> None:
        """Pass over what is left of a line that is too long."""
        piece = b" "
        while piece and not piece.endswith(b"\n"):
            piece = self._stream.readline(LONGEST_LINE)
            self._offset += len(piece)
