"""A link's three phases: begin in one transaction, move in many, finish in one that compares.

From the first commit on the old password is gone and the login's work is frozen; at the last one
it is the person's, none lost and none twice. Each phase may be run again after a crash.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from orquestra import portal_sessions
from orquestra.campaign.blocks import unblock
from orquestra.documents import Cpf
from orquestra.errors import LinkNotFound, LoginAlreadyLinked, LoginNotFound
from orquestra.linking.comparing import compare
from orquestra.linking.links import AccountLink, link_of_login, load, new_reference, read_link
from orquestra.store.tables import account_link, login, open_task, person, process_record
from orquestra.work.processes import counts_of_login

MAX_BATCH = 10_000


def begin(
    connection: Connection, *, login_id: int, person_id: int, rule: str, now: datetime
) -> AccountLink:
    """Take a login out of use and count what it has.

    The login's row is locked against `work.conclude_task`: a task that is being concluded is in
    before the count, or is refused. The password is dropped, and every browser that is in with it
    is out.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        person_id: Whose it becomes.
        rule: "cpf_confere", "representante", "sem_documento" or "decisao".
        now: The instant.

    Returns:
        The link; the one that there is when it was begun before for the same person.

    Raises:
        LoginNotFound: There is no such login.
        LoginAlreadyLinked: It is another person's.
    """
    if _lock_login(connection, login_id).state != "legacy":
        return _begun_before(connection, login_id, person_id)
    connection.execute(
        update(login)
        .where(login.c.id == login_id)
        .values(
            state="linking",
            person_id=person_id,
            linked_at=now,
            password_hash=None,
            password_format=None,
        )
    )
    portal_sessions.end_of_login(
        connection, login_id=login_id, reason=portal_sessions.LINKED, now=now
    )
    before = counts_of_login(connection, login_id)
    row = connection.execute(
        insert(account_link)
        .values(
            login_id=login_id,
            person_id=person_id,
            reference=new_reference(),
            state="linking",
            in_progress_before=before.in_progress,
            concluded_before=before.concluded,
            tasks_before=before.tasks,
            rule=rule,
            began_at=now,
        )
        .returning(account_link)
    ).one()
    return read_link(row)


def migrate_batch(connection: Connection, *, link_id: int, size: int) -> int:
    """Move the next rows of a link's login to the person: its processes, then its own tasks.

    A task follows the login that it waits on, its process the login that asked for it. Rows that
    have moved are not found again, so that a batch lost in a crash is simply taken again; batches
    of one link take turns at the link's row.

    Args:
        connection: The caller's transaction.
        link_id: Which link.
        size: The most rows to move, 1 to `MAX_BATCH`.

    Returns:
        Rows moved; 0: nothing is left.

    Raises:
        LinkNotFound: There is no such link.
        ValueError: The size is out of range.
    """
    if not 1 <= size <= MAX_BATCH:
        raise ValueError(f"A batch moves 1 to {MAX_BATCH} rows, not {size}.")
    link = _lock_link(connection, link_id)
    if link.state == "done":
        return 0
    moved = 0
    for table in (process_record, open_task):
        if moved == size:
            break
        next_rows = (
            select(table.c.id)
            .where(table.c.login_id == link.login_id, table.c.owner_person_id.is_(None))
            .order_by(table.c.id)
            .limit(size - moved)
        )
        moved += connection.execute(
            update(table)
            .where(table.c.id.in_(next_rows), table.c.owner_person_id.is_(None))
            .values(owner_person_id=link.person_id)
        ).rowcount
    return moved


def finish(connection: Connection, *, link_id: int, now: datetime) -> AccountLink:
    """Compare what the person has with what the login had, and open everything again.

    Args:
        connection: The caller's transaction.
        link_id: Which link.
        now: The instant; held task clocks go on from it.

    Returns:
        The link, done; the one that there is when it was finished before.

    Raises:
        LinkNotFound: There is no such link.
        CountMismatch: They differ, or something has not moved; nothing is opened.
    """
    _lock_login(connection, load(connection, link_id).login_id)
    link = _lock_link(connection, link_id)
    if link.state == "done":
        return link
    compare(connection, link)
    unblock(connection, login_id=link.login_id, now=now)
    connection.execute(update(login).where(login.c.id == link.login_id).values(state="linked"))
    row = connection.execute(
        update(account_link)
        .where(account_link.c.id == link_id)
        .values(state="done", finished_at=now)
        .returning(account_link)
    ).one()
    return read_link(row)


def _lock_login(connection: Connection, login_id: int) -> Row[Any]:
    """Lock a login against work and other links; rows that only refer to it may still come."""
    row: Row[Any] | None = connection.execute(
        select(login.c.state).where(login.c.id == login_id).with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise LoginNotFound(f"There is no login {login_id}.")
    return row


def _lock_link(connection: Connection, link_id: int) -> AccountLink:
    """Lock a link, so that its batches and its end take turns."""
    row = connection.execute(
        select(account_link).where(account_link.c.id == link_id).with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise LinkNotFound(f"There is no link {link_id}.")
    return read_link(row)


def _begun_before(connection: Connection, login_id: int, person_id: int) -> AccountLink:
    """Give the link that there is, if it is the same person's."""
    link = link_of_login(connection, login_id)
    if link is None:
        raise LinkNotFound(f"Login {login_id} is linked, but its link is not on record.")
    if link.person_id != person_id:
        holder = connection.execute(
            select(person.c.cpf).where(person.c.id == link.person_id)
        ).scalar_one()
        raise LoginAlreadyLinked(
            login_id, masked_holder=Cpf(holder).masked, linked_at=link.began_at
        )
    return link
