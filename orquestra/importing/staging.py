"""Rows on their way: a temporary table of the run's own connection, filled by COPY."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy
from psycopg import sql

from orquestra.importing.faults import Fault


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one batch's sound lines.

    Args:
        accepted: Lines that wrote something.
        unchanged: Lines that had nothing to write.
        faults: Of the others, and warnings.
    """

    accepted: int
    unchanged: int
    faults: list[Fault] = field(default_factory=list)


def copy_rows(
    connection: sqlalchemy.Connection,
    *,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Empty a staging table and fill it by COPY, the fastest way in.

    Args:
        connection: The run's connection, in the batch's transaction.
        table: The temporary table.
        columns: Its columns, in the rows' order.
        rows: The batch.
    """
    connection.execute(sqlalchemy.text(f"TRUNCATE {table}"))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    finally:
        cursor.close()
    connection.execute(sqlalchemy.text(f"ANALYZE {table}"))
