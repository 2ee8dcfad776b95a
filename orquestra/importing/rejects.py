"""The rejects file: CSV with the columns linha, coluna, valor, motivo."""

import csv
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from orquestra.importing.faults import Fault


class RejectsFile:
    """Writes faults as they are found.

    Args:
        stream: The open file.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._writer = csv.writer(stream)  # its CRLF makes it quote lone CRs too
        self._writer.writerow(("linha", "coluna", "valor", "motivo"))

    def write(self, faults: Iterable[Fault]) -> None:
        """Append faults in the order of their lines, and let them reach the disk's cache.

        Args:
            faults: Those of one batch.
        """
        for fault in sorted(faults, key=lambda each: each.line):
            self._writer.writerow((fault.line, fault.column, fault.value, fault.reason))
        self._stream.flush()


@contextmanager
def open_rejects(path: Path) -> Iterator[RejectsFile]:
    """Begin a rejects file over an earlier run's; only its owner may read it, it names people.

    Args:
        path: Where; its folder exists.

    Yields:
        The file.
    """

    def private(name: str, flags: int) -> int:
        return os.open(name, flags, 0o600)

    with open(path, "w", encoding="utf-8", newline="", opener=private) as stream:
        yield RejectsFile(stream)
