"""`normaliza import accounts|processes FILE`."""

from pathlib import Path

import click

from normaliza.commands import current_settings, refusals_in_words
from normaliza.running.importing import import_file

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_REJECTS = click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where refused lines go; FILE.rejects.csv when not given.",
)


@click.group("import")
def command() -> None:
    """Bring legacy accounts and processes in; safe to run twice."""


@command.command("accounts")
@_FILE
@_REJECTS
def accounts(file: Path, rejects: Path | None) -> None:
    """Bring logins in from FILE."""
    _run("accounts", file, rejects)


@command.command("processes")
@_FILE
@_REJECTS
def processes(file: Path, rejects: Path | None) -> None:
    """Bring processes and their open tasks in from FILE; their logins first."""
    _run("processes", file, rejects)


def _run(kind: str, file: Path, rejects: Path | None) -> None:
    """Import, and say how it went."""
    with refusals_in_words():
        report = import_file(current_settings(), kind=kind, path=file, rejects_path=rejects)
    click.echo(
        f"{report.lines} lines: {report.accepted} accepted, {report.unchanged} unchanged, "
        f"{report.rejected} rejected, {report.warnings} warnings; see {report.rejects_path}"
    )
