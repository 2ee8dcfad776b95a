"""What becomes of a notice on its way out: claimed, sent, put off, given up.

A notice is claimed by pushing its `due_at` ahead for the time of a lease, so that two senders
never hold the same one and a sender that dies leaves it to the next. It may go out twice, never
not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from orquestra.store.tables import login, notice, notice_login

#: A sealed link that was not sent within this time is not sent any more.
LINK_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A notice that its claimer is to send now.

    Args:
        id: Its number.
        key: Its key, which the link is bound to.
        address: Where it goes.
        subject: The subject.
        body: The text, its marks still open.
        sealed_link: The secret address, sealed; None: it has none, or its time is over.
        logins: The names that the text lists, in order.
        tries: Which attempt this is; 1 for the first.
        created_at: When it was written.
    """

    id: int
    key: str
    address: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    sealed_link: str | None = field(repr=False)
    logins: tuple[str, ...] = field(repr=False)
    tries: int
    created_at: datetime


def claim(connection: Connection, *, now: datetime, lease: timedelta, limit: int) -> list[Outgoing]:
    """Take due notices, the longest due first; nobody else gets them before the lease is over.

    Notices that were written before there was a sender have no `due_at` and never go out.

    Args:
        connection: The caller's transaction; commit it before sending.
        now: The instant.
        lease: How long they are the caller's.
        limit: How many at the most.

    Returns:
        The notices.
    """
    due = (
        select(notice.c.id)
        .where(_waiting(), notice.c.due_at <= now)
        .order_by(notice.c.due_at, notice.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    rows = connection.execute(
        update(notice)
        .where(notice.c.id == due.c.id)
        .values(tries=notice.c.tries + 1, due_at=now + lease)
        .returning(notice)
    ).all()
    names = _names(connection, [row.id for row in rows])
    rows_in_order = sorted(rows, key=lambda row: row.id)
    return [_outgoing(row, names.get(row.id, ()), now) for row in rows_in_order]


def mark_sent(connection: Connection, *, key: str, now: datetime) -> bool:
    """Write down that a notice has gone out, and forget its link.

    Args:
        connection: The caller's transaction.
        key: Which notice.
        now: The instant.

    Returns:
        Whether it had not gone out before.
    """
    return _settle(connection, key, sent_at=now, sealed_link=None, last_error=None)


def mark_failed(connection: Connection, *, key: str, error: str, now: datetime) -> bool:
    """Give a notice up, and forget its link.

    Args:
        connection: The caller's transaction.
        key: Which notice.
        error: Why, in a word or a number; no address.
        now: The instant.

    Returns:
        Whether it still waited.
    """
    return _settle(connection, key, failed_at=now, sealed_link=None, last_error=error)


def put_off(connection: Connection, *, key: str, error: str, due_at: datetime) -> bool:
    """Have a notice tried again later.

    Args:
        connection: The caller's transaction.
        key: Which notice.
        error: Why, in a word or a number; no address.
        due_at: When.

    Returns:
        Whether it still waited.
    """
    return _settle(connection, key, due_at=due_at, last_error=error)


def give_back(connection: Connection, *, keys: Sequence[str], due_at: datetime) -> None:
    """Let go of claimed notices that nobody tried to send; the claim counts as no try.

    Args:
        connection: The caller's transaction.
        keys: Which notices.
        due_at: When they are due again.
    """
    connection.execute(
        update(notice)
        .where(notice.c.key.in_(keys), _waiting())
        .values(tries=func.greatest(notice.c.tries - 1, 0), due_at=due_at)
    )


def expire_links(connection: Connection, now: datetime) -> int:
    """Give up notices whose link waited too long, whatever keeps them from going out.

    Args:
        connection: The caller's transaction.
        now: The instant.

    Returns:
        How many.
    """
    return connection.execute(
        update(notice)
        .where(
            _waiting(),
            notice.c.sealed_link.is_not(None),
            notice.c.created_at <= now - LINK_LIFETIME,
        )
        .values(failed_at=now, sealed_link=None, last_error="link_vencido")
    ).rowcount


def _waiting() -> ColumnElement[bool]:
    """The condition of `ix_notice_waiting`."""
    return notice.c.sent_at.is_(None) & notice.c.failed_at.is_(None) & notice.c.address.is_not(None)


def _settle(connection: Connection, key: str, **values: object) -> bool:
    """Change a notice that has neither gone out nor been given up."""
    row = connection.execute(
        update(notice)
        .where(notice.c.key == key, notice.c.sent_at.is_(None), notice.c.failed_at.is_(None))
        .values(values)
        .returning(notice.c.id)
    ).one_or_none()
    return row is not None


def _names(connection: Connection, notice_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Read the names that each notice lists, in the order of the alphabet."""
    about = func.coalesce(notice_login.c.login_id, notice.c.login_id)
    listed = (
        select(notice.c.id, func.array_agg(login.c.login).label("names"))
        .outerjoin(notice_login, notice_login.c.notice_id == notice.c.id)
        .join(login, login.c.id == about)
        .where(notice.c.id.in_(notice_ids))
        .group_by(notice.c.id)
    )
    return {row.id: tuple(sorted(row.names)) for row in connection.execute(listed)}


def _outgoing(row: Row[Any], names: tuple[str, ...], now: datetime) -> Outgoing:
    """Make a claimed row what its sender needs."""
    fresh = row.created_at > now - LINK_LIFETIME
    return Outgoing(
        id=row.id,
        key=row.key,
        address=row.address,
        subject=row.subject,
        body=row.body,
        sealed_link=row.sealed_link if fresh else None,
        logins=names,
        tries=row.tries,
        created_at=row.created_at,
    )
