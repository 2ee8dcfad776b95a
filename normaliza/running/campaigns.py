"""A campaign as the command line handles it: opened, postponed with its timers, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from engine import reads
from engine.commands import DeliverMessage
from engine.runtime import Runtime
from engine.store import timer_moves
from engine.store.timer_moves import Selection, To
from normaliza.running.enrolment import PROCESS, enrol
from normaliza.settings import Settings
from normaliza.wiring.database import choose_clock, open_database
from normaliza.wiring.definitions import deadline_timers
from normaliza.wiring.runtime import build_runtime
from orquestra import campaign as rules
from orquestra.campaign import Campaign
from orquestra.errors import CampaignNotFound
from orquestra.store.tables import login

REMINDERS = ("P30D", "P7D", "P1D")
POSTPONED = "prazo_prorrogado"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a campaign is.

    Args:
        campaign: Which.
        logins: How many of its logins are in each state.
        blocked: How many its deadline has blocked.
    """

    campaign: Campaign
    logins: dict[str, int]
    blocked: int


def open_and_enrol(
    settings: Settings, *, name: str, deadline_on: date, reminders: Sequence[str]
) -> tuple[Campaign, int]:
    """Open a campaign now and start the process of every active legacy login.

    Where the same campaign is open already, an enrolment that was broken off goes on.

    Args:
        settings: The program's settings.
        name: A name that no other campaign has.
        deadline_on: The last day of the old way.
        reminders: ISO 8601 durations before the deadline.

    Returns:
        The campaign, and how many logins were enrolled.

    Raises:
        OrquestraError: The rules refuse it.
    """
    runtime = build_runtime(settings)
    now = runtime.clock.now()
    with runtime.database.begin() as connection:
        opened = rules.current(connection, now)
        if opened is None or (opened.name, opened.deadline_on) != (name, deadline_on):
            opened = rules.open_campaign(
                connection,
                name=name,
                opens_at=now,
                deadline_on=deadline_on,
                reminders=reminders,
                now=now,
            )
    enrolled = enrol(runtime, opened)
    runtime.database.dispose()
    return opened, enrolled


def postpone(
    settings: Settings, *, new_deadline_on: date, reason: str, actor: str
) -> tuple[Campaign, Campaign]:
    """Move the current campaign's deadline, and with it every timer that hangs on it.

    Rules, history and timers change in one transaction.

    Args:
        settings: The program's settings.
        new_deadline_on: The new last day.
        reason: Why; kept on record.
        actor: Who decided; kept on record.

    Returns:
        The campaign before and after.

    Raises:
        CampaignNotFound: None is open.
        OrquestraError: The rules refuse the day.
    """
    runtime = build_runtime(settings)
    now = runtime.clock.now()
    with runtime.transaction() as connection:
        found = rules.current(connection, now)
        if found is None:
            raise CampaignNotFound("No campaign is open; there is no deadline to postpone.")
        old, new = rules.postpone(
            connection,
            campaign_id=found.id,
            new_deadline_on=new_deadline_on,
            reason=reason,
            actor=actor,
            now=now,
        )
        timer_moves.move(
            connection,
            Selection(
                group_key=rules.group_of(found), elements=deadline_timers(connection, PROCESS)
            ),
            To(by=new.deadline_at - old.deadline_at),
            reason=reason,
            actor=actor,
            now=now,
        )
        _rearm(runtime, connection, new)
    runtime.database.dispose()
    return old, new


def _rearm(runtime: Runtime, connection: Connection, campaign: Campaign) -> None:
    """Tell every login whose deadline has fired about the new one: its timer runs again."""
    for key in reads.keys_waiting_for(
        connection, process=PROCESS, group_key=rules.group_of(campaign), message=POSTPONED
    ):
        message = DeliverMessage(
            name=POSTPONED,
            process=PROCESS,
            business_key=key,
            payload={"prazo": campaign.deadline_at.isoformat()},
            actor="campaign",
        )
        runtime.execute(message, connection=connection)


def progress(settings: Settings) -> Progress | None:
    """Count the current campaign's logins.

    Args:
        settings: The program's settings.

    Returns:
        The counts; None when no campaign is open.
    """
    database = open_database(settings)
    with database.connect() as connection:
        found = rules.current(connection, choose_clock(settings).now())
        counted = _count(connection, found) if found else None
    database.dispose()
    return counted


def _count(connection: Connection, found: Campaign) -> Progress:
    """Count logins by state, and the blocked ones."""
    of_campaign = login.c.campaign_id == found.id
    states = connection.execute(
        select(login.c.state, func.count()).where(of_campaign).group_by(login.c.state)
    )
    blocked = connection.scalar(
        select(func.count()).where(of_campaign, login.c.blocked_at.is_not(None))
    )
    return Progress(
        campaign=found,
        logins=dict(sorted(states.tuples())),
        blocked=blocked or 0,
    )
