"""From which networks a login is used: a digest a day, never an address."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from orquestra.campaign.deadline import ZONE_NAME
from orquestra.kinds.classifying import classify
from orquestra.kinds.rules import MANY_NETWORKS
from orquestra.store.tables import login_network


def record_network(
    connection: Connection, *, login_id: int, network_digest: str, now: datetime
) -> None:
    """Write down that a login was used from a network today, and judge it anew at the limit.

    Args:
        connection: The caller's transaction.
        login_id: Which login.
        network_digest: A keyed digest of the network, at most 32 characters.
        now: The instant; the day is Brasília's.
    """
    day = now.astimezone(ZoneInfo(ZONE_NAME)).date()
    new = connection.execute(
        upsert(login_network)
        .values(login_id=login_id, day=day, network=network_digest)
        .on_conflict_do_nothing()
    ).rowcount
    if not new:
        return
    networks = connection.execute(
        select(func.count()).where(login_network.c.login_id == login_id, login_network.c.day == day)
    ).scalar_one()
    if networks >= MANY_NETWORKS:
        classify(connection, login_ids=[login_id], now=now)
