"""Files to import, written line by line, and what the import says of them."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from orquestra.importing import (
    ImportOptions,
    ImportReport,
    import_accounts,
    import_processes,
)
from orquestra.passwords import CHEAP
from orquestra.store.tables import metadata

ACCOUNTS = "login,nome,email,cpf,cnpj,senha_hash,senha_formato,idioma,ativo,criado_em"
PROCESSES = (
    "numero,codigo,nome,versao,area,descricao,requisitante_login,situacao,aberto_em,"
    "encerrado_em,tarefa,tarefa_responsavel_login,tarefa_expira_em"
)
V3 = "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8fNQmvqpvyTD4ongMNPTLUpE6Scdx66f1OsMERdxlLpA=="


# In one round trip; foreign keys aside, no order matters.
_EMPTY = "SET LOCAL session_replication_role = replica;" + ";".join(
    f"DELETE FROM orquestra.{table.name}" for table in metadata.tables.values()
)


def content(header: str, lines: Sequence[str | bytes]) -> bytes:
    """The bytes of a file."""
    encoded = [line if isinstance(line, bytes) else line.encode() for line in lines]
    return b"\n".join([header.encode(), *encoded, b""])


@dataclass
class Importing:
    """Imports texts into the test's own database."""

    database: sqlalchemy.Engine
    folder: Path
    now: datetime
    batch_lines: int = 3
    options: ImportOptions = field(
        default_factory=lambda: ImportOptions(profile=CHEAP, key=b"k" * 32)
    )
    progress: Callable[[int], None] = lambda _: None
    #: The header of accounts.csv where a test names none.
    header: str = ACCOUNTS

    def accounts(
        self, *lines: str | bytes, header: str | None = None, **ways: object
    ) -> ImportReport:
        """Import these lines as accounts.csv."""
        return self.file("accounts", content(header or self.header, lines), **ways)

    def processes(self, *lines: str | bytes, **ways: object) -> ImportReport:
        """Import these lines as processes.csv."""
        return self.file("processes", content(PROCESSES, lines), **ways)

    def rejects(self) -> list[tuple[int, str, str, str]]:
        """Read the last import's rejects: line, column, value, reason."""
        with (self.folder / "rejects.csv").open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        assert header == ["linha", "coluna", "valor", "motivo"]
        return [(int(line), column, value, reason) for line, column, value, reason in rows]

    def file(self, kind: str, content: bytes, **ways: object) -> ImportReport:
        """Import a file of these bytes, header included."""
        importer = {
            "accounts": partial(import_accounts, options=self.options),
            "processes": import_processes,
        }[kind]
        path = self.folder / "file.csv"
        path.write_bytes(content)
        report = importer(
            self.database,
            path,
            rejects_path=self.folder / "rejects.csv",
            now=self.now,
            progress=self.progress,
            **{"batch_lines": self.batch_lines, **ways},
        )
        assert report.lines == report.accepted + report.unchanged + report.rejected
        return report

    def rows(self, statement: str) -> Sequence[Any]:
        """Ask the database."""
        with self.database.connect() as connection:
            return [tuple(row) for row in connection.execute(sqlalchemy.text(statement))]

    def run(self, statement: str) -> None:
        """Change the database, as other parts of the portal would."""
        with self.database.begin() as connection:
            connection.execute(sqlalchemy.text(statement))

    def empty(self) -> None:
        """Take everything out of the base again."""
        with self.database.begin() as connection:
            connection.execute(sqlalchemy.text(_EMPTY))


@pytest.fixture(scope="session")
def shared_database(new_database: Callable[[], str]) -> Iterator[sqlalchemy.Engine]:
    """A database that the tests of this folder share and leave empty."""
    engine = sqlalchemy.create_engine(new_database())
    yield engine
    engine.dispose()


@pytest.fixture
def importing(
    shared_database: sqlalchemy.Engine, tmp_path: Path, now: datetime
) -> Iterator[Importing]:
    """The importer on an empty base, with batches small enough that a few lines make several."""
    importing = Importing(shared_database, tmp_path, now)
    yield importing
    importing.database = shared_database
    importing.empty()
