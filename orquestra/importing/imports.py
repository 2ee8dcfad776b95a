"""The two imports, by the names that the command line calls."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy

from orquestra.importing import account_batch, account_lines, process_batch, process_lines
from orquestra.importing.loading import BATCH_LINES, FileKind, run_import
from orquestra.importing.reports import ImportReport


def import_accounts(
    database: sqlalchemy.Engine,
    path: Path,
    *,
    rejects_path: Path,
    now: datetime,
    progress: Callable[[int], None],
    batch_lines: int = BATCH_LINES,
) -> ImportReport:
    """Bring legacy logins in; doing it again adds nothing and touches no linked login.

    Args:
        database: The portal's database.
        path: accounts.csv.
        rejects_path: Where the rejects file goes; an earlier one is replaced.
        now: The import's instant.
        progress: Told, after each committed batch, how many lines it had.
        batch_lines: Lines in one transaction.

    Returns:
        The counts.

    Raises:
        UnreadableHeader: The file is not one of accounts; nothing was touched.
    """
    kind = FileKind(
        name="accounts",
        columns=account_lines.COLUMNS,
        parse=account_lines.parse_account,
        prepare=account_batch.prepare,
        load=account_batch.load,
    )
    return run_import(
        kind,
        database,
        path,
        rejects_path=rejects_path,
        now=now,
        progress=progress,
        batch_lines=batch_lines,
    )


def import_processes(
    database: sqlalchemy.Engine,
    path: Path,
    *,
    rejects_path: Path,
    now: datetime,
    progress: Callable[[int], None],
    batch_lines: int = BATCH_LINES,
) -> ImportReport:
    """Bring processes and open tasks in; doing it again adds nothing and reopens nothing.

    Args:
        database: The portal's database, with the logins.
        path: processes.csv.
        rejects_path: Where the rejects file goes; an earlier one is replaced.
        now: The import's instant.
        progress: Told, after each committed batch, how many lines it had.
        batch_lines: Lines in one transaction.

    Returns:
        The counts.

    Raises:
        UnreadableHeader: The file is not one of processes; nothing was touched.
    """
    kind = FileKind(
        name="processes",
        columns=process_lines.COLUMNS,
        parse=process_lines.parse_process,
        prepare=process_batch.prepare,
        load=process_batch.load,
    )
    return run_import(
        kind,
        database,
        path,
        rejects_path=rejects_path,
        now=now,
        progress=progress,
        batch_lines=batch_lines,
    )
