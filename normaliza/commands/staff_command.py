"""`normaliza staff add`."""

import click

from normaliza.commands import current_settings, refusals_in_words
from normaliza.wiring.database import choose_clock, open_database
from orquestra import staff


@click.group("staff")
def command() -> None:
    """Give the body's own people access."""


@command.command("add")
@click.argument("username")
@click.option("--name", required=True, help="How screens greet them.")
@click.password_option(help="Asked for when not given; on the command line others can see it.")
def add(username: str, name: str, password: str) -> None:
    """Add a staff member who decides where the documents leave a doubt."""
    settings = current_settings()
    database = open_database(settings)
    with refusals_in_words(), database.begin() as connection:
        staff.add(
            connection,
            username=username,
            name=name,
            password=password,
            now=choose_clock(settings).now(),
        )
    database.dispose()
    click.echo(f"{username} can come in at {settings.public_url}/equipe/entrar")
