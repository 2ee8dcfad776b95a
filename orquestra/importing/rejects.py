"""The rejects file: CSV with the columns linha, coluna, valor, motivo."""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from orquestra.importing.faults import Fault

_HEADER = b"linha,coluna,valor,motivo\r\n"


class RejectsFile:
    """Writes faults as they are found.

    Args:
        stream: The open file, at its end.
        size: How many bytes it has.
    """

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self.size = size

    def begin(self) -> None:
        """Write the header."""
        self._append(_HEADER)

    def write(self, faults: Iterable[Fault]) -> None:
        """Append faults in the order of their lines, and let them reach the disk.

        They are there before the batch that they belong to is committed, so that a checkpoint
        never counts bytes that a crash could still take away.

        Args:
            faults: Those of one batch.
        """
        text = io.StringIO(newline="")
        writer = csv.writer(text)  # its CRLF makes it quote lone CRs too
        for fault in sorted(faults, key=lambda each: each.line):
            writer.writerow((fault.line, fault.column, fault.value, fault.reason))
        self._append(text.getvalue().encode())

    def _append(self, content: bytes) -> None:
        if content:
            self._stream.write(content)
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self.size += len(content)


def holds_rejects(path: Path, size: int) -> bool:
    """Tell whether a broken run's rejects are still there.

    Args:
        path: Where it wrote them.
        size: How many bytes its last batch left.

    Returns:
        True when writing can go on behind them.
    """
    if not path.is_file() or path.stat().st_size < size:
        return False
    with path.open("rb") as stream:
        return stream.read(len(_HEADER)) == _HEADER


@contextmanager
def open_rejects(path: Path, *, size: int = 0) -> Iterator[RejectsFile]:
    """Begin a rejects file, or go on with a broken run's; only its owner may read it.

    Args:
        path: Where; its folder exists. An earlier file is replaced.
        size: How many bytes of it stand; 0 begins anew.

    Yields:
        The file.
    """

    def private(name: str, flags: int) -> int:
        return os.open(name, flags, 0o600)

    with open(path, "r+b" if size else "wb", opener=private) as stream:
        stream.truncate(size)
        stream.seek(size)
        rejects = RejectsFile(stream, size)
        if not size:
            rejects.begin()
        yield rejects
