"""The run's own row in `import_file`, kept in step with each batch.

A run that was killed leaves a row without an end whose counts say how far it came.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, update

from orquestra.store.tables import import_file


def begin_file(connection: Connection, *, kind: str, name: str, sha256: str, now: datetime) -> int:
    """Write down that a file is being imported.

    Args:
        connection: In a transaction.
        kind: "accounts" or "processes".
        name: The file's name, without its folder.
        sha256: Of its bytes, in hexadecimal.
        now: The import's instant.

    Returns:
        The row's number.
    """
    counts = dict.fromkeys(("lines", "accepted", "unchanged", "rejected"), 0)
    statement = (
        insert(import_file)
        .values(kind=kind, name=name, sha256=sha256, started_at=now, **counts)
        .returning(import_file.c.id)
    )
    return int(connection.execute(statement).scalar_one())


def write_counts(
    connection: Connection, file_id: int, *, accepted: int, unchanged: int, rejected: int
) -> None:
    """Set the counts so far, in the transaction of the batch that they include."""
    connection.execute(
        update(import_file)
        .where(import_file.c.id == file_id)
        .values(
            lines=accepted + unchanged + rejected,
            accepted=accepted,
            unchanged=unchanged,
            rejected=rejected,
        )
    )


def finish_file(connection: Connection, file_id: int, *, now: datetime) -> None:
    """Note that the whole file was read."""
    connection.execute(
        update(import_file).where(import_file.c.id == file_id).values(finished_at=now)
    )
