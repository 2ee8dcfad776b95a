"""Tasks that a later, complete file no longer has: the old portal has concluded them meanwhile.

A line that could not be taken may have been about one of them. So nothing is closed in a process
that a rejected line names, and nothing at all when a rejected line does not even tell its process.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

#: The key in `import_seen` of a rejected line whose process cannot be read.
_UNKNOWN = "?"

_NOTE = text("""
    INSERT INTO orquestra.import_seen (file_id, what, key, digest, line)
    SELECT :file, 'unsound', key, '', 0
    FROM (
        SELECT DISTINCT unnest(CAST(:numbers AS text[])) AS key
        UNION SELECT key FROM process_line WHERE refused
    ) subject
    ON CONFLICT DO NOTHING
""")

_UNREADABLE = text("""
    SELECT count(*) FROM orquestra.import_seen
    WHERE file_id = :file AND what = 'unsound' AND key = :unknown
""")

# `process_lines.task_key` names a task in the same way.
_VANISHED = """
    FROM orquestra.open_task task
    JOIN orquestra.process_record process ON process.id = task.process_id
    JOIN orquestra.login requester ON requester.id = process.login_id
    LEFT JOIN orquestra.login holder ON holder.id = task.login_id
    WHERE task.concluded_at IS NULL AND task.owner_person_id IS NULL
      AND requester.state = 'legacy' AND coalesce(holder.state, 'legacy') = 'legacy'
      AND NOT EXISTS (
        SELECT FROM orquestra.import_seen seen
        WHERE seen.file_id = :file AND seen.what = 'task' AND seen.key = md5(
            process.number || chr(31) || task.name || chr(31) || coalesce(holder.login, '')
        )
      )
"""

_NAMED_BY_UNSOUND = """EXISTS (
        SELECT FROM orquestra.import_seen seen
        WHERE seen.file_id = :file AND seen.what = 'unsound' AND seen.key = process.number::text
    )"""

_HOLD_LOGINS = text(f"""
    SELECT id FROM orquestra.login WHERE id IN (
        SELECT process.login_id {_VANISHED} UNION SELECT task.login_id {_VANISHED}
    ) ORDER BY id FOR SHARE
""")

_LEFT = text(f"SELECT count(*) {_VANISHED} AND {_NAMED_BY_UNSOUND}")

_CLOSE = text(f"""
    UPDATE orquestra.open_task closed SET concluded_at = :now, concluded_by = 'import'
    WHERE closed.id IN (SELECT task.id {_VANISHED} AND NOT {_NAMED_BY_UNSOUND})
""")


def note_unsound(connection: Connection, *, file_id: int, numbers: Sequence[str]) -> None:
    """Remember which processes the rejected lines of a batch are about.

    Args:
        connection: The run's connection; the batch is staged, and what cannot be taken refused.
        file_id: The run's row in `import_file`.
        numbers: Of the lines that were not staged; "" where the number cannot be read.
    """
    named = [number or _UNKNOWN for number in numbers]
    connection.execute(_NOTE, {"file": file_id, "numbers": named})


def close_vanished(connection: Connection, *, file_id: int, now: datetime) -> dict[str, Any]:
    """Close the open tasks of legacy logins that a complete file does not have.

    Args:
        connection: The run's connection, in the finishing transaction.
        file_id: The run's row in `import_file`.
        now: The import's instant.

    Returns:
        For the report: how many were closed, how many were left because of rejected lines, and
        whether an unreadable line forbade it altogether.
    """
    file = {"file": file_id}
    if connection.execute(_UNREADABLE, file | {"unknown": _UNKNOWN}).scalar_one():
        left = connection.execute(text(f"SELECT count(*) {_VANISHED}"), file).scalar_one()
        return {"closed": 0, "left": left, "unreadable_lines": True}
    connection.execute(_HOLD_LOGINS, file)
    left = connection.execute(_LEFT, file).scalar_one()
    closed = connection.execute(_CLOSE, file | {"now": now}).rowcount
    return {"closed": closed, "left": left, "unreadable_lines": False}
