"""Batches of lines, read and parsed ahead of the one that the database is busy with."""

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from orquestra.importing.cells import Cells
from orquestra.importing.faults import Fault
from orquestra.importing.file_kind import FileKind, Row
from orquestra.importing.records import Record


@dataclass(slots=True)
class Batch:
    """Some lines of a file.

    Args:
        rows: The sound ones' values.
        faults: What is wrong with the others, and warnings.
        unsound: What each of the others is about, as far as it can be told.
        blank: How many were empty.
        lines: How many they are, empty ones included.
        byte_offset: Where in the file the next record begins.
        line_offset: How many physical lines lie before it.
    """

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)
    blank: int = 0
    lines: int = 0
    byte_offset: int = 0
    line_offset: int = 0


class BatchReader:
    """Reads a file's records and parses them.

    Args:
        kind: What kind of file it is.
        records: Its records behind the header, or behind a checkpoint.
        columns: The file's columns.
        encoding: The file's.
    """

    def __init__(
        self, kind: FileKind, records: Iterator[Record], *, columns: Sequence[str], encoding: str
    ) -> None:
        self._kind = kind
        self._records = records
        self._columns = columns
        self._encoding = encoding

    def read_ahead(self, lines: int) -> Generator[Batch, None, None]:
        """Give batch after batch; while one is being loaded, the next is read in another thread.

        Args:
            lines: How many lines a batch has.

        Yields:
            The batches, none of them empty.
        """
        with ThreadPoolExecutor(1) as reader:
            following = reader.submit(self._read, lines)
            while (batch := following.result()).lines:
                following = reader.submit(self._read, lines)
                yield batch

    def _read(self, lines: int) -> Batch:
        batch = Batch()
        record = None
        for record in islice(self._records, lines):
            batch.lines += 1
            self._parse(record, batch)
        if record is not None:
            batch.byte_offset, batch.line_offset = record.end, record.last_line
        return batch

    def _parse(self, record: Record, batch: Batch) -> None:
        """Put one line where it belongs."""
        found, wanted = len(record.cells), len(self._columns)
        if record.fault:
            batch.faults.append(Fault(record.line, "", "", record.fault))
            batch.unsound.append("")
        elif not found:
            batch.blank += 1
        elif found != wanted:
            reason = f"número de colunas errado: são {wanted}, a linha tem {{}}"
            batch.faults.append(
                Fault(
                    record.line,
                    "",
                    str(found),
                    reason.format(found),
                    group=reason.format("outro número"),
                )
            )
            batch.unsound.append("")
        else:
            self._read_cells(record, batch)

    def _read_cells(self, record: Record, batch: Batch) -> None:
        cells = Cells(record.line, self._columns, record.cells)
        if record.decoded:
            row = self._kind.parse(cells)
            if cells.sound:
                batch.rows.append(row)
        else:
            cells.undecodable(self._encoding)
        batch.faults += cells.faults
        if not cells.sound:
            batch.unsound.append(self._kind.subject(cells))
