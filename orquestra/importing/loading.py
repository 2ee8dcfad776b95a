"""The run itself: lines are loaded batch by batch, and every one of them is counted once.

Each batch is a transaction that also says how far the run is. A run that was killed goes on there
when the same file is imported again, and ends as it would have ended.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy

from orquestra.importing.batches import Batch, BatchReader
from orquestra.importing.file_kind import FileKind
from orquestra.importing.file_record import (
    Checkpoint,
    begin_file,
    find_unfinished,
    finish_file,
    resume_file,
    write_checkpoint,
)
from orquestra.importing.physical_lines import PhysicalLines
from orquestra.importing.records import Records
from orquestra.importing.rejects import RejectsFile, holds_rejects, open_rejects
from orquestra.importing.reports import ImportReport
from orquestra.importing.source import Source, read_source
from orquestra.importing.tallies import Tally

#: Lines in one transaction: large enough for COPY to pay, small enough to redo after a kill.
BATCH_LINES = 5_000

_LOCK = sqlalchemy.text("SELECT pg_advisory_lock(hashtext('orquestra.importing'))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How an import is to be run.

    Args:
        now: The import's instant.
        progress: Told, after each committed batch, how many lines it had.
        batch_lines: Lines in one transaction.
        encoding: The file's, where its bytes are not to decide.
        dry_run: Whether everything is taken back at the end, the report and the rejects aside.
        restart: Whether to begin anew where a broken run could go on.
    """

    now: datetime
    progress: Callable[[int], None]
    batch_lines: int = BATCH_LINES
    encoding: str | None = None
    dry_run: bool = False
    restart: bool = False


@dataclass(slots=True, kw_only=True)
class _Run:
    """One import under way."""

    kind: FileKind
    connection: sqlalchemy.Connection
    rejects: RejectsFile
    manner: Manner
    checkpoint: Checkpoint

    def load(self, batch: Batch) -> None:
        """Load some lines and count them, all in one transaction."""
        with _transaction(self.connection):
            loaded = self.kind.load(
                self.connection, batch.rows, unsound=batch.unsound, now=self.manner.now
            )
            faults = batch.faults + loaded.faults
            self.rejects.write(faults)
            self.checkpoint.byte_offset = batch.byte_offset
            self.checkpoint.line_offset = batch.line_offset
            self.checkpoint.rejects_bytes = self.rejects.size
            self.checkpoint.tally.add(loaded, faults, blank=batch.blank)
            write_checkpoint(self.connection, self.checkpoint)

    def finish(self, *, started: float) -> dict[str, Any]:
        """Do what only the whole file allows; gives what the report tells of it."""
        with _transaction(self.connection):
            facts = self.kind.finish(self.connection, now=self.manner.now)
            facts["seconds"] = round(time.monotonic() - started, 3)
            finish_file(self.connection, self.checkpoint, facts=facts, now=self.manner.now)
        return facts


def run_import(
    kind: FileKind, database: sqlalchemy.Engine, path: Path, *, rejects_path: Path, manner: Manner
) -> ImportReport:
    """Import one file, or what a broken run left of it.

    Args:
        kind: What kind of file it is.
        database: Where to.
        path: The CSV file.
        rejects_path: Where the rejects file goes; an earlier file is replaced.
        manner: How to run it.

    Returns:
        The counts.

    Raises:
        UnreadableHeader: The file is not of this kind; nothing was touched.
    """
    started = time.monotonic()
    with path.open("rb") as stream:
        source = read_source(kind, path, stream, encoding=manner.encoding)
        with _own_connection(database, dry_run=manner.dry_run) as connection:
            checkpoint = _begin(kind, connection, source, rejects_path, manner)
            resumed_after = checkpoint.line_offset if checkpoint.rejects_bytes else 0
            with open_rejects(rejects_path, size=checkpoint.rejects_bytes) as rejects:
                run = _Run(
                    kind=kind,
                    connection=connection,
                    rejects=rejects,
                    manner=manner,
                    checkpoint=checkpoint,
                )
                _load_all(run, source, stream)
                facts = run.finish(started=started)
    return _report(run, source, resumed_after=resumed_after, facts=facts, rejects_path=rejects_path)


def _report(
    run: _Run, source: Source, *, resumed_after: int, facts: dict[str, Any], rejects_path: Path
) -> ImportReport:
    return ImportReport(
        file_id=run.checkpoint.file_id,
        kind=run.kind.name,
        sha256=source.survey.sha256,
        encoding=source.survey.encoding,
        delimiter=source.header.delimiter,
        dry_run=run.manner.dry_run,
        resumed_after=resumed_after,
        tally=run.checkpoint.tally,
        facts=facts,
        rejects_path=rejects_path,
    )


def _begin(
    kind: FileKind,
    connection: sqlalchemy.Connection,
    source: Source,
    rejects_path: Path,
    manner: Manner,
) -> Checkpoint:
    """Find where to go on, or begin at the first line."""
    with _transaction(connection):
        found = None
        if not manner.dry_run and not manner.restart:
            found = find_unfinished(
                connection, kind=kind.name, survey=source.survey, header=source.header
            )
        if found is not None and holds_rejects(rejects_path, found.rejects_bytes):
            checkpoint = found
            resume_file(connection, found.file_id, now=manner.now)
        else:
            file_id = begin_file(
                connection,
                kind=kind.name,
                name=source.name,
                survey=source.survey,
                header=source.header,
                now=manner.now,
            )
            checkpoint = Checkpoint(file_id, source.first_byte, 1, 0, Tally())
        kind.prepare(connection, file_id=checkpoint.file_id, columns=source.header.columns)
    return checkpoint


def _load_all(run: _Run, source: Source, stream: BinaryIO) -> None:
    """Load every batch behind the checkpoint."""
    checkpoint, header = run.checkpoint, source.header
    if checkpoint.rejects_bytes:
        run.manner.progress(checkpoint.tally.lines + checkpoint.tally.blank)
    stream.seek(checkpoint.byte_offset)
    lines = PhysicalLines(stream, number=checkpoint.line_offset, offset=checkpoint.byte_offset)
    records = Records(
        lines,
        columns=len(header.columns),
        encoding=source.survey.encoding,
        delimiter=header.delimiter,
    )
    reader = BatchReader(
        run.kind, iter(records), columns=header.columns, encoding=source.survey.encoding
    )
    with closing(reader.read_ahead(run.manner.batch_lines)) as batches:
        for batch in batches:
            run.load(batch)
            run.manner.progress(batch.lines)


def _transaction(connection: sqlalchemy.Connection) -> sqlalchemy.Transaction:
    """Begin a transaction; in a dry run, a part of the one that is rolled back."""
    return connection.begin_nested() if connection.in_transaction() else connection.begin()


@contextmanager
def _own_connection(
    database: sqlalchemy.Engine, *, dry_run: bool
) -> Iterator[sqlalchemy.Connection]:
    """Take a connection that is closed for good afterwards, and with it tables and lock.

    A second import waits for the first: two of them would take each other's lines for old ones.
    """
    with closing(database.connect()) as connection:
        connection.detach()
        with connection.begin():
            connection.execute(_LOCK)
        if dry_run:
            connection.begin()
        yield connection
        if dry_run:
            connection.rollback()
