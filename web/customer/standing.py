"""Where a legacy login stands: how long it may go on, and what closes then."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from orquestra import campaign, work
from orquestra.logins import LegacyLogin


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the banner of a legacy session says.

    Args:
        deadline_on: The last day on which the old way works; None while no campaign has it.
        blocked: Whether that day is over.
    """

    deadline_on: date | None
    blocked: bool


def legacy_standing(connection: Connection, login: LegacyLogin, now: datetime) -> Standing:
    """Say where a legacy login stands now.

    Args:
        connection: The caller's transaction.
        login: The login that is signed in.
        now: The instant.

    Returns:
        Its standing, by the campaign that it is enrolled in.
    """
    access = work.access_of_login(connection, login_id=login.id, now=now)
    deadline_on = (
        campaign.load(connection, login.campaign_id).deadline_on if login.campaign_id else None
    )
    return Standing(deadline_on=deadline_on, blocked=access is work.Access.BLOCKED)
