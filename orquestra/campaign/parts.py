"""What part a login has in the campaign: taken in, to be taken in, or exempt by its kind."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from orquestra.campaign.own_deadline import FOREIGNER, NOT_ENROLLED
from orquestra.errors import LoginNotFound
from orquestra.store.tables import campaign, login


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A login's part in the campaign.

    Args:
        exempt: Whether its kind keeps it out, also out of one that had taken it in before.
        foreign: Whether it is a foreign customer's, who has a day of their own.
        last_day: The last day of the old way; None: there is none.
    """

    exempt: bool
    foreign: bool
    last_day: date | None


def part_of(connection: Connection, login_id: int) -> Part:
    """Say what part a login has in the campaign.

    Args:
        connection: The caller's transaction.
        login_id: Which login.

    Returns:
        Its part.

    Raises:
        LoginNotFound: There is no such login.
    """
    row = connection.execute(
        select(login.c.kind, login.c.legacy_until, campaign.c.deadline_on)
        .outerjoin(campaign, campaign.c.id == login.c.campaign_id)
        .where(login.c.id == login_id)
    ).one_or_none()
    if row is None:
        raise LoginNotFound(f"There is no login {login_id}.")
    exempt, foreign = row.kind in NOT_ENROLLED, row.kind == FOREIGNER
    last_day = row.legacy_until if foreign else None if exempt else row.deadline_on
    return Part(exempt=exempt, foreign=foreign, last_day=last_day)
