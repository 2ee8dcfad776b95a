"""The login that a typed name means, and one that stands in where nobody has the name."""

from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from orquestra.store.tables import login

_COLUMNS = (
    login.c.id,
    login.c.login,
    login.c.email,
    login.c.state,
    login.c.active,
    login.c.auth_kind,
    login.c.blocked_at,
)


def by_name(connection: Connection, typed: str) -> Row[Any] | None:
    """Find and hold the row of a name: as typed, else without the blanks around it.

    Never by an e-mail address: one mailbox may have many logins. The row is held as a link holds
    it, so that a link under way and two requests at once take turns.

    Args:
        connection: The caller's transaction.
        typed: The name.

    Returns:
        The row, None when nobody has the name.
    """
    readable = typed.replace("\0", "\ufffd")  # PostgreSQL stores no NUL, so nobody has such a name
    statement: Select[Any] = (
        select(*_COLUMNS)
        .where(login.c.login.in_({readable, readable.strip()}))
        .order_by((login.c.login == readable).desc())
        .limit(1)
        .with_for_update(key_share=True)
    )
    return connection.execute(statement).one_or_none()


def stand_in(connection: Connection, typed: str) -> int | None:
    """Find a login on which work is done and undone, so that time does not tell which names exist.

    Args:
        connection: The caller's transaction.
        typed: The name: for the same one the answer is the same.

    Returns:
        A login's number, None in an empty base.
    """
    after = select(login.c.id).where(login.c.login > typed.replace("\0", "\ufffd"))
    first = select(login.c.id)
    found: int | None = connection.execute(
        select(
            func.coalesce(
                after.order_by(login.c.login).limit(1).scalar_subquery(),
                first.order_by(login.c.login).limit(1).scalar_subquery(),
            )
        )
    ).scalar_one()
    return found
