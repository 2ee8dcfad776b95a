"""The two imports, by the names that the command line calls."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import sqlalchemy

from orquestra.importing.account_file import AccountFile
from orquestra.importing.loading import BATCH_LINES, Manner, run_import
from orquestra.importing.options import ImportOptions
from orquestra.importing.process_file import ProcessFile
from orquestra.importing.reports import ImportReport
from orquestra.passwords import CHEAP

#: Lines of accounts.csv in one transaction: each may cost a hash, and a kill loses a batch's.
ACCOUNT_LINES = 500


def import_accounts(
    database: sqlalchemy.Engine,
    path: Path,
    *,
    rejects_path: Path,
    now: datetime,
    progress: Callable[[int], None],
    options: ImportOptions,
    batch_lines: int = ACCOUNT_LINES,
    encoding: str | None = None,
    dry_run: bool = False,
    restart: bool = False,
) -> ImportReport:
    """Bring legacy logins in; doing it again adds nothing and touches no linked login.

    Args:
        database: The portal's database.
        path: accounts.csv.
        rejects_path: Where the rejects file goes; an earlier one is replaced.
        now: The import's instant.
        progress: Told, after each committed batch, how many lines it had.
        options: What the body decides about passwords.
        batch_lines: Lines in one transaction.
        encoding: One of `encodings.ENCODINGS`, where the file's bytes are not to decide.
        dry_run: Take everything back at the end; report and rejects are real.
        restart: Begin anew where a run over the same file was broken off.

    Returns:
        The counts.

    Raises:
        UnreadableHeader: The file is not one of accounts; nothing was touched.
    """
    manner = Manner(
        now=now,
        progress=progress,
        batch_lines=batch_lines,
        encoding=encoding,
        dry_run=dry_run,
        restart=restart,
    )
    # What is taken back need not be protected.
    kind = AccountFile(replace(options, profile=CHEAP) if dry_run else options)
    return run_import(kind, database, path, rejects_path=rejects_path, manner=manner)


def import_processes(
    database: sqlalchemy.Engine,
    path: Path,
    *,
    rejects_path: Path,
    now: datetime,
    progress: Callable[[int], None],
    batch_lines: int = BATCH_LINES,
    encoding: str | None = None,
    dry_run: bool = False,
    restart: bool = False,
    complete: bool = False,
) -> ImportReport:
    """Bring processes and open tasks in; doing it again adds nothing and reopens nothing.

    Args:
        database: The portal's database, with the logins.
        path: processes.csv.
        rejects_path: Where the rejects file goes; an earlier one is replaced.
        now: The import's instant.
        progress: Told, after each committed batch, how many lines it had.
        batch_lines: Lines in one transaction.
        encoding: One of `encodings.ENCODINGS`, where the file's bytes are not to decide.
        dry_run: Take everything back at the end; report and rejects are real.
        restart: Begin anew where a run over the same file was broken off.
        complete: Close the open tasks of legacy logins that the file does not have.

    Returns:
        The counts.

    Raises:
        UnreadableHeader: The file is not one of processes; nothing was touched.
    """
    manner = Manner(
        now=now,
        progress=progress,
        batch_lines=batch_lines,
        encoding=encoding,
        dry_run=dry_run,
        restart=restart,
    )
    kind = ProcessFile(complete=complete)
    return run_import(kind, database, path, rejects_path=rejects_path, manner=manner)
