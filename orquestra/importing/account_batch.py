"""One batch of accounts, from the staging table into `login`, by sets."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from orquestra.importing.account_lines import AccountRow
from orquestra.importing.faults import WARNING, Fault, shown
from orquestra.importing.staging import Loaded, copy_rows

_STAGED = (
    "line",
    "login",
    "name",
    "email",
    "cpf",
    "cnpj",
    "password_hash",
    "password_format",
    "language",
    "active",
    "created_at",
    "look",
    "digest",
)

_PREPARE = (
    """
    CREATE TEMPORARY TABLE account_line (
        line bigint, login text, name text, email text, cpf text, cnpj text, password_hash text,
        password_format text, language text, active boolean, created_at timestamptz,
        look text, digest text
    )
    """,
    # Which line of this run's file brought a login first; batches before this one are in it too.
    """
    CREATE TEMPORARY TABLE account_seen (
        login text PRIMARY KEY, look text, digest text, line bigint
    )
    """,
    "CREATE INDEX ON account_seen (look)",
)

_SEE = text("""
    INSERT INTO account_seen (login, look, digest, line)
    SELECT DISTINCT ON (login) login, look, digest, line FROM account_line ORDER BY login, line
    ON CONFLICT (login) DO NOTHING
""")

_CONTRADICTED = text("""
    SELECT staged.line, staged.login, seen.line AS first_line
    FROM account_line staged JOIN account_seen seen USING (login)
    WHERE seen.line <> staged.line AND seen.digest <> staged.digest
""")

_LOOK_ALIKE = text("""
    SELECT staged.line, staged.login, earlier.line AS first_line
    FROM account_line staged
    JOIN account_seen own ON own.login = staged.login AND own.line = staged.line
    CROSS JOIN LATERAL (
        SELECT min(line) AS line FROM account_seen
        WHERE look = staged.look AND login <> staged.login AND line < staged.line
    ) earlier
    WHERE earlier.line IS NOT NULL
""")

# A file without a hash leaves the one that is there. Whatever has begun to be linked is out of
# reach: its password is gone for good and its holder is known.
_UPSERT = text("""
    INSERT INTO orquestra.login AS old (
        login, name, email, cpf, cnpj, password_hash, password_format, language, active,
        created_at, imported_at
    )
    SELECT login, name, email, cpf, cnpj, password_hash, password_format, language, active,
           created_at, :now
    FROM account_line JOIN account_seen USING (login, line)
    ORDER BY login
    ON CONFLICT (login) DO UPDATE SET
        name = excluded.name, email = excluded.email, cpf = excluded.cpf, cnpj = excluded.cnpj,
        password_hash = coalesce(excluded.password_hash, old.password_hash),
        password_format = coalesce(excluded.password_format, old.password_format),
        language = excluded.language, active = excluded.active,
        created_at = excluded.created_at, imported_at = excluded.imported_at
    WHERE old.state = 'legacy'
      AND (old.name, old.email, old.cpf, old.cnpj, old.language, old.active, old.created_at,
           old.password_hash, old.password_format)
          IS DISTINCT FROM
          (excluded.name, excluded.email, excluded.cpf, excluded.cnpj, excluded.language,
           excluded.active, excluded.created_at,
           coalesce(excluded.password_hash, old.password_hash),
           coalesce(excluded.password_format, old.password_format))
""")


def prepare(connection: Connection) -> None:
    """Make the run's temporary tables; they go with its connection."""
    for statement in _PREPARE:
        connection.execute(text(statement))


def load(connection: Connection, rows: Sequence[AccountRow], *, now: datetime) -> Loaded:
    """Bring a batch in; doing it again changes nothing.

    Args:
        connection: The run's connection, in the batch's transaction.
        rows: Sound lines.
        now: The import's instant.

    Returns:
        What became of them.
    """
    copy_rows(connection, table="account_line", columns=_STAGED, rows=rows)
    connection.execute(_SEE)
    faults = [
        Fault(
            row.line,
            "login",
            shown("login", row.login),
            f"login repetido: já está na linha {row.first_line}, com outro conteúdo",
        )
        for row in connection.execute(_CONTRADICTED)
    ]
    accepted = connection.execute(_UPSERT, {"now": now}).rowcount
    unchanged = len(rows) - accepted - len(faults)
    return Loaded(accepted, unchanged, faults + _look_alikes(connection))


def _look_alikes(connection: Connection) -> list[Fault]:
    """Point out logins that people will mistake for one another."""
    return [
        Fault(
            row.line,
            "login",
            shown("login", row.login),
            f"{WARNING}difere só em maiúsculas ou espaços do login da linha {row.first_line}",
            warning=True,
        )
        for row in connection.execute(_LOOK_ALIKE)
    ]
