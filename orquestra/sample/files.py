"""The three files, written line by line so that a base of any size fits."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from orquestra.importing.account_lines import COLUMNS as ACCOUNT_COLUMNS
from orquestra.importing.process_lines import COLUMNS as PROCESS_COLUMNS
from orquestra.importing.process_lines import CONCLUDED, IN_PROGRESS
from orquestra.sample.shapes import Account, Citizen, OpenTask, Process

_NO_TASK = OpenTask(name="")


@contextmanager
def csv_file(path: Path, columns: Sequence[str]) -> Iterator[Callable[[Sequence[object]], object]]:
    """Begin a CSV file and give the function that appends a row."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        yield writer.writerow


@contextmanager
def accounts_file(path: Path) -> Iterator[Callable[[Account, tuple[str, str]], None]]:
    """Begin accounts.csv and give the function that appends a login with its hash and format."""
    with csv_file(path, ACCOUNT_COLUMNS) as write:

        def append(account: Account, password: tuple[str, str]) -> None:
            write(
                (
                    account.login,
                    account.name,
                    account.email,
                    account.cpf,
                    account.cnpj,
                    *password,
                    account.language,
                    "true" if account.active else "false",
                    account.created_on.isoformat(),
                )
            )

        yield append


@contextmanager
def processes_file(path: Path) -> Iterator[Callable[[Process], None]]:
    """Begin processes.csv and give the function that appends a process, a line for each task."""
    with csv_file(path, PROCESS_COLUMNS) as write:

        def append(process: Process) -> None:
            closed_at = process.closed_at
            header = (
                process.number,
                process.code,
                process.name,
                process.version,
                process.area,
                process.description,
                process.requester,
                CONCLUDED if closed_at else IN_PROGRESS,
                process.opened_at.isoformat(),
                closed_at.isoformat() if closed_at else "",
            )
            for task in process.tasks or (_NO_TASK,):
                write((*header, task.name, task.holder, task.expires_on or ""))

        yield append


@contextmanager
def people_file(path: Path) -> Iterator[Callable[[Citizen, str], None]]:
    """Begin people.json and give the function that appends a person with the password."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write("[")
        entries = _JsonEntries(stream)

        def append(citizen: Citizen, password: str) -> None:
            entries.append(_entry(citizen, password))

        yield append
        stream.write("\n]\n")


class _JsonEntries:
    """Appends to a JSON list without holding it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._separator = "\n"

    def append(self, entry: dict[str, Any]) -> None:
        self._stream.write(self._separator + json.dumps(entry, ensure_ascii=False))
        self._separator = ",\n"


def _entry(citizen: Citizen, password: str) -> dict[str, Any]:
    return {
        "cpf": citizen.cpf,
        "name": citizen.name,
        "email": citizen.email,
        "phone": citizen.phone,
        "password": password,
        "companies": [
            {"cnpj": tie.cnpj, "name": tie.name, "role": tie.role} for tie in citizen.ties
        ],
    }
