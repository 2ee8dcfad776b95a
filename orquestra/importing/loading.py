"""The run itself: read lines, load them batch by batch, count every one of them once."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

import sqlalchemy

from orquestra.importing.cells import Cells
from orquestra.importing.faults import Fault
from orquestra.importing.file_record import begin_file, finish_file, write_counts
from orquestra.importing.header import read_header
from orquestra.importing.records import Record, read_records
from orquestra.importing.rejects import RejectsFile, open_rejects
from orquestra.importing.reports import ImportReport
from orquestra.importing.staging import Loaded

#: Lines in one transaction: large enough for COPY to pay, small enough to redo after a kill.
BATCH_LINES = 5_000

_LOCK = sqlalchemy.text("SELECT pg_advisory_lock(hashtext('orquestra.importing'))")


class Load(Protocol):
    """Brings one batch of sound rows in."""

    def __call__(
        self,
        connection: sqlalchemy.Connection,
        rows: Sequence[tuple[object, ...]],
        *,
        now: datetime,
    ) -> Loaded:
        """Load the rows; see `account_batch.load`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """What tells one kind of file from another.

    Args:
        name: "accounts" or "processes".
        columns: The header.
        parse: Reads one line.
        prepare: Makes the temporary tables.
        load: Brings one batch in.
    """

    name: str
    columns: tuple[str, ...]
    parse: Callable[[Cells], tuple[object, ...]]
    prepare: Callable[[sqlalchemy.Connection], None]
    load: Load


@dataclass(slots=True)
class _Counts:
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    blank: int = 0
    warnings: int = 0


@dataclass(slots=True, kw_only=True)
class _Run:
    """One import under way."""

    kind: FileKind
    connection: sqlalchemy.Connection
    rejects: RejectsFile
    now: datetime
    order: tuple[int, ...]
    file_id: int
    counts: _Counts

    def batch(self, records: Sequence[Record]) -> None:
        """Load some lines and count them, all in one transaction."""
        faults: list[Fault] = []
        rows = [row for record in records if (row := self._parse(record, faults)) is not None]
        with self.connection.begin():
            loaded = self.kind.load(self.connection, rows, now=self.now)
            faults += loaded.faults
            self._count(loaded, faults)
            self.rejects.write(faults)
            write_counts(
                self.connection,
                self.file_id,
                accepted=self.counts.accepted,
                unchanged=self.counts.unchanged,
                rejected=self.counts.rejected,
            )

    def _parse(self, record: Record, faults: list[Fault]) -> tuple[object, ...] | None:
        """Read one line's values; None when it is blank or not sound."""
        if record.fault:
            faults.append(Fault(record.line, "", "", record.fault))
            return None
        if not record.cells:
            self.counts.blank += 1
            return None
        found, wanted = len(record.cells), len(self.order)
        if found != wanted:
            reason = f"número de colunas errado: são {wanted}, a linha tem {found}"
            faults.append(Fault(record.line, "", str(found), reason))
            return None
        cells = Cells(record.line, self.kind.columns, [record.cells[index] for index in self.order])
        row = None
        if record.decoded:
            row = self.kind.parse(cells)
        else:
            cells.undecodable()
        faults += cells.faults
        return row if cells.sound else None

    def _count(self, loaded: Loaded, faults: Sequence[Fault]) -> None:
        self.counts.accepted += loaded.accepted
        self.counts.unchanged += loaded.unchanged
        self.counts.rejected += len({fault.line for fault in faults if not fault.warning})
        self.counts.warnings += sum(fault.warning for fault in faults)


def run_import(
    kind: FileKind,
    database: sqlalchemy.Engine,
    path: Path,
    *,
    rejects_path: Path,
    now: datetime,
    progress: Callable[[int], None],
    batch_lines: int,
) -> ImportReport:
    """Import one file.

    Args:
        kind: What kind of file it is.
        database: Where to.
        path: The CSV file.
        rejects_path: Where the rejects file goes; an earlier one is replaced.
        now: The import's instant.
        progress: Told, after each committed batch, how many lines it had.
        batch_lines: Lines in one transaction.

    Returns:
        The counts.

    Raises:
        UnreadableHeader: The file is not of this kind; nothing was touched.
    """
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        records = read_records(stream, columns=len(kind.columns))
        order = read_header(next(records, None), expected=kind.columns)
        with _own_connection(database) as connection, open_rejects(rejects_path) as rejects:
            with connection.begin():
                kind.prepare(connection)
                file_id = begin_file(
                    connection, kind=kind.name, name=path.name, sha256=sha256, now=now
                )
            run = _Run(
                kind=kind,
                connection=connection,
                rejects=rejects,
                now=now,
                order=order,
                file_id=file_id,
                counts=_Counts(),
            )
            while batch := list(islice(records, batch_lines)):
                run.batch(batch)
                progress(len(batch))
            with connection.begin():
                finish_file(connection, file_id, now=now)
    return _report(run, sha256=sha256, rejects_path=rejects_path)


@contextmanager
def _own_connection(database: sqlalchemy.Engine) -> Iterator[sqlalchemy.Connection]:
    """Take a connection that is closed for good afterwards, and with it tables and lock.

    A second import waits for the first: two of them would take each other's lines for old ones.
    """
    with closing(database.connect()) as connection:
        connection.detach()
        with connection.begin():
            connection.execute(_LOCK)
        yield connection


def _report(run: _Run, *, sha256: str, rejects_path: Path) -> ImportReport:
    counts = run.counts
    return ImportReport(
        file_id=run.file_id,
        kind=run.kind.name,
        sha256=sha256,
        lines=counts.accepted + counts.unchanged + counts.rejected,
        accepted=counts.accepted,
        unchanged=counts.unchanged,
        rejected=counts.rejected,
        blank=counts.blank,
        warnings=counts.warnings,
        rejects_path=rejects_path,
    )
