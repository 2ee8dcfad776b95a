"""`normaliza import accounts|processes FILE`."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

import click

from normaliza.commands import current_settings, refusals_in_words
from normaliza.running.import_report import report_lines
from normaliza.running.importing import import_file
from orquestra.importing.encodings import ENCODINGS

F = TypeVar("F", bound=Callable[..., Any])


def _shared(function: F) -> F:
    """Give both commands what both understand."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


_OPTIONS = (
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    click.option(
        "--rejects",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Where refused lines go; FILE.rejects.csv when not given.",
    ),
    click.option(
        "--report",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Where the report goes as JSON, besides the screen.",
    ),
    click.option(
        "--encoding",
        type=click.Choice(ENCODINGS),
        help="The file's encoding; its bytes tell when not given.",
    ),
    click.option(
        "--dry-run", is_flag=True, help="Do everything and take it back; the report is real."
    ),
    click.option(
        "--restart", is_flag=True, help="Begin anew where a run over the same file was broken off."
    ),
)


@click.group("import")
def command() -> None:
    """Bring legacy accounts and processes in; safe to run twice.

    A run that was broken off goes on where it stopped when it is given the same file again.
    """


@command.command("accounts")
@_shared
def accounts(file: Path, report: Path | None, **ways: Any) -> None:  # noqa: ANN401 - click's own
    """Bring logins in from FILE."""
    _run("accounts", file, report, **ways)


@command.command("processes")
@_shared
@click.option(
    "--complete",
    is_flag=True,
    help="FILE has every open task: close those of legacy logins that it does not have.",
)
def processes(file: Path, report: Path | None, **ways: Any) -> None:  # noqa: ANN401 - as above
    """Bring processes and their open tasks in from FILE; their logins first."""
    _run("processes", file, report, **ways)


def _run(
    kind: str,
    file: Path,
    report_path: Path | None,
    *,
    rejects: Path | None,
    **ways: Any,  # noqa: ANN401 - as above
) -> None:
    """Import, and say how it went."""
    _keep_apart({"FILE": file, "--rejects": rejects, "--report": report_path})
    with refusals_in_words(), _files_in_words():
        report = import_file(current_settings(), kind=kind, path=file, rejects_path=rejects, **ways)
    for line in report_lines(report):
        click.echo(line)
    if report_path is not None:
        text = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
        with _files_in_words():
            report_path.write_text(text + "\n", encoding="utf-8")


@contextmanager
def _files_in_words() -> Iterator[None]:
    """Say which file cannot be read or written, without a traceback."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            raise
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error


def _keep_apart(named: dict[str, Path | None]) -> None:
    """Refuse to write over the file that is read, or one output over the other.

    Args:
        named: The files, by the words of the command line; None where one is not given.

    Raises:
        click.UsageError: Two of them are one file.
    """
    files = [(word, path) for word, path in named.items() if path is not None]
    for (word, path), (other_word, other) in combinations(files, 2):
        same = path.exists() and other.exists() and path.samefile(other)
        if same or path.resolve() == other.resolve():
            raise click.UsageError(f"{word} and {other_word} are the same file: name another one.")
