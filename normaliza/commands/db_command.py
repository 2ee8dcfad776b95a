"""`normaliza db upgrade`."""

import click

from normaliza.commands import current_settings, refusals_in_words
from normaliza.migrations.running import upgrade as migrate
from normaliza.wiring.database import choose_clock, database_url, open_database
from normaliza.wiring.definitions import deploy_shipped
from normaliza.wiring.runtime import operator_registry


@click.group("db")
def command() -> None:
    """Bring the database to the newest schema."""


@command.command("upgrade")
def upgrade() -> None:
    """Run the migrations that are missing, then deploy the processes that changed."""
    settings = current_settings()
    migrate(database_url(settings))
    database = open_database(settings)
    with refusals_in_words(), database.begin() as connection:
        deployed = deploy_shipped(
            connection,
            operators=operator_registry(settings),
            now=choose_clock(settings).now(),
        )
        for process, version in deployed:
            click.echo(f"{process}: version {version}")
    database.dispose()
