"""The body's own people, who decide where the documents leave a doubt."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert as upsert

from orquestra import passwords
from orquestra.errors import LoginInactive, LoginUnknown, StaffExists, WrongPassword
from orquestra.passwords import OWASP_MINIMUM, Profile
from orquestra.store.tables import staff_member
from orquestra.text import required


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """One of the body's own people.

    Args:
        id: Their number.
        username: What they type.
        name: How screens greet them.
        active: Whether they may come in.
    """

    id: int
    username: str = field(repr=False)
    name: str = field(repr=False)
    active: bool


def add(
    connection: Connection,
    *,
    username: str,
    name: str,
    password: str,
    now: datetime,
    profile: Profile = OWASP_MINIMUM,
) -> StaffMember:
    """Give somebody an account of the staff's.

    Args:
        connection: The caller's transaction.
        username: What they will type.
        name: How screens greet them.
        password: Their password.
        now: The instant.
        profile: How much work its check shall be.

    Returns:
        The member.

    Raises:
        InvalidText: Username or name is empty or too long.
        WeakPassword: The password is too short.
        StaffExists: The username is taken.
    """
    row = connection.execute(
        upsert(staff_member)
        .values(
            username=required(username, what="username", limit=100),
            name=required(name, what="name", limit=200),
            password_hash=passwords.hash_new(password, profile),
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[staff_member.c.username])
        .returning(staff_member)
    ).one_or_none()
    if row is None:
        raise StaffExists("Another staff member has this username; choose another.")
    return _read(row)


def authenticate(connection: Connection, *, username: str, password: str) -> StaffMember:
    """Check a username and password; a username that nobody has costs the same time.

    Args:
        connection: The caller's transaction.
        username: As typed.
        password: As typed.

    Returns:
        The member.

    Raises:
        LoginUnknown: No such username.
        WrongPassword: Not their password.
        LoginInactive: Switched off.
    """
    typed = username.strip().replace("\0", "")
    row = connection.execute(
        select(staff_member).where(staff_member.c.username == typed)
    ).one_or_none()
    if row is None:
        passwords.refuse(password, stand_in=None)
        raise LoginUnknown("No staff member has the given username.")
    if not passwords.verify(row.password_hash, passwords.ARGON2ID, password):
        raise WrongPassword(f"The password is not the one of staff member {row.id}.")
    if not row.active:
        raise LoginInactive(f"Staff member {row.id} is switched off.")
    return _read(row)


def load(connection: Connection, staff_id: int) -> StaffMember | None:
    """Read one member.

    Args:
        connection: The caller's transaction.
        staff_id: Which.

    Returns:
        The member, None when there is none.
    """
    row = connection.execute(
        select(staff_member).where(staff_member.c.id == staff_id)
    ).one_or_none()
    return _read(row) if row is not None else None


def _read(row: Row[Any]) -> StaffMember:
    """Turn a row into a member."""
    return StaffMember(id=row.id, username=row.username, name=row.name, active=row.active)
