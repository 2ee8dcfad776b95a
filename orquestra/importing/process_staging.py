"""The temporary tables of a run over processes.csv, and what links them to the base."""

from sqlalchemy import Connection, text

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
    "digest",
)

_PREPARE = (
    """
    CREATE TEMPORARY TABLE process_line (
        line bigint, number bigint, code text, name text, version text, area text,
        description text, requester text, situation text, opened_at timestamptz,
        closed_at timestamptz, task text, holder text, expires_at timestamptz, digest text,
        requester_id bigint, requester_state text, holder_id bigint, holder_state text,
        process_id bigint, known_requester_id bigint, known_situation text,
        refused boolean NOT NULL DEFAULT false, changed boolean NOT NULL DEFAULT false
    )
    """,
    # Which line of this run's file brought a process or a task first, batches before included.
    "CREATE TEMPORARY TABLE process_seen (number bigint PRIMARY KEY, digest text, line bigint)",
    """
    CREATE TEMPORARY TABLE task_seen (
        number bigint, task text, holder text, expires_at timestamptz, line bigint,
        UNIQUE NULLS NOT DISTINCT (number, task, holder)
    )
    """,
)

# Held until the batch commits: a link takes these rows FOR UPDATE, so that it begins before this
# batch or after it, never in between. One order for all keeps two batches from a deadlock.
_HOLD_LOGINS = text("""
    SELECT id FROM orquestra.login
    WHERE login IN (SELECT requester FROM process_line UNION SELECT holder FROM process_line)
    ORDER BY id FOR SHARE
""")

_RESOLVE = tuple(
    text(statement)
    for statement in (
        """
        UPDATE process_line staged SET requester_id = login.id, requester_state = login.state
        FROM orquestra.login WHERE login.login = staged.requester
        """,
        """
        UPDATE process_line staged SET holder_id = login.id, holder_state = login.state
        FROM orquestra.login WHERE login.login = staged.holder
        """,
        """
        UPDATE process_line staged SET process_id = known.id,
            known_requester_id = known.login_id, known_situation = known.situation
        FROM orquestra.process_record known WHERE known.number = staged.number
        """,
    )
)


def prepare(connection: Connection) -> None:
    """Make the run's temporary tables; they go with its connection."""
    for statement in _PREPARE:
        connection.execute(text(statement))


def resolve(connection: Connection) -> None:
    """Find the logins and processes that the staged lines name, and hold the logins' states."""
    connection.execute(_HOLD_LOGINS)
    for statement in _RESOLVE:
        connection.execute(statement)
