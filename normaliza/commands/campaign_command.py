"""`normaliza campaign open|enrol|show|postpone`."""

from datetime import date, datetime

import click

from normaliza.commands import current_settings, refusals_in_words
from normaliza.running import campaigns, enrolment
from orquestra.campaign import Campaign
from orquestra.errors import CampaignNotFound

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("campaign")
def command() -> None:
    """Open, show and postpone the normalization campaign; enrol late logins."""


@command.command("open")
@click.option("--name", required=True, help="A name that no other campaign has.")
@click.option("--deadline", type=_DAY, required=True, help="The last day of the old way.")
@click.option(
    "--reminder",
    "reminders",
    multiple=True,
    default=campaigns.REMINDERS,
    show_default=True,
    help="ISO 8601 duration before the deadline; may be given again.",
)
def open_campaign(name: str, deadline: datetime, reminders: tuple[str, ...]) -> None:
    """Open a campaign now and enrol every active legacy login."""
    with refusals_in_words():
        opened, enrolled = campaigns.open_and_enrol(
            current_settings(), name=name, deadline_on=deadline.date(), reminders=reminders
        )
    _show(opened)
    click.echo(f"Logins enrolled: {enrolled}")


@command.command("enrol")
def enrol() -> None:
    """Enrol the logins that came after the opening; an import of accounts does so by itself."""
    with refusals_in_words():
        enrolled = enrolment.enrol_late(current_settings())
        if enrolled is None:
            raise CampaignNotFound("No campaign is open; `normaliza campaign open` opens one.")
    click.echo(f"Logins enrolled: {enrolled}")


@command.command("show")
def show() -> None:
    """Show the campaign that holds now and how far it is."""
    with refusals_in_words():
        progress = campaigns.progress(current_settings())
    if progress is None:
        click.echo("No campaign is open. Open one with `normaliza campaign open`.")
        return
    _show(progress.campaign)
    for state, logins in progress.logins.items():
        click.echo(f"Logins {state}: {logins}")
    click.echo(f"Logins blocked: {progress.blocked}")


@command.command("postpone")
@click.option("--deadline", type=_DAY, required=True, help="The new last day.")
@click.option("--reason", required=True, help="Why; kept on record.")
@click.option("--actor", required=True, help="Who decided it; kept on record.")
def postpone(deadline: datetime, reason: str, actor: str) -> None:
    """Move the deadline; what the old one had blocked opens again."""
    with refusals_in_words():
        old, new = campaigns.postpone(
            current_settings(), new_deadline_on=deadline.date(), reason=reason, actor=actor
        )
    click.echo(f"{new.name}: {_day(old.deadline_on)} -> {_day(new.deadline_on)}")


def _show(campaign: Campaign) -> None:
    """Print a campaign."""
    click.echo(f"{campaign.name}: until the end of {_day(campaign.deadline_on)} in Brasília")
    click.echo(f"Reminders before it: {', '.join(campaign.reminders) or 'none'}")


def _day(day: date) -> str:
    """A day as it is typed here."""
    return day.isoformat()
