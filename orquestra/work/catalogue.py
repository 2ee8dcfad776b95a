"""Processos que posso iniciar: the kinds of process that the base knows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from orquestra.store.tables import process_record


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One kind of process.

    Args:
        code: As in P001.
        name: What it is.
        version: The newest one seen.
        area: Inmetro's unit.
        description: A sentence made of the name; a record's own one is its customer's.
    """

    code: str
    name: str
    version: str
    area: str
    description: str


def catalogue(connection: Connection) -> list[CatalogueEntry]:
    """List each kind of process once, as its newest record has it.

    The index on code and opening is jumped over from one code to the next (PostgreSQL wiki,
    "Loose indexscan"), so that a base of millions of records costs a lookup for each kind.

    Args:
        connection: The caller's transaction.

    Returns:
        The kinds, by code.
    """
    codes = select(func.min(process_record.c.code).label("code")).cte("codes", recursive=True)
    following = (
        select(func.min(process_record.c.code))
        .where(process_record.c.code > codes.c.code)
        .scalar_subquery()
    )
    codes = codes.union_all(select(following).where(codes.c.code.is_not(None)))
    newest = (
        select(process_record)
        .where(process_record.c.code == codes.c.code)
        .order_by(process_record.c.opened_at.desc())
        .limit(1)
        .lateral("newest")
    )
    statement = select(newest).select_from(codes.join(newest, codes.c.code == newest.c.code))
    rows = connection.execute(statement.order_by(newest.c.code))
    return [_read(row) for row in rows]


def _read(row: Row[Any]) -> CatalogueEntry:
    """Turn a record into its kind."""
    names_itself = row.name.lower().startswith("processo")
    return CatalogueEntry(
        code=row.code,
        name=row.name,
        version=row.version,
        area=row.area,
        description=row.name if names_itself else f"Processo de {row.name}",
    )
