"""What a run over a file needs to know of its kind: accounts or processes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

import sqlalchemy

from orquestra.importing.cells import Cells
from orquestra.importing.faults import Fault

#: The values of a sound line, in the order of the staging table's columns, its number first.
Row: TypeAlias = tuple[object, ...]


@dataclass(slots=True)
class Loaded:
    """What became of one batch's sound lines.

    Args:
        accepted: Lines that wrote something.
        unchanged: Lines that had nothing to write.
        faults: Of the others, and warnings.
        password_formats: Lines with a password, by its format.
    """

    accepted: int
    unchanged: int
    faults: list[Fault] = field(default_factory=list)
    password_formats: Counter[str] = field(default_factory=Counter)


class FileKind(Protocol):
    """One kind of file, for one run."""

    @property
    def name(self) -> str:
        """Say "accounts" or "processes"."""

    @property
    def required(self) -> tuple[str, ...]:
        """Name the columns that must be there."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Name all that may be there."""

    def parse(self, cells: Cells) -> Row:
        """Read a line; whether it is sound, the cells then know."""

    def subject(self, cells: Cells) -> str:
        """Say what a line that cannot be taken is about, "" when even that cannot be read."""

    def prepare(
        self, connection: sqlalchemy.Connection, *, file_id: int, columns: Sequence[str]
    ) -> None:
        """Make the run's temporary tables; they go with its connection.

        Args:
            connection: The run's own.
            file_id: The run's row in `import_file`.
            columns: Those that the file has.
        """

    def load(
        self,
        connection: sqlalchemy.Connection,
        rows: Sequence[Row],
        *,
        unsound: Sequence[str],
        now: datetime,
    ) -> Loaded:
        """Bring a batch in; doing it again changes nothing.

        Args:
            connection: The run's connection, in the batch's transaction.
            rows: Sound lines.
            unsound: The subjects of the others.
            now: The import's instant.

        Returns:
            What became of them.
        """

    def finish(self, connection: sqlalchemy.Connection, *, now: datetime) -> dict[str, Any]:
        """Do what only the whole file allows.

        Args:
            connection: The run's connection, in the finishing transaction.
            now: The import's instant.

        Returns:
            What the report tells of it, as JSON.
        """
