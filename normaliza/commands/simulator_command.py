"""`normaliza simulator`."""

from pathlib import Path

import click

from normaliza.commands import current_settings
from normaliza.logging_setup import log_as_json
from normaliza.wiring.simulator import serve_simulator

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("simulator")
@click.option(
    "--clients",
    type=_FILE,
    help="JSON list of more services: client_id, client_secret, redirect_uris; if wanted "
    "service_name, home_url, post_logout_redirect_uris, scopes.",
)
@click.option(
    "--people",
    type=_FILE,
    help="JSON list of more people: cpf, name; if wanted email, phone, password, level, "
    "second_factor, companies.",
)
def command(clients: Path | None, people: Path | None) -> None:
    """Stand in for gov.br until told to end; refused in production.

    \b
    Pages and protocol: http://127.0.0.1:8001/ (NORMALIZA_SIMULATOR_PORT), whose slash belongs to
    the issuer. Companies and levels: port 8002 (NORMALIZA_SIMULATOR_API_PORT).
    People, faults, switches, mailbox: http://127.0.0.1:8001/simulador
    The same by JSON: http://127.0.0.1:8001/simulador/openapi.json
    What it remembers: the folder simulator under NORMALIZA_HOME.
    Guide: docs/guias/simulador.md
    """  # noqa: D301 - click keeps the lines after a real backspace as they are
    settings = current_settings()
    log_as_json("simulator", settings.log_level)
    serve_simulator(settings, clients=clients, people=people)
