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

    def accounts(self, *lines: str | bytes) -> ImportReport:
        """Import these lines as accounts.csv."""
        return self._run(partial(import_accounts, options=self.options), ACCOUNTS, lines)

    def processes(self, *lines: str | bytes) -> ImportReport:
        """Import these lines as processes.csv."""
        return self._run(import_processes, PROCESSES, lines)

    def rejects(self) -> list[tuple[int, str, str, str]]:
        """Read the last import's rejects: line, column, value, reason."""
        with (self.folder / "rejects.csv").open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        assert header == ["linha", "coluna", "valor", "motivo"]
        return [(int(line), column, value, reason) for line, column, value, reason in rows]

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
            # Foreign keys aside, no order matters.
            connection.execute(sqlalchemy.text("SET LOCAL session_replication_role = replica"))
            for table in metadata.tables.values():
                connection.execute(table.delete())

    def _run(
        self, importer: Callable[..., ImportReport], header: str, lines: Sequence[str | bytes]
    ) -> ImportReport:
        path = self.folder / "file.csv"
        encoded = [line if isinstance(line, bytes) else line.encode() for line in lines]
        path.write_bytes(b"\n".join([header.encode(), *encoded, b""]))
        report = importer(
            self.database,
            path,
            rejects_path=self.folder / "rejects.csv",
            now=self.now,
            progress=self.progress,
            batch_lines=self.batch_lines,
        )
        assert report.lines == report.accepted + report.unchanged + report.rejected
        return report


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
