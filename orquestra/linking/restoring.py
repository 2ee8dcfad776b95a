"""What an undo does to the records: the login's, its processes', its tasks' and their clocks'."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from orquestra import campaign, portal_sessions
from orquestra.linking import ledger
from orquestra.linking.links import AccountLink
from orquestra.store.tables import link_held_task, login, open_task, process_record
from orquestra.work.processes import counts_of_login


def restore(connection: Connection, link: AccountLink, *, now: datetime) -> dict[str, Any]:
    """Give everything back to the login.

    Args:
        connection: The caller's transaction, which holds the campaign, the login and the link.
        link: The link, "linking" or "done".
        now: The instant.

    Returns:
        How much came back, as facts for the ledger.
    """
    processes, tasks = (
        _give_back(connection, table, link) for table in (process_record, open_task)
    )
    _open_the_old_way(connection, link, now)
    clocks = _block_again(connection, link, now)
    return {
        "before": ledger.as_fact(link.before),
        "after": ledger.as_fact(counts_of_login(connection, link.login_id)),
        "processes": processes,
        "tasks": tasks,
        "clocks": clocks,
    }


def _give_back(connection: Connection, table: Any, link: AccountLink) -> int:  # noqa: ANN401 - either table
    """Take the rows that came with the link off the person."""
    return connection.execute(
        update(table)
        .where(table.c.login_id == link.login_id, table.c.owner_person_id == link.person_id)
        .values(owner_person_id=None)
    ).rowcount


def _open_the_old_way(connection: Connection, link: AccountLink, now: datetime) -> None:
    """Make the login a legacy one again, into which no browser of before gets back."""
    portal_sessions.end_of_login(
        connection, login_id=link.login_id, reason=portal_sessions.LINKED, now=now
    )
    connection.execute(
        update(login)
        .where(login.c.id == link.login_id)
        .values(state="legacy", person_id=None, linked_at=None)
    )


def _block_again(connection: Connection, link: AccountLink, now: datetime) -> int:
    """Put back the block that the link's end lifted, unless its deadline holds no more."""
    if link.blocked_at_before is None:
        return 0
    connection.execute(
        update(login).where(login.c.id == link.login_id).values(blocked_at=link.blocked_at_before)
    )
    held = link_held_task.c
    clocks = connection.execute(
        update(open_task)
        .where(held.link_id == link.id, held.task_id == open_task.c.id)
        .values(expires_at=held.expires_at, held_seconds=held.held_seconds)
    ).rowcount
    campaign.settle(connection, login_id=link.login_id, now=now)
    return clocks
