"""An import with its progress bar, as the command line and the first start both run it."""

from functools import partial
from pathlib import Path

from tqdm import tqdm

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
    settings: Settings, *, kind: str, path: Path, rejects_path: Path | None
) -> ImportReport:
    """Import one file, showing how far it is.

    Args:
        settings: The program's settings.
        kind: "accounts" or "processes".
        path: The CSV file.
        rejects_path: Where refused lines go; beside the file when None.

    Returns:
        What the importer counted.
    """
    database = open_database(settings)
    bring_in = (
        partial(import_accounts, options=import_options(settings))
        if kind == "accounts"
        else import_processes
    )
    lines = max(_count_lines(path) - 1, 0)
    with tqdm(total=lines, unit=" lines", desc=kind, disable=None) as bar:

        def advance(done: int) -> None:
            bar.update(done)

        report = bring_in(
            database,
            path,
            rejects_path=rejects_path or path.with_suffix(".rejects.csv"),
            now=choose_clock(settings).now(),
            progress=advance,
        )
    database.dispose()
    return report


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


def _count_lines(path: Path) -> int:
    """Count lines a block at a time: the bar's length, not the importer's own count."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
