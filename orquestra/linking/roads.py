"""What a login's road through the process is called: a new one after every link that was undone.

The engine keeps a business key for ever, so that the road after an undone link needs another one.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, select

from orquestra.store.tables import account_link


def road_key(connection: Connection, login_id: int) -> str:
    """Name a login's current road, so that the callback and the pages find its process instance.

    Args:
        connection: The caller's transaction.
        login_id: The login.

    Returns:
        The business key: `login:7`, after one undone link `login:7:2`, and so on.
    """
    return road_keys(connection, [login_id])[login_id]


def road_keys(connection: Connection, login_ids: Sequence[int]) -> Mapping[int, str]:
    """Name the current roads of many logins in one query, for an enrolment in bulk.

    Args:
        connection: The caller's transaction.
        login_ids: The logins.

    Returns:
        The business key of each.
    """
    counted = connection.execute(
        select(account_link.c.login_id, func.count().label("undone"))
        .where(account_link.c.login_id.in_(login_ids), account_link.c.state == "undone")
        .group_by(account_link.c.login_id)
    )
    undone: dict[int, int] = {row.login_id: row.undone for row in counted}
    return {login_id: _key(login_id, undone.get(login_id, 0)) for login_id in login_ids}


def login_on_road(connection: Connection, key: str | None) -> int | None:
    """Read whose road a key names, if it is the login's current one.

    A browser that walked the road of a link that was undone must not walk the next one: its right
    to the login ended with that link.

    Args:
        connection: The caller's transaction.
        key: What `road_key` gave some time ago, if anything.

    Returns:
        The login; None when the road is over or there is no key.
    """
    if key is None:
        return None
    login_id = int(key.split(":")[1])
    return login_id if road_key(connection, login_id) == key else None


def _key(login_id: int, undone: int) -> str:
    """Build a key from how many links of the login were undone."""
    return f"login:{login_id}:{undone + 1}" if undone else f"login:{login_id}"
