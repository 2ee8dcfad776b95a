"""One line's cells by the name of their column, with everything that is wrong with them."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from orquestra.importing.encodings import UTF_8
from orquestra.importing.errors import BadValue
from orquestra.importing.faults import WARNING, Fault, shown

T = TypeVar("T")

_NO_TEXT = {
    UTF_8: "os bytes não são texto em UTF-8",
    "windows-1252": "os bytes não são texto em Windows-1252",
}


class Cells:
    """Reads one line's columns and collects the faults, so that all of them are reported at once.

    Args:
        line: The line's number.
        names: The columns' names.
        values: Their texts, in the same order.
    """

    def __init__(self, line: int, names: Sequence[str], values: Sequence[str]) -> None:
        self.line = line
        self.faults: list[Fault] = []
        self._values = dict(zip(names, values, strict=True))

    def read(self, column: str, parse: Callable[[str], T]) -> T | None:
        """Read one cell.

        Args:
            column: Its name.
            parse: Reads the text or raises `BadValue`.

        Returns:
            What `parse` made of it; None after a fault, and where the file has no such column.
        """
        value = self._values.get(column)
        if value is None:
            return None
        try:
            return parse(value)
        except BadValue as error:
            self.faults.append(Fault(self.line, column, shown(column, value), str(error)))
            return None

    def has(self, column: str) -> bool:
        """Tell whether the file has this column."""
        return column in self._values

    def refuse(self, column: str, reason: str) -> None:
        """Note a fault that only several cells together show."""
        value = shown(column, self._values.get(column, ""))
        self.faults.append(Fault(self.line, column, value, reason))

    def warn(self, column: str, reason: str) -> None:
        """Note what somebody should look at, without rejecting the line."""
        value = shown(column, self._values.get(column, ""))
        self.faults.append(Fault(self.line, column, value, WARNING + reason, warning=True))

    @property
    def sound(self) -> bool:
        """Whether the line can be taken."""
        return not self.faults or all(fault.warning for fault in self.faults)

    def undecodable(self, encoding: str) -> None:
        """Note each cell whose bytes are no text in the file's encoding."""
        for column, value in self._values.items():
            if any("\udc80" <= character <= "\udcff" for character in value):
                self.refuse(column, _NO_TEXT[encoding])


def digest(*values: object) -> str:
    """Make a short name for some values, so that two lines are compared without keeping them.

    Args:
        values: What was read from the line.

    Returns:
        32 hexadecimal digits of BLAKE2b (RFC 7693).
    """
    return hashlib.blake2b(repr(values).encode(), digest_size=16).hexdigest()
