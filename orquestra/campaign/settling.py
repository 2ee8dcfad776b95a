"""What a deadline has done to a login, brought in line after its kind or its own day changed."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from orquestra.campaign.blocks import block, unblock
from orquestra.campaign.deadline import ZONE_NAME
from orquestra.campaign.own_deadline import FOREIGNER, NOT_ENROLLED, own_deadline
from orquestra.store.tables import campaign, login

_BATCH: Final = 500


def settle(connection: Connection, *, login_id: int, now: datetime) -> None:
    """Open a legacy login that no deadline holds any more, or block one that is late.

    Args:
        connection: The caller's transaction, which holds the login's campaign and then the login
            (`hold`), so that neither a postponement nor a block comes in between.
        login_id: Whose kind or day changed.
        now: The instant.
    """
    row = connection.execute(
        select(login.c.kind, login.c.legacy_until, login.c.campaign_id, campaign.c.deadline_at)
        .outerjoin(campaign, campaign.c.id == login.c.campaign_id)
        .where(login.c.id == login_id, login.c.state == "legacy")
    ).one_or_none()
    if row is None or (row.campaign_id is None and row.kind not in NOT_ENROLLED):
        return
    deadline_at = own_deadline(
        row.kind, legacy_until=row.legacy_until, campaign_deadline_at=row.deadline_at
    )
    if deadline_at is not None and deadline_at <= now:
        block(connection, login_id=login_id, now=now)
    else:
        unblock(connection, login_id=login_id, now=now)


def hold(connection: Connection, login_id: int) -> bool:
    """Lock a login for a change of what decides its deadline: the campaign first, as all do.

    Args:
        connection: The caller's transaction.
        login_id: Which login.

    Returns:
        Whether there is such a login.
    """
    connection.execute(
        select(campaign.c.id)
        .where(
            campaign.c.id
            == select(login.c.campaign_id).where(login.c.id == login_id).scalar_subquery()
        )
        .with_for_update(read=True)
    )
    found = connection.execute(
        select(login.c.id).where(login.c.id == login_id).with_for_update(key_share=True)
    ).one_or_none()
    return found is not None


def block_late_foreigners(connection: Connection, *, now: datetime) -> list[int]:
    """Block the foreign customers whose own day is over; a periodic task asks for it.

    From that instant on they may not work whether this has run or not; it stops their tasks'
    clocks.

    Args:
        connection: The caller's transaction.
        now: The instant.

    Returns:
        The logins that were blocked; there may be more than one call takes.
    """
    today = now.astimezone(ZoneInfo(ZONE_NAME)).date()
    late = connection.scalars(
        select(login.c.id)
        .where(
            login.c.kind == FOREIGNER,
            login.c.legacy_until < today,
            login.c.state == "legacy",
            login.c.blocked_at.is_(None),
        )
        .order_by(login.c.id)
        .limit(_BATCH)
    ).all()
    return [login_id for login_id in late if block(connection, login_id=login_id, now=now)]
