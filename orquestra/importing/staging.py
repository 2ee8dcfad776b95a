"""Rows on their way: a temporary table of the run's own connection, filled by COPY."""

from collections.abc import Sequence

import sqlalchemy
from psycopg import sql

_NULL = "\\N"
_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_BLOCK_ROWS = 500


def copy_rows(
    connection: sqlalchemy.Connection,
    *,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Empty a staging table and fill it with a batch.

    Args:
        connection: The run's connection, in the batch's transaction.
        table: The temporary table.
        columns: Its columns, in the rows' order.
        rows: The batch; see `append_rows`.
    """
    connection.execute(sqlalchemy.text(f"TRUNCATE {table}"))
    append_rows(connection, table=table, columns=columns, rows=rows)


def append_rows(
    connection: sqlalchemy.Connection,
    *,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Fill a table by COPY, the fastest way in.

    Args:
        connection: The run's connection, in a transaction.
        table: The temporary table.
        columns: Its columns, in the rows' order.
        rows: Each value is None or means to PostgreSQL what `str` makes of it.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for start in range(0, len(rows), _BLOCK_ROWS):
                copy.write("".join(map(_line, rows[start : start + _BLOCK_ROWS])))
    finally:
        cursor.close()


def _line(values: tuple[object, ...]) -> str:
    """Write a row in COPY's text format; hardly any needs an escape, which a look at it tells."""
    line = "\t".join([_NULL if value is None else str(value) for value in values])
    plain = (
        line.count("\\") == values.count(None)
        and line.count("\t") == len(values) - 1
        and "\n" not in line
        and "\r" not in line
    )
    return f"{line if plain else _escaped(values)}\n"


def _escaped(values: tuple[object, ...]) -> str:
    return "\t".join(
        [_NULL if value is None else str(value).translate(_SPECIAL) for value in values]
    )
