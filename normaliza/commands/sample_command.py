"""`normaliza sample DIR --accounts N --seed S`, with `--traps` for everything an old base hides."""

from pathlib import Path

import click

from normaliza.commands import current_settings
from normaliza.wiring.database import choose_clock
from orquestra.sample import write_sample
from orquestra.sample.traps import LEAST, write_traps


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
@click.option(
    "--traps", is_flag=True, help="Put in every trap of an old base; expected.json counts them."
)
@click.option(
    "--encoding",
    type=click.Choice(("utf-8", "windows-1252")),
    default="utf-8",
    show_default=True,
    help="With --traps: Windows-1252 has semicolons and dd/mm/aaaa.",
)
def command(
    directory: Path,
    accounts: int,
    seed: int,
    processes_per_account: int,
    encoding: str,
    *,
    traps: bool,
) -> None:
    """Make accounts.csv, processes.csv and people.json of a made-up base in DIRECTORY."""
    if encoding != "utf-8" and not traps:
        raise click.UsageError("--encoding is for a base with --traps.")
    today = choose_clock(current_settings()).now().date()
    if traps:
        if accounts < LEAST:
            raise click.UsageError(f"A base with every trap has at least {LEAST} logins.")
        base = write_traps(
            directory,
            accounts=accounts,
            seed=seed,
            today=today,
            processes_per_account=processes_per_account,
            encoding=encoding,
        )
        click.echo(
            f"{base.accounts} logins with every trap, counted in expected.json for the deadline "
            f"{base.deadline_on}; {base.people} people at gov.br; every login's password is "
            f"{base.password}"
        )
        return
    summary = write_sample(
        directory,
        accounts=accounts,
        seed=seed,
        today=today,
        processes_per_account=processes_per_account,
    )
    click.echo(
        f"{summary.accounts} logins, {summary.processes} processes, {summary.tasks} open tasks, "
        f"{summary.people} people at gov.br; every login's password is {summary.password}"
    )
