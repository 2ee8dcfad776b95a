"""People whom gov.br has named."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from orquestra.documents import Cpf
from orquestra.errors import PersonNotFound
from orquestra.store.tables import person

KNOWN = "known"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person who came in through gov.br.

    Args:
        id: Their number.
        cpf: Their CPF.
        name: Their name at gov.br.
        email: Their address at gov.br, if released.
        phone: Their number at gov.br, if released.
        ties_known: Whether gov.br's companies are known as of the last entry.
        ties_read_at: When gov.br last told them; None: never.
        last_entry_at: The last entry.
    """

    id: int
    cpf: Cpf
    name: str = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    ties_known: bool
    ties_read_at: datetime | None
    last_entry_at: datetime | None


def register(
    connection: Connection,
    *,
    cpf: Cpf,
    name: str,
    email: str | None,
    phone: str | None,
    now: datetime,
) -> Person:
    """Keep who came in: a new person, or a known one with what gov.br says now.

    Args:
        connection: The caller's transaction.
        cpf: Their CPF.
        name: Their name at gov.br.
        email: Their address; None leaves the one that is known.
        phone: Their number; None leaves the one that is known.
        now: The instant of the entry.

    Returns:
        The person.
    """
    statement = upsert(person).values(
        cpf=cpf.digits, name=name, email=email, phone=phone, created_at=now, last_entry_at=now
    )
    new = statement.excluded
    row = connection.execute(
        statement.on_conflict_do_update(
            index_elements=[person.c.cpf],
            set_={
                "name": new.name,
                "email": func.coalesce(new.email, person.c.email),
                "phone": func.coalesce(new.phone, person.c.phone),
                "last_entry_at": new.last_entry_at,
            },
        ).returning(person)
    ).one()
    return _read(row)


def load(connection: Connection, person_id: int) -> Person:
    """Read one person.

    Args:
        connection: The caller's transaction.
        person_id: Which.

    Returns:
        The person.

    Raises:
        PersonNotFound: There is none.
    """
    row = connection.execute(select(person).where(person.c.id == person_id)).one_or_none()
    if row is None:
        raise PersonNotFound(f"There is no person {person_id}.")
    return _read(row)


def _read(row: Row[Any]) -> Person:
    """Turn a row into a person."""
    return Person(
        id=row.id,
        cpf=Cpf(row.cpf),
        name=row.name,
        email=row.email,
        phone=row.phone,
        ties_known=row.ties_state == KNOWN,
        ties_read_at=row.ties_read_at,
        last_entry_at=row.last_entry_at,
    )
