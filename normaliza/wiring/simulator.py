"""The simulator of gov.br's process, for machines that cannot reach gov.br."""

from dataclasses import replace
from pathlib import Path

from govbr.simulator.configuration import SimulatorConfig
from govbr.simulator.server import serve
from normaliza.errors import DevelopmentOnly
from normaliza.settings import Settings
from normaliza.wiring.database import choose_clock
from normaliza.wiring.relying_party import CALLBACK


def serve_simulator(
    settings: Settings, *, clients: Path | None = None, people: Path | None = None
) -> None:
    """Run the simulator until it is told to end.

    Args:
        settings: The program's settings.
        clients: A file of more services.
        people: A file of more people, in place of the demo base's.

    Raises:
        DevelopmentOnly: In production, which must never take a stand-in for the real thing.
    """
    config = replace(simulator_config(settings), clients_file=clients)
    serve(replace(config, people_file=people) if people else config)


def simulator_config(settings: Settings) -> SimulatorConfig:
    """Make the simulator know our program, as gov.br would after registration.

    Args:
        settings: The program's settings.

    Returns:
        The simulator's own settings; its time is the program's.

    Raises:
        DevelopmentOnly: In production.
    """
    if not settings.development:
        raise DevelopmentOnly(
            "The simulator of gov.br does not run with NORMALIZA_ENV=production: set GOVBR_ISSUER "
            "and the other settings to the real service."
        )
    people = settings.demo_folder / "people.json"
    return SimulatorConfig(
        host="127.0.0.1",
        port=settings.simulator_port,
        api_port=settings.simulator_api_port,
        issuer=settings.govbr.issuer,
        client_id=settings.govbr.client_id,
        client_secret=settings.govbr.client_secret,
        redirect_uris=(f"{settings.public_url}{CALLBACK}",),
        post_logout_redirect_uris=(f"{settings.public_url}/",),
        home_url=f"{settings.public_url}/",
        data_dir=settings.home / "simulator",
        people_file=people if people.exists() else None,
        clock=choose_clock(settings).now,
    )
