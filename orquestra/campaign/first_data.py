"""What a login's normalization process starts with: ids and instants, never personal data."""

from datetime import datetime
from typing import Final

from orquestra.campaign.campaigns import Campaign
from orquestra.campaign.deadline import reminder_offset

#: How many reminders the diagram has timers for.
REMINDERS: Final = 3


def group_of(campaign: Campaign) -> str:
    """Name the group whose timers move together when the deadline moves.

    Args:
        campaign: The campaign.

    Returns:
        The group's key.
    """
    return f"campaign:{campaign.id}"


def first_variables(
    campaign: Campaign | None, *, login_id: int, now: datetime
) -> dict[str, int | str | None]:
    """Give the variables that the diagram's timers and service tasks read.

    Args:
        campaign: The campaign that takes the login in; None: no timer ever fires.
        login_id: The login.
        now: The instant; a reminder that would have been due before it never fires.

    Returns:
        `login_id`, `campaign_id`, `prazo` and `prazo_lembrete_1` … as ISO 8601 instants or null.
    """
    reminders: list[str | None] = []
    if campaign is not None:
        instants = [campaign.deadline_at - reminder_offset(text) for text in campaign.reminders]
        reminders = [instant.isoformat() for instant in instants if instant > now]
    padded = [*reminders, *[None] * REMINDERS][:REMINDERS]
    return {
        "login_id": login_id,
        "campaign_id": campaign.id if campaign else None,
        "prazo": campaign.deadline_at.isoformat() if campaign else None,
        **{f"prazo_lembrete_{number}": due for number, due in enumerate(padded, start=1)},
    }
