"""`normaliza worker`."""

import click

from normaliza.commands import current_settings
from normaliza.wiring.worker import run_worker


@click.command("worker")
def command() -> None:
    """Do jobs until told to end; NORMALIZA_WORKERS says how many at a time."""
    run_worker(current_settings())
