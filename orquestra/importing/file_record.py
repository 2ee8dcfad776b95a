"""The run's own row in `import_file`: the checkpoint, kept in step with each batch.

A run that was killed leaves a row without an end that says where to go on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from orquestra.importing.encodings import Survey
from orquestra.importing.header import Header
from orquestra.importing.tallies import Tally
from orquestra.store.tables import import_file, import_seen


@dataclass(slots=True)
class Checkpoint:
    """How far a file was read.

    Args:
        file_id: The row in `import_file`.
        byte_offset: Where in the file the next record begins.
        line_offset: How many physical lines lie before it.
        rejects_bytes: How many bytes of the rejects file belong to what was read; 0 at the start.
        tally: What was counted.
    """

    file_id: int
    byte_offset: int
    line_offset: int
    rejects_bytes: int
    tally: Tally


def find_unfinished(
    connection: Connection, *, kind: str, survey: Survey, header: Header
) -> Checkpoint | None:
    """Find the broken run over the same file, if nothing of its kind was imported since.

    Args:
        connection: In a transaction.
        kind: "accounts" or "processes".
        survey: The file's digest and encoding.
        header: Its delimiter.

    Returns:
        Where to go on; None when there is nothing to go on with.
    """
    row = connection.execute(
        select(import_file).where(import_file.c.kind == kind).order_by(import_file.c.id.desc())
    ).first()
    if row is None or row.finished_at is not None:
        return None
    read_alike = (row.sha256, row.encoding, row.delimiter)
    if read_alike != (survey.sha256, survey.encoding, header.delimiter) or not row.byte_offset:
        return None
    return Checkpoint(
        row.id, row.byte_offset, row.line_offset, row.rejects_bytes, Tally.from_row(row)
    )


def begin_file(
    connection: Connection, *, kind: str, name: str, survey: Survey, header: Header, now: datetime
) -> int:
    """Write down that a file is being imported, and forget what broken runs of its kind had seen.

    Args:
        connection: In a transaction.
        kind: "accounts" or "processes".
        name: The file's name, without its folder.
        survey: The file's digest and encoding.
        header: Its delimiter.
        now: The import's instant.

    Returns:
        The row's number.
    """
    same_kind = select(import_file.c.id).where(import_file.c.kind == kind)
    connection.execute(delete(import_seen).where(import_seen.c.file_id.in_(same_kind)))
    statement = (
        insert(import_file)
        .values(
            kind=kind,
            name=name,
            sha256=survey.sha256,
            encoding=survey.encoding,
            delimiter=header.delimiter,
            started_at=now,
            **Tally().counts(),
        )
        .returning(import_file.c.id)
    )
    return int(connection.execute(statement).scalar_one())


def resume_file(connection: Connection, file_id: int, *, now: datetime) -> None:
    """Note that a broken run goes on."""
    _update(connection, file_id, {"resumed_at": now})


def write_checkpoint(connection: Connection, checkpoint: Checkpoint) -> None:
    """Say how far the run is, in the transaction of the batch that it includes."""
    values = {
        "byte_offset": checkpoint.byte_offset,
        "line_offset": checkpoint.line_offset,
        "rejects_bytes": checkpoint.rejects_bytes,
        "summary": checkpoint.tally.summary(),
        **checkpoint.tally.counts(),
    }
    _update(connection, checkpoint.file_id, values)


def finish_file(
    connection: Connection, checkpoint: Checkpoint, *, facts: dict[str, Any], now: datetime
) -> None:
    """Note that the whole file was read, and forget which line brought what.

    Args:
        connection: In the finishing transaction.
        checkpoint: The end.
        facts: What else the report tells.
        now: The import's instant.
    """
    write_checkpoint(connection, checkpoint)
    summary = checkpoint.tally.summary() | facts
    _update(connection, checkpoint.file_id, {"finished_at": now, "summary": summary})
    connection.execute(delete(import_seen).where(import_seen.c.file_id == checkpoint.file_id))


def _update(connection: Connection, file_id: int, values: dict[str, Any]) -> None:
    connection.execute(update(import_file).where(import_file.c.id == file_id).values(values))
