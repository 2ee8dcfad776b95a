"""A login's holder chooses a password here, which is then no longer the old base's."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from orquestra import passwords
from orquestra.errors import LoginAlreadyLinked, LoginNotFound
from orquestra.logins.reading import already_linked, read_login
from orquestra.passwords import Profile
from orquestra.store.tables import login as logins
from orquestra.store.tables import person as persons

#: The source of a password that no import overwrites.
CHOSEN = "escolhida"


def choose(
    connection: Connection, *, login_id: int, password: str, profile: Profile, now: datetime
) -> None:
    """Set a password that the login's holder chose here, which no import overwrites any more.

    It unlocks a login that the old portal had locked: the old password is gone.

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
            password_source=CHOSEN,
            password_seen=None,
            password_changed_at=now,
            locked=False,
        )
    ).rowcount
    if not changed:
        raise _not_legacy(connection, login_id)


def _not_legacy(connection: Connection, login_id: int) -> LoginNotFound | LoginAlreadyLinked:
    """Say why a login takes no password."""
    row = connection.execute(
        select(logins, persons.c.cpf.label("holder_cpf"))
        .outerjoin(persons, persons.c.id == logins.c.person_id)
        .where(logins.c.id == login_id)
    ).one_or_none()
    if row is None:
        return LoginNotFound(f"There is no login {login_id}.")
    return already_linked(read_login(row), row)
