"""The two rows that everything about a link takes turns at: the login's, then the link's.

Always in this order, so that no two transactions wait for each other. Both are locked FOR NO KEY
UPDATE: rows that only refer to them may still come.
"""

from typing import Any

from sqlalchemy import Connection, Row, select

from orquestra.errors import LinkNotFound, LoginNotFound
from orquestra.linking.links import AccountLink, load, read_link
from orquestra.store.tables import account_link, login


def lock_login(connection: Connection, login_id: int) -> Row[Any, Any]:
    """Lock a login against work and other links.

    Args:
        connection: The caller's transaction.
        login_id: Which login.

    Returns:
        Its state and its block.

    Raises:
        LoginNotFound: There is none.
    """
    row = connection.execute(
        select(login.c.state, login.c.blocked_at)
        .where(login.c.id == login_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise LoginNotFound(f"There is no login {login_id}.")
    return row


def lock_link(connection: Connection, link_id: int) -> AccountLink:
    """Lock a link, so that its batches, its end and its undo take turns.

    Args:
        connection: The caller's transaction.
        link_id: Which link.

    Returns:
        The link as it stands under the lock.

    Raises:
        LinkNotFound: There is none.
    """
    row = connection.execute(
        select(account_link).where(account_link.c.id == link_id).with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise LinkNotFound(f"There is no link {link_id}.")
    return read_link(row)


def lock_both(connection: Connection, link_id: int) -> tuple[Row[Any, Any], AccountLink]:
    """Lock a link's login, then the link.

    Args:
        connection: The caller's transaction.
        link_id: Which link.

    Returns:
        The login's state and block, and the link.

    Raises:
        LinkNotFound: There is no such link.
    """
    login_row = lock_login(connection, load(connection, link_id).login_id)
    return login_row, lock_link(connection, link_id)
