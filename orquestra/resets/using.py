"""A reset link opened and used: once, in time, while its login is still a legacy one."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from orquestra import logins, notices, portal_sessions
from orquestra.errors import ResetRefused, WeakPassword
from orquestra.passwords import Profile
from orquestra.resets import letters, tokens
from orquestra.resets.mailboxes import reachable
from orquestra.resets.strength import weakness
from orquestra.store.tables import login, password_reset


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a good link opens.

    Args:
        login_id: The login.
        login: Its name.
        blocked: Whether its deadline has passed, so that the password leads to normalizing only.
    """

    login_id: int
    login: str = field(repr=False)
    blocked: bool


def standing(connection: Connection, *, token: str, now: datetime) -> Standing:
    """Look whether a link is good, without using it: programs that scan mail open links too.

    Args:
        connection: The caller's transaction.
        token: What the link carries.
        now: The instant.

    Returns:
        What it opens.

    Raises:
        ResetRefused: It is unknown, used, void or out of time, or its login has no password way.
    """
    row = connection.execute(
        select(login.c.id, login.c.login, login.c.blocked_at)
        .join(password_reset, password_reset.c.login_id == login.c.id)
        .where(*_good(token, now), *_takes_a_password())
    ).one_or_none()
    if row is None:
        raise _refused()
    return Standing(login_id=row.id, login=row.login, blocked=row.blocked_at is not None)


def use(
    connection: Connection,
    *,
    token: str,
    new_password: str,
    profile: Profile,
    now: datetime,
) -> Standing:
    """Set a login's new password, end its sessions, and tell its old mailbox.

    The login's row is taken before the token's, as a link takes them. Of two uses at once the
    second waits there and then finds the token used.

    Args:
        connection: The caller's transaction.
        token: What the link carries.
        new_password: The password, as typed.
        profile: How much work its check shall be.
        now: The instant.

    Returns:
        What it opened.

    Raises:
        ResetRefused: As `standing`; all causes look the same.
        WeakPassword: The password is refused; the link stays good.
    """
    row = _held_login(connection, token)
    if weakness(new_password, login=row.login) is not None:
        raise WeakPassword("The new password is short, common, or the login's own name.")
    used = connection.execute(
        update(password_reset)
        .where(*_good(token, now))
        .values(used_at=now)
        .returning(password_reset.c.id)
    ).one_or_none()
    if used is None:
        raise _refused()
    logins.choose(connection, login_id=row.id, password=new_password, profile=profile, now=now)
    tokens.void_of_login(connection, login_id=row.id, now=now)
    portal_sessions.end_of_login(
        connection, login_id=row.id, reason=portal_sessions.PASSWORD_CHANGED, now=now
    )
    _tell(connection, row, reset_id=used.id, now=now)
    return Standing(login_id=row.id, login=row.login, blocked=row.blocked_at is not None)


def _held_login(connection: Connection, token: str) -> Row[Any]:
    """Hold the row of the login that a token names."""
    row = connection.execute(
        select(login)
        .where(
            login.c.id
            == select(password_reset.c.login_id)
            .where(password_reset.c.token_hash == tokens.hashed(token))
            .scalar_subquery(),
            *_takes_a_password(),
        )
        .with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise _refused()
    return row


def _tell(connection: Connection, row: Row[Any], *, reset_id: int, now: datetime) -> None:
    """Tell the old mailbox, which may be somebody else's than who used the link."""
    if not reachable(row.email):
        return
    letter = letters.changed(row.login)
    notices.post(
        connection,
        key=f"senha_alterada:{reset_id}",
        kind="senha_alterada",
        login_id=row.id,
        person_id=None,
        address=row.email,
        subject=letter.subject,
        body=letter.body,
        now=now,
    )


def _good(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """State what makes a token good; its last instant is the one before `expires_at`."""
    return (
        password_reset.c.token_hash == tokens.hashed(token),
        password_reset.c.used_at.is_(None),
        password_reset.c.voided_at.is_(None),
        password_reset.c.expires_at > now,
    )


def _takes_a_password() -> tuple[ColumnElement[bool], ...]:
    """State what a login must be to be given a password here."""
    return (login.c.state == "legacy", login.c.active, login.c.auth_kind == "local")


def _refused() -> ResetRefused:
    """Make the one error for every link that opens nothing."""
    return ResetRefused("This link opens nothing: it is unknown, used, void or out of time.")
