"""The temporary tables of a run over processes.csv, and what links them to the base."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from orquestra.importing.file_kind import Row
from orquestra.importing.staging import copy_rows

#: In the order of a row's values.
STAGED = (
    "line",
    "number",
    "code",
    "name",
    "version",
    "area",
    "description",
    "requester",
    "situation",
    "opened_at",
    "closed_at",
    "task",
    "holder",
    "expires_at",
    "key",
    "digest",
    "task_key",
    "task_digest",
)

_COLUMNS = """
    line bigint, number bigint, code text, name text, version text, area text, description text,
    requester text, situation text, opened_at timestamptz, closed_at timestamptz, task text,
    holder text, expires_at timestamptz, key text, digest text, task_key text, task_digest text
"""

_PREPARE = (
    f"CREATE TEMPORARY TABLE process_read ({_COLUMNS})",
    f"""
    CREATE TEMPORARY TABLE process_line ({_COLUMNS},
        requester_id bigint, requester_state text, holder_id bigint, holder_state text,
        held_since timestamptz, process_id bigint, known_requester_id bigint,
        known_situation text, refused boolean NOT NULL DEFAULT false
    )
    """,
    # The lines that brought their process, or their task, first.
    "CREATE TEMPORARY TABLE process_first (line bigint)",
    "CREATE TEMPORARY TABLE task_first (line bigint)",
    # The processes that were written.
    "CREATE TEMPORARY TABLE process_written (id bigint, number bigint)",
)

# Held until the batch commits: a link takes these rows FOR UPDATE, so that it begins before this
# batch or after it, never in between. One order for all keeps two batches from a deadlock.
_HOLD_LOGINS = text("""
    SELECT id FROM orquestra.login
    WHERE login IN (SELECT requester FROM process_read UNION SELECT holder FROM process_read)
    ORDER BY id FOR SHARE
""")

# Each line is looked up in the base's indexes: LIMIT keeps PostgreSQL from joining the other way
# round, where its statistics do not say yet how large the tables have become.
_RESOLVE = text("""
    INSERT INTO process_line
    SELECT staged.*, requester.id, requester.state, holder.id, holder.state, holder.blocked_at,
           known.id, known.login_id, known.situation
    FROM process_read staged
    LEFT JOIN LATERAL (
        SELECT id, state FROM orquestra.login WHERE login = staged.requester LIMIT 1
    ) requester ON true
    LEFT JOIN LATERAL (
        SELECT id, state, blocked_at FROM orquestra.login WHERE login = staged.holder LIMIT 1
    ) holder ON true
    LEFT JOIN LATERAL (
        SELECT id, login_id, situation FROM orquestra.process_record
        WHERE number = staged.number LIMIT 1
    ) known ON true
""")


def prepare(connection: Connection) -> None:
    """Make the run's temporary tables; they go with its connection."""
    for statement in _PREPARE:
        connection.execute(text(statement))


def stage(connection: Connection, rows: Sequence[Row]) -> None:
    """Copy a batch in, find the logins and processes that it names, hold the logins' states.

    Args:
        connection: The run's connection, in the batch's transaction.
        rows: The batch's sound lines.
    """
    connection.execute(text("TRUNCATE process_line, process_first, task_first, process_written"))
    copy_rows(connection, table="process_read", columns=STAGED, rows=rows)
    connection.execute(_HOLD_LOGINS)
    connection.execute(_RESOLVE)
