"""`normaliza worker`."""

import click

from normaliza.commands import current_settings
from normaliza.wiring.worker import run_worker


@click.command("worker")
@click.option("--interactive", is_flag=True, help="Only do what people wait for at a page.")
def command(*, interactive: bool) -> None:
    """Do jobs until told to end; NORMALIZA_WORKERS says how many at a time."""
    run_worker(current_settings(), interactive=interactive)
