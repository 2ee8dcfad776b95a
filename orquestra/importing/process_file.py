"""processes.csv: processes and their open tasks, brought in batch by batch, by sets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from orquestra.importing import process_staging, values
from orquestra.importing.cells import Cells
from orquestra.importing.file_kind import Loaded, Row
from orquestra.importing.process_closing import close_vanished, note_unsound
from orquestra.importing.process_lines import COLUMNS, parse_process
from orquestra.importing.process_refusals import refuse_lines
from orquestra.importing.process_upserts import write_batch


class ProcessFile:
    """The kind of file; one object for one run.

    Args:
        complete: Whether the file has every open task of the old portal, so that one that is not
            in it is no longer open.
    """

    name = "processes"
    required = COLUMNS
    columns = COLUMNS

    def __init__(self, *, complete: bool = False) -> None:
        self._complete = complete

    def parse(self, cells: Cells) -> Row:
        """Read a line; see `FileKind.parse`."""
        return parse_process(cells)

    def subject(self, cells: Cells) -> str:
        """Give the number of the process that a line is about; see `FileKind.subject`."""
        return str(cells.read("numero", values.number) or "")

    def prepare(self, connection: Connection, *, file_id: int, columns: Sequence[str]) -> None:  # noqa: ARG002 - all of them are there
        """Make the run's temporary tables; see `FileKind.prepare`."""
        self._file_id = file_id
        process_staging.prepare(connection)

    def load(
        self,
        connection: Connection,
        rows: Sequence[Row],
        *,
        unsound: Sequence[str],
        now: datetime,  # noqa: ARG002 - processes keep no import's instant
    ) -> Loaded:
        """Bring a batch in; see `FileKind.load`."""
        process_staging.stage(connection, rows)
        faults = refuse_lines(connection, file_id=self._file_id)
        note_unsound(connection, file_id=self._file_id, numbers=unsound)
        accepted, unchanged = write_batch(connection)
        return Loaded(accepted, unchanged, faults)

    def finish(self, connection: Connection, *, now: datetime) -> dict[str, Any]:
        """Close what a complete file no longer has; see `FileKind.finish`."""
        if not self._complete:
            return {}
        closed = close_vanished(connection, file_id=self._file_id, now=now)
        return {"complete": closed}
