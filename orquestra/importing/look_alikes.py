"""Logins that people will mistake for one another: they differ only in case or blanks.

The folding is Python's (`account_lines.look`), so the base's logins are folded here as well.
"""

from sqlalchemy import Connection, text

from orquestra.importing.account_lines import look
from orquestra.importing.cells import digest
from orquestra.importing.faults import WARNING, Fault, shown
from orquestra.importing.staging import append_rows

_CREATE = (
    # Without a line: it was in the base when the run began.
    "CREATE TEMPORARY TABLE account_look (key text, look text, line bigint)",
    "CREATE INDEX ON account_look (look)",
)

# A part at a time, so that a base of any size fits.
_LOGINS = text("""
    SELECT login FROM orquestra.login WHERE login > :after ORDER BY login LIMIT 10000
""")

# What a broken run's lines had brought; none where the file is read from its beginning.
_RECALL = text("""
    INSERT INTO account_look (key, look, line)
    SELECT key, look, line FROM orquestra.import_seen WHERE file_id = :file AND what = 'login'
""")

_REMEMBER = text("""
    INSERT INTO account_look (key, look, line)
    SELECT seen.key, seen.look, seen.line
    FROM orquestra.import_seen seen JOIN account_line staged ON staged.key = seen.key
     AND staged.line = seen.line
    WHERE seen.file_id = :file AND seen.what = 'login'
""")

# Where a login is in the base already, whoever brought it was warned.
_FIND = text("""
    SELECT staged.line, staged.login, min(other.line) AS first_line
    FROM account_line staged
    JOIN account_look own ON own.look = staged.look AND own.line = staged.line
    JOIN account_look other ON other.look = staged.look AND other.key <> staged.key
     AND (other.line IS NULL OR other.line < staged.line)
    WHERE other.line IS NOT NULL OR NOT EXISTS (
        SELECT FROM account_look known
        WHERE known.look = staged.look AND known.key = staged.key AND known.line IS NULL
    )
    GROUP BY staged.line, staged.login
""")


class LookAlikes:
    """Finds them, batch by batch.

    Args:
        file_id: The run's row in `import_file`.
    """

    def __init__(self, file_id: int) -> None:
        self._file_id = file_id

    def prepare(self, connection: Connection) -> None:
        """Fold the base's logins into a temporary table, which goes with the connection."""
        for statement in _CREATE:
            connection.execute(text(statement))
        after = ""
        while logins := connection.execute(_LOGINS, {"after": after}).scalars().all():
            append_rows(
                connection,
                table="account_look",
                columns=("key", "look", "line"),
                rows=[(digest(login), digest(look(login)), None) for login in logins],
            )
            after = logins[-1]
        connection.execute(_RECALL, {"file": self._file_id})

    def find(self, connection: Connection) -> list[Fault]:
        """Point out the staged batch's look-alikes, in the base and on earlier lines.

        Args:
            connection: The run's connection; the batch is staged and seen.

        Returns:
            A warning for each.
        """
        connection.execute(_REMEMBER, {"file": self._file_id})
        return [_warning(*row) for row in connection.execute(_FIND)]


def _warning(line: int, login: str, first_line: int | None) -> Fault:
    reason = WARNING + "difere só em maiúsculas ou espaços do login {where}"
    where = "que já está na base" if first_line is None else f"da linha {first_line}"
    group = reason.format(where="que já está na base" if first_line is None else "de outra linha")
    return Fault(
        line, "login", shown("login", login), reason.format(where=where), warning=True, group=group
    )
