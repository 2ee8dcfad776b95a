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
        deadline_on: The last day on which the old way works; None while there is none.
        blocked: Whether that day is over.
        foreign: Whether it is a foreign customer's own day rather than the campaign's.
    """

    deadline_on: date | None
    blocked: bool
    foreign: bool = False


def legacy_standing(connection: Connection, login: LegacyLogin, now: datetime) -> Standing | None:
    """Say where a legacy login stands now.

    Args:
        connection: The caller's transaction.
        login: The login that is signed in.
        now: The instant.

    Returns:
        Its standing, by the campaign that it is enrolled in or by its own day; None for a login
        that is no customer's, to whom no deadline applies.
    """
    part = campaign.part_of(connection, login.id)
    if part.exempt and not part.foreign:
        return None
    access = work.access_of_login(connection, login_id=login.id, now=now)
    return Standing(
        deadline_on=part.last_day,
        blocked=access is work.Access.BLOCKED,
        foreign=part.foreign,
    )
