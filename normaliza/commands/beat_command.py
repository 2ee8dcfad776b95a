"""`normaliza beat`."""

import click

from normaliza.commands import current_settings
from normaliza.wiring.beat import run_beat


@click.command("beat")
def command() -> None:
    """Ask for a sweep every second until told to end; two of these do no harm."""
    run_beat(current_settings())
