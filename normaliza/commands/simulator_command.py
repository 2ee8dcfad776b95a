"""`normaliza simulator`."""

import click

from normaliza.commands import current_settings
from normaliza.logging_setup import log_as_json
from normaliza.wiring.simulator import serve_simulator


@click.command("simulator")
def command() -> None:
    """Stand in for gov.br until told to end; refused in production."""
    settings = current_settings()
    log_as_json("simulator", settings.log_level)
    serve_simulator(settings)
