"""One notice for a mailbox, however many logins were registered with it."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from orquestra.notices.kinds import Kind
from orquestra.notices.writing import attach, post
from orquestra.store.tables import login, notice, notice_login

#: How long a mailbox that several logins share waits for the last of them: the jobs of one
#: instant are done one after the other, thousands of them in some minutes.
GATHERING = timedelta(minutes=10)


def mailbox(address: str) -> str:
    """Name the mailbox of an address: as mail systems see it, without case and outer blanks.

    Args:
        address: As the old base has it.

    Returns:
        The same text for every way to write it.
    """
    return address.strip().lower()


def post_to_mailbox(
    connection: Connection,
    *,
    key: str,
    kind: Kind,
    login_id: int,
    address: str | None,
    subject: str,
    body: str,
    now: datetime,
    due_at: datetime | None = None,
) -> bool:
    """Tell a login's mailbox something, in one notice with the mailbox's other logins.

    A login joins the mailbox's notice as long as nobody tried to send it; after that it gets a
    notice of its own, which later ones join. A login is told once.

    Args:
        connection: The caller's transaction.
        key: What it is about, the same for all logins, as in "lembrete:2026-04-05:30".
        kind: What it is about.
        login_id: The login.
        address: Its old e-mail; without one the notice is nowhere but on the screen.
        subject: The subject.
        body: The text, with "{logins}" where the names stand (see `post`).
        now: The instant.
        due_at: Not to be sent before; None: at once, or after `GATHERING` where the mailbox has
            several logins.

    Returns:
        Whether the login had not been told yet.
    """
    folded = mailbox(address or "")
    base = f"{key}:{_digest(folded)}" if folded else f"{key}:login:{login_id}"
    due_at = due_at or now + (
        GATHERING if folded and _is_shared(connection, folded) else timedelta(0)
    )
    number = 1
    while True:
        numbered = base if number == 1 else f"{base}:{number}"
        if post(
            connection,
            key=numbered,
            kind=kind,
            login_id=login_id,
            person_id=None,
            address=folded or None,
            subject=subject,
            body=body,
            now=now,
            due_at=due_at,
            logins=[login_id],
        ):
            return True
        told = _join(connection, key=numbered, login_id=login_id)
        if told is not None:
            return told
        number += 1


def _join(connection: Connection, *, key: str, login_id: int) -> bool | None:
    """Join a notice; True: joined, False: was in it already, None: it is on its way."""
    found = connection.execute(
        select(notice.c.id, notice.c.tries, notice.c.sent_at, notice.c.failed_at)
        .where(notice.c.key == key)
        .with_for_update()
    ).one()
    within = select(notice_login.c.login_id).where(
        notice_login.c.notice_id == found.id, notice_login.c.login_id == login_id
    )
    if connection.execute(within).one_or_none() is not None:
        return False
    if found.tries > 0 or found.sent_at is not None or found.failed_at is not None:
        return None
    attach(connection, notice_id=found.id, logins=[login_id])
    return True


def _is_shared(connection: Connection, folded: str) -> bool:
    """Whether the mailbox is that of several logins; `ix_login_mailbox` answers."""
    same = select(login.c.id).where(func.lower(login.c.email) == folded).limit(2)
    return len(connection.execute(same).all()) > 1


def _digest(folded: str) -> str:
    """Stand for a mailbox in a key, which logs may show."""
    return hashlib.sha256(folded.encode()).hexdigest()[:32]
