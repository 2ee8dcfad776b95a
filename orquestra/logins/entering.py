"""Whether a name and a password open a login, in a time that tells nothing else."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from orquestra import passwords
from orquestra.errors import LoginInactive, LoginLocked, LoginUnknown, WrongPassword
from orquestra.logins.choosing import CHOSEN
from orquestra.logins.reading import LegacyLogin, already_linked, read_login
from orquestra.passwords import StoredPassword
from orquestra.store.tables import login as logins
from orquestra.store.tables import person as persons


def authenticate(
    connection: Connection, *, login: str, password: str, now: datetime
) -> LegacyLogin:
    """Check a name and password of the old base.

    A linked login is refused whatever the password is: it has none any more. Where there is no
    password to check, the next name's is checked instead, so that the time tells nothing. A login
    that the old portal had locked is refused until its holder chooses a password here: the lock was
    against the old one, which somebody may have guessed. A later import that brings the lock again
    does not refuse the chosen one.

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
        LoginLocked: Locked in the old portal; told only to who knows the password.
        LoginAlreadyLinked: It belongs to a gov.br account.
    """
    del now
    row, stand_in = _candidate(connection, login), _stand_in(connection, login)
    if row is None:
        passwords.refuse(password, stand_in=stand_in)
        raise LoginUnknown("No login has the given name.")
    found = read_login(row)
    if found.state != "legacy":
        passwords.refuse(password, stand_in=stand_in)
        raise already_linked(found, row)
    if row.password_hash is None:
        passwords.refuse(password, stand_in=stand_in)
        raise WrongPassword(f"Login {found.id} has no password to check.")
    if not passwords.verify(row.password_hash, row.password_format, password, row.password_salt):
        raise WrongPassword(f"The password is not the one of login {found.id}.")
    if not found.active:
        raise LoginInactive(f"Login {found.id} is switched off in the old base.")
    if row.locked and row.password_source != CHOSEN:
        raise LoginLocked(f"Login {found.id} was locked in the old base.")
    return found


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
