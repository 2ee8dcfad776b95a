"""What a login's road through the process is called: a new one after every link that was undone.

The engine keeps a business key for ever, so that the road after an undone link needs another one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from orquestra.store.tables import account_link, login, password_reset


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


def login_on_road(
    connection: Connection, key: str | None, *, person_id: int | None, since: datetime
) -> int | None:
    """Read whose road a key names, if the person who showed a right to it may still walk it.

    The right came from the login's password. It ends with the link of a road that was undone, with
    a new password that was chosen since, and with a link to somebody else: whoever knew the old
    password must not come first after its holder has taken the login back.

    Args:
        connection: The caller's transaction.
        key: What `road_key` gave some time ago, if anything.
        person_id: The person who walks.
        since: When the right was shown.

    Returns:
        The login; None when the road is over for this person or there is no key.
    """
    if key is None:
        return None
    login_id = int(key.split(":")[1])
    if road_key(connection, login_id) != key:
        return None
    changed_since = (
        select(password_reset.c.id)
        .where(password_reset.c.login_id == login.c.id, password_reset.c.used_at > since)
        .exists()
    )
    row = connection.execute(
        select(login.c.state, login.c.person_id, changed_since.label("changed_since")).where(
            login.c.id == login_id
        )
    ).one()
    if row.state == "legacy":
        return None if row.changed_since else login_id
    return login_id if row.person_id == person_id else None


def _key(login_id: int, undone: int) -> str:
    """Build a key from how many links of the login were undone."""
    return f"login:{login_id}:{undone + 1}" if undone else f"login:{login_id}"
