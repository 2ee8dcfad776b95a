"""What `normaliza up` prints once everything answers, in Portuguese and English."""

import click

from normaliza.running.demo import STAFF, staff_password
from normaliza.settings import Settings
from orquestra.sample import SAMPLE_LOGINS


def greet(settings: Settings) -> None:
    """Print the addresses and the sample logins.

    Args:
        settings: The program's settings.
    """
    lines = [
        "",
        "Normaliza está no ar / is running",
        f"  Portal                      {settings.public_url}/",
        f"  Equipe / staff              {settings.public_url}/equipe/entrar",
    ]
    if settings.uses_simulator:
        lines.append(f"  gov.br (simulado/simulated) {settings.govbr_issuer}simulador")
    password = staff_password(settings.home)
    if settings.development and password is not None:
        lines += ["", "Logins de exemplo / sample logins"]
        lines += [f"  {login} / {secret}" for login, secret in SAMPLE_LOGINS]
        lines.append(f"  equipe, staff: {STAFF} / {password}")
    lines += [
        "",
        f"Registros / logs: {settings.home / 'log'}",
        "Ctrl-C encerra / ends it",
    ]
    click.echo("\n".join(lines))
