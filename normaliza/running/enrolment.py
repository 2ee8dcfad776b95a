"""A campaign takes logins in: at its opening, and those that an import brings later."""

from datetime import datetime
from itertools import islice
from typing import Final

from engine.bulk.starting import NewInstance, start_many
from engine.runtime import Runtime
from normaliza.settings import Settings
from normaliza.wiring.database import choose_clock, open_database
from normaliza.wiring.runtime import build_runtime
from orquestra import campaign as rules
from orquestra import kinds
from orquestra.campaign import Campaign
from orquestra.linking import road_keys

PROCESS: Final = "normalizacao"
#: Instances started in one transaction.
_BATCH: Final = 1_000


def enrol(runtime: Runtime, campaign: Campaign) -> int:
    """Start the process of every login that the campaign has not taken in yet.

    Batches are transactions of their own; a run that was broken off goes on where it stopped.
    Each takes the deadline as it stands then, and a postponement waits for its end: it moves the
    timers that are there.

    Args:
        runtime: The engine.
        campaign: Which.

    Returns:
        How many were taken in.
    """
    enrolled, now = 0, runtime.clock.now()
    with runtime.database.connect() as reading:
        waiting = rules.logins_to_enrol(reading, campaign.id)
        while batch := list(islice(waiting, _BATCH)):
            with runtime.transaction() as connection:
                kinds.hold_campaigns(connection)
                current = rules.load(connection, campaign.id)
                keys = road_keys(connection, batch)
                start_many(
                    runtime,
                    connection,
                    [_start(login_id, key, current, now) for login_id, key in keys.items()],
                    process=PROCESS,
                    group=rules.group_of(current),
                )
                enrolled += rules.mark_enrolled(
                    connection, campaign_id=campaign.id, login_ids=batch
                )
    return enrolled


def enrol_late(settings: Settings) -> int | None:
    """Take the logins into the open campaign that were brought in since it was opened.

    Args:
        settings: The program's settings.

    Returns:
        How many were taken in; None when no campaign is open.
    """
    database = open_database(settings)
    with database.connect() as connection:
        found = rules.current(connection, choose_clock(settings).now())
    database.dispose()
    if found is None:
        return None
    runtime = build_runtime(settings)
    enrolled = enrol(runtime, found)
    runtime.database.dispose()
    return enrolled


def _start(login_id: int, key: str, campaign: Campaign, now: datetime) -> NewInstance:
    """What puts a login on its road; its timers move with the campaign's group."""
    return NewInstance(
        business_key=key, variables=rules.first_variables(campaign, login_id=login_id, now=now)
    )
