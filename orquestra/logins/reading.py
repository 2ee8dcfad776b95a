"""What the old base knows of its logins, read row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, select

from orquestra.documents import Cnpj, Cpf
from orquestra.errors import LoginAlreadyLinked, LoginNotFound
from orquestra.store.tables import login as logins

State = Literal["legacy", "linking", "linked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyLogin:
    """One login of the old base.

    Args:
        id: Its number.
        login: The name that is typed.
        name: How screens greet its holder.
        email: The old address, if any.
        cpf: The CPF it was registered with, if any.
        cnpj: The CNPJ it was registered with, if any.
        state: "legacy", "linking" or "linked".
        person_id: Whose it is since the link began.
        campaign_id: The campaign it is enrolled in.
        blocked_at: When its deadline fired; None: it may work.
        linked_at: When its link began.
        language: BCP 47 tag.
        active: Whether the old portal lets it in.
    """

    id: int
    login: str = field(repr=False)
    name: str = field(repr=False)
    email: str | None = field(repr=False)
    cpf: Cpf | None
    cnpj: Cnpj | None
    state: State
    person_id: int | None
    campaign_id: int | None
    blocked_at: datetime | None
    linked_at: datetime | None
    language: str
    active: bool


def load(connection: Connection, login_id: int) -> LegacyLogin:
    """Read one login.

    Args:
        connection: The caller's transaction.
        login_id: Which.

    Returns:
        The login.

    Raises:
        LoginNotFound: There is none.
    """
    row = connection.execute(select(logins).where(logins.c.id == login_id)).one_or_none()
    if row is None:
        raise LoginNotFound(f"There is no login {login_id}.")
    return read_login(row)


def logins_of_person(connection: Connection, person_id: int) -> list[LegacyLogin]:
    """Read the logins that belong to a person, so that the workspace can name them.

    Args:
        connection: The caller's transaction.
        person_id: Whose.

    Returns:
        Linked ones and those under way, in the order in which they were linked.
    """
    return _read_all(
        connection,
        select(logins)
        .where(logins.c.person_id == person_id)
        .order_by(logins.c.linked_at, logins.c.id),
    )


def find_by_names(connection: Connection, names: Sequence[str]) -> list[LegacyLogin]:
    """Read logins by the names that are typed, for commands and messages to the operator.

    Args:
        connection: The caller's transaction.
        names: The names, exactly.

    Returns:
        Those that exist, by name.
    """
    return _read_all(
        connection, select(logins).where(logins.c.login.in_(names)).order_by(logins.c.login)
    )


def already_linked(found: LegacyLogin, row: Row[Any]) -> LoginAlreadyLinked:
    """Say whose a login is by now, masked, and since when.

    Args:
        found: The login.
        row: Its row, with its holder's CPF as `holder_cpf`.

    Returns:
        The error to raise.
    """
    assert found.linked_at is not None  # noqa: S101 - the table's own check constraint
    return LoginAlreadyLinked(
        found.id, masked_holder=Cpf(row.holder_cpf).masked, linked_at=found.linked_at
    )


def _read_all(connection: Connection, statement: Select[Any]) -> list[LegacyLogin]:
    """Read several rows."""
    return [read_login(row) for row in connection.execute(statement)]


def read_login(row: Row[Any]) -> LegacyLogin:
    """Turn a row into a login.

    Args:
        row: All of `login`'s columns.

    Returns:
        The login.
    """
    return LegacyLogin(
        id=row.id,
        login=row.login,
        name=row.name,
        email=row.email,
        cpf=Cpf(row.cpf) if row.cpf is not None else None,
        cnpj=Cnpj(row.cnpj) if row.cnpj is not None else None,
        state=row.state,
        person_id=row.person_id,
        campaign_id=row.campaign_id,
        blocked_at=row.blocked_at,
        linked_at=row.linked_at,
        language=row.language,
        active=row.active,
    )
