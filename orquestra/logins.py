"""Legacy logins: what the old base knows of them, and whether a password opens one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, select, update

from orquestra import passwords
from orquestra.documents import Cnpj, Cpf
from orquestra.errors import (
    LoginAlreadyLinked,
    LoginInactive,
    LoginNotFound,
    LoginUnknown,
    WrongPassword,
)
from orquestra.passwords import Profile, StoredPassword
from orquestra.store.tables import login as logins
from orquestra.store.tables import person as persons

#: The source of a password that no import overwrites.
_CHOSEN = "escolhida"

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


def authenticate(
    connection: Connection, *, login: str, password: str, now: datetime
) -> LegacyLogin:
    """Check a name and password of the old base.

    A linked login is refused whatever the password is: it has none any more. Where there is no
    password to check, the next name's is checked instead, so that the time tells nothing.

    Args:
        connection: The caller's transaction.
        login: The name, as typed; blanks around it count only where the base has such a name.
        password: The password, as typed.
        now: The instant; kept in the signature for the record that the caller writes.

    Returns:
        The login.

    Raises:
        LoginUnknown: No such name.
        WrongPassword: Not its password.
        LoginInactive: Switched off; told only to who knows the password.
        LoginAlreadyLinked: It belongs to a gov.br account.
    """
    del now
    row, stand_in = _candidate(connection, login), _stand_in(connection, login)
    if row is None:
        passwords.refuse(password, stand_in=stand_in)
        raise LoginUnknown("No login has the given name.")
    found = _read(row)
    if found.state != "legacy":
        passwords.refuse(password, stand_in=stand_in)
        raise _linked(found, row)
    if row.password_hash is None:
        passwords.refuse(password, stand_in=stand_in)
        raise WrongPassword(f"Login {found.id} has no password to check.")
    if not passwords.verify(row.password_hash, row.password_format, password, row.password_salt):
        raise WrongPassword(f"The password is not the one of login {found.id}.")
    if not found.active:
        raise LoginInactive(f"Login {found.id} is switched off in the old base.")
    return found


def choose(
    connection: Connection, *, login_id: int, password: str, profile: Profile, now: datetime
) -> None:
    """Set a password that the login's holder chose here, which no import overwrites any more.

    Args:
        connection: The caller's transaction.
        login_id: Whose.
        password: The password, as typed.
        profile: How much work a check shall be.
        now: The instant.

    Raises:
        LoginNotFound: There is no such login.
        LoginAlreadyLinked: It belongs to a gov.br account, where it needs no password.
        WeakPassword: Too short or endless.
    """
    stored = passwords.hash_new(password, profile)
    changed = connection.execute(
        update(logins)
        .where(logins.c.id == login_id, logins.c.state == "legacy")
        .values(
            password_hash=stored,
            password_format=passwords.ARGON2ID,
            password_salt=None,
            password_source=_CHOSEN,
            password_seen=None,
            password_changed_at=now,
        )
    ).rowcount
    if not changed:
        raise _not_legacy(connection, login_id)


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
    return _read(row)


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


def _candidate(connection: Connection, typed: str) -> Row[Any] | None:
    """Find the row of a name, exactly or without the blanks around it, with its holder's CPF."""
    if "\0" in typed:  # PostgreSQL stores no such text, so nobody has this name
        return None
    return connection.execute(
        select(logins, persons.c.cpf.label("holder_cpf"))
        .outerjoin(persons, persons.c.id == logins.c.person_id)
        .where(logins.c.login.in_({typed, typed.strip()}))
        .order_by((logins.c.login == typed).desc())
        .limit(1)
    ).one_or_none()


def _stand_in(connection: Connection, typed: str) -> StoredPassword | None:
    """Find the next name's password: always the same one for a name, of the base's own formats.

    After the last name comes the first; the base has none at all where None is given.
    """
    with_password = (
        select(logins.c.password_hash, logins.c.password_format, logins.c.password_salt)
        .where(logins.c.password_hash.is_not(None))
        .order_by(logins.c.login)
        .limit(1)
    )
    after = with_password.where(logins.c.login > typed.replace("\0", ""))
    row = connection.execute(after).one_or_none() or connection.execute(with_password).one_or_none()
    if row is None:
        return None
    return StoredPassword(
        hash=row.password_hash, format=row.password_format, salt=row.password_salt
    )


def _not_legacy(connection: Connection, login_id: int) -> LoginNotFound | LoginAlreadyLinked:
    """Say why a login takes no password."""
    row = connection.execute(
        select(logins, persons.c.cpf.label("holder_cpf"))
        .outerjoin(persons, persons.c.id == logins.c.person_id)
        .where(logins.c.id == login_id)
    ).one_or_none()
    if row is None:
        return LoginNotFound(f"There is no login {login_id}.")
    return _linked(_read(row), row)


def _linked(found: LegacyLogin, row: Row[Any]) -> LoginAlreadyLinked:
    """Say whose the login is by now, masked, and since when."""
    assert found.linked_at is not None  # noqa: S101 - the table's own check constraint
    return LoginAlreadyLinked(
        found.id, masked_holder=Cpf(row.holder_cpf).masked, linked_at=found.linked_at
    )


def _read_all(connection: Connection, statement: Select[Any]) -> list[LegacyLogin]:
    """Read several rows."""
    return [_read(row) for row in connection.execute(statement)]


def _read(row: Row[Any]) -> LegacyLogin:
    """Turn a row into a login."""
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
