"""An import with its progress bar, as the command line and the first start both run it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlalchemy import Engine
from tqdm import tqdm

from normaliza.running.enrolment import enrol_late
from normaliza.settings import Settings
from normaliza.wiring.database import choose_clock, open_database
from orquestra import passwords
from orquestra.importing import (
    ImportOptions,
    ImportReport,
    import_accounts,
    import_processes,
)


def import_file(
    settings: Settings,
    *,
    kind: str,
    path: Path,
    rejects_path: Path | None = None,
    encoding: str | None = None,
    dry_run: bool = False,
    restart: bool = False,
    complete: bool = False,
) -> ImportReport:
    """Import one file, showing how far it is; an open campaign takes in the logins it brought.

    Args:
        settings: The program's settings.
        kind: "accounts" or "processes".
        path: The CSV file.
        rejects_path: Where refused lines go; beside the file when None.
        encoding: The file's, where its bytes are not to decide.
        dry_run: Whether to take everything back at the end.
        restart: Whether to begin anew where a broken run could go on.
        complete: Whether tasks that a file of processes does not have are closed.

    Returns:
        What the importer counted, and as the fact "enrolled" how many an open campaign took in.
    """
    bring_in = partial(
        _importer(settings, kind, complete=complete),
        encoding=encoding,
        dry_run=dry_run,
        restart=restart,
        rejects_path=rejects_path or _rejects_beside(path, dry_run=dry_run),
        now=choose_clock(settings).now(),
    )
    database = open_database(settings)
    try:
        report = _with_bar(bring_in, database, path, description=kind)
    finally:
        database.dispose()
    return report if dry_run or kind != "accounts" else _with_enrolled(settings, report)


def import_options(settings: Settings) -> ImportOptions:
    """What the body decides about passwords.

    Args:
        settings: The program's settings.

    Returns:
        The options of an import of accounts.
    """
    return ImportOptions(
        profile=settings.password_profile,
        key=passwords.seen_key(settings.secret_key),
        adapters=settings.password_adapters,
    )


def _with_enrolled(settings: Settings, report: ImportReport) -> ImportReport:
    """Let an open campaign take in what it has not yet, and add to the report how many."""
    enrolled = enrol_late(settings)
    if enrolled is None:
        return report
    return replace(report, facts={**report.facts, "enrolled": enrolled})


def _importer(settings: Settings, kind: str, *, complete: bool) -> Callable[..., ImportReport]:
    if kind == "accounts":
        return partial(import_accounts, options=import_options(settings))
    return partial(import_processes, complete=complete)


def _rejects_beside(path: Path, *, dry_run: bool) -> Path:
    """Name the rejects file; a dry run leaves alone what a broken run may go on with."""
    return path.with_suffix(".dry-run.rejects.csv" if dry_run else ".rejects.csv")


def _with_bar(
    bring_in: Callable[..., ImportReport], database: Engine, path: Path, *, description: str
) -> ImportReport:
    lines = max(_count_lines(path) - 1, 0)
    with tqdm(total=lines, unit=" lines", desc=description, disable=None) as bar:

        def advance(done: int) -> None:
            bar.update(done)

        return bring_in(database, path, progress=advance)


def _count_lines(path: Path) -> int:
    """Count lines a block at a time: the bar's length, not the importer's own count."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
