"""Campaigns: opened, read, postponed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from orquestra.campaign.blocks import unblock_all
from orquestra.campaign.deadline import end_of_day, reminder_offset
from orquestra.errors import CampaignExists, CampaignNotFound, InvalidDeadline
from orquestra.store.tables import campaign, campaign_deadline_change
from orquestra.text import required


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign.

    Args:
        id: Its number.
        name: Its name.
        opens_at: From when on logins are led to normalizing.
        deadline_on: The last day of the old way, as screens print it.
        deadline_at: The first instant after that day in Brasília.
        reminders: ISO 8601 durations before the deadline, longest first.
    """

    id: int
    name: str
    opens_at: datetime
    deadline_on: date
    deadline_at: datetime
    reminders: tuple[str, ...]


def open_campaign(
    connection: Connection,
    *,
    name: str,
    opens_at: datetime,
    deadline_on: date,
    reminders: Sequence[str],
    now: datetime,
) -> Campaign:
    """Open a campaign; enrolling its logins is the caller's next step.

    Args:
        connection: The caller's transaction.
        name: A name that no other campaign has.
        opens_at: From when on.
        deadline_on: The last day of the old way.
        reminders: ISO 8601 durations before the deadline, in any order.
        now: The instant.

    Returns:
        The campaign.

    Raises:
        InvalidText: The name is empty.
        InvalidDeadline: In the past, or not after the opening.
        InvalidReminder: Not a duration.
        CampaignExists: The name is taken.
    """
    deadline_at = _future(deadline_on, now)
    if deadline_at <= opens_at:
        raise InvalidDeadline("The deadline is not after the opening; choose a later day.")
    row = connection.execute(
        upsert(campaign)
        .values(
            name=required(name, what="campaign name", limit=200),
            opens_at=opens_at,
            deadline_on=deadline_on,
            deadline_at=deadline_at,
            reminders=sorted(set(reminders), key=reminder_offset, reverse=True),
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[campaign.c.name])
        .returning(campaign)
    ).one_or_none()
    if row is None:
        raise CampaignExists("Another campaign has this name; choose another.")
    return _read(row)


def current(connection: Connection, now: datetime) -> Campaign | None:
    """Find the campaign that holds now: the last one opened, also after its deadline.

    Args:
        connection: The caller's transaction.
        now: The instant.

    Returns:
        The campaign, None before the first opening.
    """
    row = connection.execute(
        select(campaign)
        .where(campaign.c.opens_at <= now)
        .order_by(campaign.c.opens_at.desc(), campaign.c.id.desc())
        .limit(1)
    ).one_or_none()
    return _read(row) if row is not None else None


def load(connection: Connection, campaign_id: int) -> Campaign:
    """Read one campaign.

    Args:
        connection: The caller's transaction.
        campaign_id: Which.

    Returns:
        The campaign.

    Raises:
        CampaignNotFound: There is none.
    """
    row = connection.execute(select(campaign).where(campaign.c.id == campaign_id)).one_or_none()
    return _found(row, campaign_id)


def postpone(
    connection: Connection,
    *,
    campaign_id: int,
    new_deadline_on: date,
    reason: str,
    actor: str,
    now: datetime,
) -> tuple[Campaign, Campaign]:
    """Move a deadline, keep its history, and open again what the old one had blocked.

    The campaign's row is locked first, as `block` does, so that a deadline that fires at this
    moment blocks nobody afterwards. The engine's timers are the caller's next step.

    Args:
        connection: The caller's transaction.
        campaign_id: Which.
        new_deadline_on: The new last day, which has not ended yet.
        reason: Why, for the record.
        actor: Who, as in "staff:2".
        now: The instant.

    Returns:
        The campaign before and after.

    Raises:
        CampaignNotFound: There is none.
        InvalidDeadline: In the past, before the opening, or where it stands already.
        InvalidText: No reason is given.
    """
    row = connection.execute(
        select(campaign).where(campaign.c.id == campaign_id).with_for_update(key_share=True)
    ).one_or_none()
    old = _found(row, campaign_id)
    deadline_at = _future(new_deadline_on, now)
    if new_deadline_on == old.deadline_on:
        raise InvalidDeadline(f"The deadline stands at {new_deadline_on.isoformat()} already.")
    if deadline_at <= old.opens_at:
        raise InvalidDeadline("The deadline is not after the opening; choose a later day.")
    connection.execute(
        insert(campaign_deadline_change).values(
            campaign_id=campaign_id,
            old_deadline_on=old.deadline_on,
            new_deadline_on=new_deadline_on,
            reason=required(reason, what="reason", limit=2000),
            actor=actor,
            changed_at=now,
        )
    )
    new = connection.execute(
        update(campaign)
        .where(campaign.c.id == campaign_id)
        .values(deadline_on=new_deadline_on, deadline_at=deadline_at)
        .returning(campaign)
    ).one()
    unblock_all(connection, campaign_id=campaign_id, now=now)
    return old, _read(new)


def _future(deadline_on: date, now: datetime) -> datetime:
    """Give a day's end, unless it has passed."""
    deadline_at = end_of_day(deadline_on)
    if deadline_at <= now:
        raise InvalidDeadline(
            f"The day {deadline_on.isoformat()} has ended; choose a day that has not."
        )
    return deadline_at


def _found(row: Row[Any] | None, campaign_id: int) -> Campaign:
    """Turn a row into a campaign, or say that there is none."""
    if row is None:
        raise CampaignNotFound(f"There is no campaign {campaign_id}.")
    return _read(row)


def _read(row: Row[Any]) -> Campaign:
    """Turn a row into a campaign."""
    return Campaign(
        id=row.id,
        name=row.name,
        opens_at=row.opens_at,
        deadline_on=row.deadline_on,
        deadline_at=row.deadline_at,
        reminders=tuple(row.reminders),
    )
