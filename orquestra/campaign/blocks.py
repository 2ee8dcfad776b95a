"""After the deadline: a login's processes are blocked, and its tasks' clocks stand still meanwhile.

A blocked customer cannot act, so the days a task has left are kept and given back.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Connection, Interval, cast, func, literal, select, update

from orquestra.campaign.own_deadline import own_deadline
from orquestra.campaign.waiting import waits_on_decision
from orquestra.store.tables import campaign, login, open_task


def block(connection: Connection, *, login_id: int, now: datetime) -> bool:
    """Block a legacy login whose deadline has passed, and hold its open tasks' clocks.

    The campaign's row decides, read under a lock that a postponement also takes: a timer that
    fired for a deadline that has moved meanwhile blocks nobody. Neither does one whose login has
    been found not to be a customer's, or to be a foreign customer's, who has a day of their own. A
    login that is being linked, is linked or is blocked already stays as it is, and so does one
    whose holder waits on people's decision: the login's row, which every change of a question also
    takes, puts the two one after the other.

    Args:
        connection: The caller's transaction.
        login_id: Whose.
        now: The instant.

    Returns:
        Whether the login is blocked by this call.
    """
    if not _deadline_passed(connection, login_id, now):
        return False
    if connection.scalar(select(waits_on_decision(login_id))):
        return False
    blocked = connection.execute(
        update(login)
        .where(login.c.id == login_id, login.c.state == "legacy", login.c.blocked_at.is_(None))
        .values(blocked_at=now)
        .returning(login.c.id)
    ).one_or_none()
    if blocked is None:
        return False
    left = func.extract("epoch", open_task.c.expires_at - literal(now))
    connection.execute(
        update(open_task)
        .where(
            open_task.c.login_id == login_id,
            open_task.c.concluded_at.is_(None),
            open_task.c.expires_at.is_not(None),
            open_task.c.held_seconds.is_(None),
        )
        .values(held_seconds=cast(func.ceil(left), BigInteger))
    )
    return True


def unblock(connection: Connection, *, login_id: int, now: datetime) -> bool:
    """Lift a login's block and let its tasks' clocks go on with what they had left.

    Args:
        connection: The caller's transaction.
        login_id: Whose.
        now: The instant.

    Returns:
        Whether it was blocked.
    """
    freed = connection.execute(
        update(login)
        .where(login.c.id == login_id, login.c.blocked_at.is_not(None))
        .values(blocked_at=None)
        .returning(login.c.id)
    ).one_or_none()
    if freed is None:
        return False
    connection.execute(
        update(open_task)
        .where(open_task.c.login_id == login_id, open_task.c.held_seconds.is_not(None))
        .values(expires_at=_goes_on(now), held_seconds=None)
    )
    return True


def unblock_all(connection: Connection, *, campaign_id: int, now: datetime) -> None:
    """Lift every block of a campaign in one statement, however many logins it has.

    Args:
        connection: The caller's transaction.
        campaign_id: Which campaign.
        now: The instant.
    """
    freed = (
        update(login)
        .where(login.c.campaign_id == campaign_id, login.c.blocked_at.is_not(None))
        .values(blocked_at=None)
        .returning(login.c.id)
        .cte("freed")
    )
    connection.execute(
        update(open_task)
        .where(open_task.c.login_id == freed.c.id, open_task.c.held_seconds.is_not(None))
        .values(expires_at=_goes_on(now), held_seconds=None)
        .add_cte(freed)
    )


def _deadline_passed(connection: Connection, login_id: int, now: datetime) -> bool:
    """Tell whether a login's deadline has passed, and keep it and its kind till the commit.

    A customer outside every campaign has no deadline: blocking it is the caller's own decision.
    """
    deadline_at = connection.scalar(
        select(campaign.c.deadline_at)
        .where(
            campaign.c.id
            == select(login.c.campaign_id).where(login.c.id == login_id).scalar_subquery()
        )
        .with_for_update(read=True)
    )
    row = connection.execute(
        select(login.c.kind, login.c.legacy_until)
        .where(login.c.id == login_id)
        .with_for_update(key_share=True)
    ).one()
    own = own_deadline(
        row.kind, legacy_until=row.legacy_until, campaign_deadline_at=deadline_at or now
    )
    return own is not None and own <= now


def _goes_on(now: datetime) -> object:
    """Give a held task's new expiry: now and what it had left."""
    return literal(now) + cast(
        func.make_interval(0, 0, 0, 0, 0, 0, open_task.c.held_seconds), Interval
    )
