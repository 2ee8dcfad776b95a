"""The secret of a reset link: made, kept as its hash, made void."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, insert, update

from orquestra.store.tables import password_reset

Reason = Literal["esqueci", "equipe", "vinculo_desfeito"]

#: How long a link is good. One that a person asked for a moment ago is short-lived; one that
#: staff grant may be read only the next morning.
LIFETIMES: dict[Reason, timedelta] = {
    "esqueci": timedelta(minutes=30),
    "equipe": timedelta(hours=24),
    "vinculo_desfeito": timedelta(hours=24),
}

_BYTES = 32
_LONGEST = 200  # a text beyond it is no token of ours and not worth hashing


def fresh() -> str:
    """Make a secret that nobody can guess.

    Returns:
        43 characters that may stand in an address.
    """
    return secrets.token_urlsafe(_BYTES)


def hashed(token: str) -> str:
    """Hash a token; it is random and long, so that one round without salt is enough.

    Args:
        token: The token, as it came back.

    Returns:
        What the table holds.
    """
    return hashlib.sha256(token[:_LONGEST].encode()).hexdigest()


def keep(
    connection: Connection, *, token: str, login_id: int, reason: Reason, now: datetime
) -> None:
    """Write a token down.

    What somebody asks for by a login's name leaves every other link good: it may be a stranger who
    asks, and the links all go to the owner's mailbox. What staff grant replaces all, since it is
    given where that mailbox may be another's.

    Args:
        connection: The caller's transaction, which holds the login's row.
        token: The token.
        login_id: Whose password it sets.
        reason: Why it is given.
        now: The instant.
    """
    if reason != "esqueci":
        void_of_login(connection, login_id=login_id, now=now)
    connection.execute(
        insert(password_reset).values(
            token_hash=hashed(token),
            login_id=login_id,
            reason=reason,
            asked_at=now,
            expires_at=now + LIFETIMES[reason],
        )
    )


def issue(connection: Connection, *, login_id: int, reason: Reason, now: datetime) -> str:
    """Give a login a fresh link's token, good once and for `LIFETIMES[reason]`.

    Args:
        connection: The caller's transaction, which holds the login's row.
        login_id: Whose password it sets.
        reason: Why it is given.
        now: The instant.

    Returns:
        The token, which is nowhere else.
    """
    token = fresh()
    keep(connection, token=token, login_id=login_id, reason=reason, now=now)
    return token


def void_of_login(connection: Connection, *, login_id: int, now: datetime) -> int:
    """Make a login's open tokens worthless, as its link and the use of one of them do.

    Args:
        connection: The caller's transaction, which holds the login's row.
        login_id: Whose.
        now: The instant.

    Returns:
        How many were open.
    """
    return connection.execute(
        update(password_reset)
        .where(
            password_reset.c.login_id == login_id,
            password_reset.c.used_at.is_(None),
            password_reset.c.voided_at.is_(None),
        )
        .values(voided_at=now)
    ).rowcount
