"""A link's later phases: move everything in many transactions, finish in one that compares.

From the first commit of `begin` on the old password is gone and the login's work is frozen; at
the last one it is the person's, none lost and none twice. Each phase may be run again after a
crash, and finds nothing to do once the link was undone.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, insert, literal, select, update

from orquestra.campaign.blocks import unblock
from orquestra.linking import ledger
from orquestra.linking.comparing import require_match
from orquestra.linking.links import AccountLink, read_link
from orquestra.linking.locks import lock_both, lock_link
from orquestra.store.tables import (
    account_link,
    link_held_task,
    login,
    open_task,
    process_record,
)

MAX_BATCH = 10_000


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
        Rows moved; 0: nothing is left, or the link was undone.

    Raises:
        LinkNotFound: There is no such link.
        ValueError: The size is out of range.
    """
    if not 1 <= size <= MAX_BATCH:
        raise ValueError(f"A batch moves 1 to {MAX_BATCH} rows, not {size}.")
    link = lock_link(connection, link_id)
    if link.state != "linking":
        return 0
    moved = 0
    for table in (process_record, open_task):
        if moved == size:
            break
        moved += connection.execute(
            update(table)
            .where(*_next(table, link, size - moved))
            .values(owner_person_id=link.person_id)
        ).rowcount
    return moved


def _next(table: Table, link: AccountLink, size: int) -> list[ColumnElement[bool]]:
    """Return the conditions of the next rows to move, at most `size` of them.

    Where all that the login had fits, nothing is put in order first, which takes as long as the
    move itself: what was counted is frozen.
    """
    waiting = [table.c.login_id == link.login_id, table.c.owner_person_id.is_(None)]
    if table is process_record and link.before.in_progress + link.before.concluded <= size:
        return waiting
    rows = select(table.c.id).where(*waiting).order_by(table.c.id).limit(size)
    return [*waiting, table.c.id.in_(rows)]


def finish(connection: Connection, *, link_id: int, now: datetime) -> AccountLink:
    """Compare what the person has with what the login had, and open everything again.

    Args:
        connection: The caller's transaction.
        link_id: Which link.
        now: The instant; held task clocks go on from it.

    Returns:
        The link, done; as it stands when it was finished before or undone.

    Raises:
        LinkNotFound: There is no such link.
        CountMismatch: They differ, or something has not moved; nothing is opened.
    """
    login_row, link = lock_both(connection, link_id)
    if link.state != "linking":
        return link
    moved = require_match(connection, link)
    _keep_clocks(connection, link)
    unblock(connection, login_id=link.login_id, now=now)
    connection.execute(update(login).where(login.c.id == link.login_id).values(state="linked"))
    row = connection.execute(
        update(account_link)
        .where(account_link.c.id == link_id)
        .values(state="done", finished_at=now, blocked_at_before=login_row.blocked_at)
        .returning(account_link)
    ).one()
    ledger.append(
        connection,
        link_id=link_id,
        kind="terminou",
        actor=ledger.SYSTEM,
        facts={"after": ledger.as_fact(moved)},
        now=now,
    )
    return read_link(row)


def _keep_clocks(connection: Connection, link: AccountLink) -> None:
    """Write down the clocks that stand still, so that an undo can put them back."""
    connection.execute(
        insert(link_held_task).from_select(
            ["link_id", "task_id", "expires_at", "held_seconds"],
            select(
                literal(link.id), open_task.c.id, open_task.c.expires_at, open_task.c.held_seconds
            ).where(open_task.c.login_id == link.login_id, open_task.c.held_seconds.is_not(None)),
        )
    )
