"""One line's cells by the name of their column, with everything that is wrong with them."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from orquestra.importing.errors import BadValue
from orquestra.importing.faults import WARNING, Fault, shown

T = TypeVar("T")


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
            What `parse` made of it; None after a fault.
        """
        value = self._values[column]
        try:
            return parse(value)
        except BadValue as error:
            self.faults.append(Fault(self.line, column, shown(column, value), str(error)))
            return None

    def refuse(self, column: str, reason: str) -> None:
        """Note a fault that only several cells together show."""
        self.faults.append(Fault(self.line, column, shown(column, self._values[column]), reason))

    def warn(self, column: str, reason: str) -> None:
        """Note what somebody should look at, without rejecting the line."""
        value = shown(column, self._values[column])
        self.faults.append(Fault(self.line, column, value, WARNING + reason, warning=True))

    @property
    def sound(self) -> bool:
        """Whether the line can be taken."""
        return all(fault.warning for fault in self.faults)

    def undecodable(self) -> None:
        """Note each cell whose bytes are no UTF-8."""
        for column, value in self._values.items():
            if any("\udc80" <= character <= "\udcff" for character in value):
                self.refuse(column, "os bytes não são texto em UTF-8")


def digest(*values: object) -> str:
    """Make a short name for some values, so that two lines are compared without keeping them.

    Args:
        values: What was read from the line.

    Returns:
        32 hexadecimal digits of BLAKE2b (RFC 7693).
    """
    return hashlib.blake2b(repr(values).encode(), digest_size=16).hexdigest()
