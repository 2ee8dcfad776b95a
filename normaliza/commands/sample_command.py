"""`normaliza sample DIR --accounts N --seed S`."""

from pathlib import Path

import click

from normaliza.commands import current_settings
from normaliza.wiring.database import choose_clock
from orquestra.sample import write_sample


@click.command("sample")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--accounts", type=click.IntRange(min=1), required=True, help="How many logins.")
@click.option("--seed", type=int, required=True, help="The same seed makes the same base.")
@click.option(
    "--processes-per-account",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Processes divided by logins.",
)
def command(directory: Path, accounts: int, seed: int, processes_per_account: int) -> None:
    """Make accounts.csv, processes.csv and people.json of a made-up base in DIRECTORY."""
    summary = write_sample(
        directory,
        accounts=accounts,
        seed=seed,
        today=choose_clock(current_settings()).now().date(),
        processes_per_account=processes_per_account,
    )
    click.echo(
        f"{summary.accounts} logins, {summary.processes} processes, {summary.tasks} open tasks, "
        f"{summary.people} people at gov.br; every login's password is {summary.password}"
    )
