"""accounts.csv: legacy logins, brought into `login` batch by batch, by sets."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, text

from orquestra import kinds
from orquestra.importing.account_lines import (
    COLUMNS,
    MORE_COLUMNS,
    REQUIRED,
    STAGED,
    parse_account,
)
from orquestra.importing.account_passwords import FilePassword, columns_of, wrap_new
from orquestra.importing.account_upsert import upsert_statement
from orquestra.importing.cells import Cells
from orquestra.importing.faults import Fault, shown
from orquestra.importing.file_kind import Loaded, Row
from orquestra.importing.look_alikes import LookAlikes
from orquestra.importing.options import ImportOptions
from orquestra.importing.staging import copy_rows

_CREATE = text("""
    CREATE TEMPORARY TABLE account_line (
        line bigint, login text, name text, email text, cpf text, cnpj text, document_text text,
        identification text, auth_kind text, active boolean, locked boolean,
        created_at timestamptz, last_entry_at timestamptz, password_changed_at timestamptz,
        groups jsonb, language text, password_seen text, key text, look text, digest text,
        password_hash text, password_format text, password_salt text, password_source text
    )
""")

_SEE = text("""
    INSERT INTO orquestra.import_seen (file_id, what, key, look, digest, line)
    SELECT DISTINCT ON (key) :file, 'login', key, look, digest, line
    FROM account_line ORDER BY key, line
    ON CONFLICT DO NOTHING
""")

_CONTRADICTED = text("""
    SELECT staged.line, staged.login, seen.line AS first_line
    FROM account_line staged JOIN orquestra.import_seen seen
      ON seen.file_id = :file AND seen.what = 'login' AND seen.key = staged.key
    WHERE seen.line <> staged.line AND seen.digest <> staged.digest
""")


_BROUGHT = text("""
    SELECT id FROM orquestra.login WHERE login IN (SELECT login FROM account_line)
""")


class AccountFile:
    """The kind of file; one object for one run.

    Args:
        options: What the body decides about passwords.
    """

    name = "accounts"
    required = REQUIRED
    columns = COLUMNS + MORE_COLUMNS

    def __init__(self, options: ImportOptions) -> None:
        self._options = options

    def parse(self, cells: Cells) -> Row:
        """Read a line, its own password last; see `FileKind.parse`."""
        row, password = parse_account(cells, options=self._options)
        return (*row, password)

    def subject(self, cells: Cells) -> str:  # noqa: ARG002 - only processes.csv may be complete
        """Say nothing: no login is ever closed for not being in a file."""
        return ""

    def prepare(self, connection: Connection, *, file_id: int, columns: Sequence[str]) -> None:
        """Make the run's temporary tables; see `FileKind.prepare`."""
        self._file = {"file": file_id}
        self._upsert = upsert_statement(columns)
        self._look_alikes = LookAlikes(file_id)
        self._look_alikes.prepare(connection)
        connection.execute(_CREATE)

    def load(
        self,
        connection: Connection,
        rows: Sequence[Row],
        *,
        unsound: Sequence[str],  # noqa: ARG002 - as in `subject`
        now: datetime,
    ) -> Loaded:
        """Bring a batch in; see `FileKind.load`.

        Each login is judged with the batch that brings it: at the end of the run it would be late
        for whoever signs in meanwhile, or after a run that was broken off.
        """
        found = [cast("FilePassword | None", row[-1]) for row in rows]
        wrapped = wrap_new(connection, found, profile=self._options.profile)
        staged = [
            (*row[:-1], *columns_of(password, wrapped))
            for row, password in zip(rows, found, strict=True)
        ]
        copy_rows(connection, table="account_line", columns=STAGED, rows=staged)
        kinds.hold_campaigns(connection)
        connection.execute(_SEE, self._file)
        faults = [_contradiction(*row) for row in connection.execute(_CONTRADICTED, self._file)]
        accepted = connection.execute(self._upsert, self._file | {"now": now}).rowcount
        kinds.classify(connection, login_ids=connection.scalars(_BROUGHT).all(), now=now)
        unchanged = len(rows) - accepted - len(faults)
        formats = Counter(each.legacy.format for each in found if each is not None)
        return Loaded(accepted, unchanged, faults + self._look_alikes.find(connection), formats)

    def finish(self, connection: Connection, *, now: datetime) -> dict[str, Any]:
        """Say of every login what kind of user it is; see `FileKind.finish`."""
        kinds.classify(connection, login_ids=None, now=now)
        return {}


def _contradiction(line: int, login: str, first_line: int) -> Fault:
    reason = "login repetido: já está {where}, com outro conteúdo"
    return Fault(
        line,
        "login",
        shown("login", login),
        reason.format(where=f"na linha {first_line}"),
        group=reason.format(where="noutra linha"),
    )
