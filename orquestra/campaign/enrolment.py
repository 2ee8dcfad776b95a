"""Which logins a campaign still has to take in."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select, update

from orquestra.campaign.campaigns import load
from orquestra.campaign.own_deadline import NOT_ENROLLED
from orquestra.store.tables import login

_PAGE = 5_000


def logins_to_enrol(connection: Connection, campaign_id: int) -> Iterator[int]:
    """Walk over the active legacy logins of customers that no campaign has taken in yet.

    Programs, the body's own people and foreign customers without CPF stay out; `NOT_ENROLLED`
    holds why.

    Reads page by page along the primary key, so that the caller may commit what it has between
    two of them, and a run that was broken off goes on where it stopped.

    Args:
        connection: The caller's connection.
        campaign_id: The campaign that will take them.

    Yields:
        The logins' numbers, ascending.

    Raises:
        CampaignNotFound: There is no such campaign.
    """
    load(connection, campaign_id)
    last = 0
    while True:
        page = connection.scalars(
            select(login.c.id)
            .where(
                login.c.id > last,
                login.c.campaign_id.is_(None),
                login.c.state == "legacy",
                login.c.active,
                login.c.kind.not_in(NOT_ENROLLED),
            )
            .order_by(login.c.id)
            .limit(_PAGE)
        ).all()
        if not page:
            return
        yield from page
        last = page[-1]


def mark_enrolled(connection: Connection, *, campaign_id: int, login_ids: Sequence[int]) -> int:
    """Write down that a campaign has taken logins in, in the transaction that starts their road.

    Args:
        connection: The caller's transaction.
        campaign_id: Which campaign.
        login_ids: Which logins.

    Returns:
        How many were new to a campaign.
    """
    return connection.execute(
        update(login)
        .where(login.c.id.in_(login_ids), login.c.campaign_id.is_(None))
        .values(campaign_id=campaign_id)
    ).rowcount
