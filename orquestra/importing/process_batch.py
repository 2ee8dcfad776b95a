"""One batch of processes and open tasks, from the staging table into the base, by sets.

What belongs to a login that is being linked or is linked is left as it stands: its processes have
been counted, moved, and have another owner.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from orquestra.importing.process_lines import ProcessRow
from orquestra.importing.process_refusals import refuse_lines
from orquestra.importing.process_staging import STAGED, prepare, resolve
from orquestra.importing.staging import Loaded, copy_rows

__all__ = ["load", "prepare"]

_UPSERT_PROCESSES = text("""
    WITH written AS (
        INSERT INTO orquestra.process_record AS old (
            number, code, name, version, area, description, login_id, situation, opened_at,
            closed_at
        )
        SELECT number, code, name, version, area, description, requester_id, situation,
               opened_at, closed_at
        FROM process_line JOIN process_seen USING (number, line)
        WHERE NOT refused AND requester_state = 'legacy'
        ORDER BY number
        ON CONFLICT (number) DO UPDATE SET
            code = excluded.code, name = excluded.name, version = excluded.version,
            area = excluded.area, description = excluded.description,
            situation = excluded.situation, opened_at = excluded.opened_at,
            closed_at = excluded.closed_at
        WHERE old.owner_person_id IS NULL
          AND (old.code, old.name, old.version, old.area, old.description, old.situation,
               old.opened_at, old.closed_at)
              IS DISTINCT FROM
              (excluded.code, excluded.name, excluded.version, excluded.area,
               excluded.description, excluded.situation, excluded.opened_at, excluded.closed_at)
        RETURNING number
    )
    UPDATE process_line staged SET changed = true
    FROM written JOIN process_seen seen USING (number)
    WHERE staged.line = seen.line
""")

# The old portal concluded the process, and with it whatever was still to be done in it.
_CLOSE_TASKS = text("""
    UPDATE orquestra.open_task task SET concluded_at = process.closed_at, concluded_by = 'import'
    FROM process_line staged JOIN orquestra.process_record process USING (number)
    WHERE staged.changed AND process.situation = 'concluido' AND task.process_id = process.id
      AND task.concluded_at IS NULL AND task.owner_person_id IS NULL
      AND NOT EXISTS (
        SELECT FROM orquestra.login WHERE login.id = task.login_id AND login.state <> 'legacy'
      )
""")

_UPSERT_TASKS = text("""
    WITH written AS (
        INSERT INTO orquestra.open_task AS old (process_id, name, login_id, expires_at)
        SELECT process.id, staged.task, staged.holder_id, staged.expires_at
        FROM process_line staged
        JOIN task_seen seen ON seen.number = staged.number AND seen.line = staged.line
        JOIN orquestra.process_record process ON process.number = staged.number
        WHERE NOT staged.refused AND staged.requester_state = 'legacy'
          AND coalesce(staged.holder_state, 'legacy') = 'legacy'
        ORDER BY process.id, staged.task, staged.holder_id
        ON CONFLICT (process_id, name, login_id) DO UPDATE SET expires_at = excluded.expires_at
        WHERE old.concluded_at IS NULL AND old.held_seconds IS NULL
          AND old.owner_person_id IS NULL
          AND old.expires_at IS DISTINCT FROM excluded.expires_at
        RETURNING process_id, name, login_id
    )
    UPDATE process_line staged SET changed = true
    FROM written
    JOIN orquestra.process_record process ON process.id = written.process_id
    JOIN task_seen seen ON seen.number = process.number AND seen.task = written.name
    WHERE staged.line = seen.line AND staged.holder_id IS NOT DISTINCT FROM written.login_id
""")

_COUNT = text("""
    SELECT count(*) FILTER (WHERE changed AND NOT refused) AS accepted,
           count(*) FILTER (WHERE NOT changed AND NOT refused) AS unchanged
    FROM process_line
""")


def load(connection: Connection, rows: Sequence[ProcessRow], *, now: datetime) -> Loaded:  # noqa: ARG001 - one shape for both kinds
    """Bring a batch in; doing it again changes nothing.

    Args:
        connection: The run's connection, in the batch's transaction.
        rows: Sound lines.
        now: The import's instant, which processes do not keep.

    Returns:
        What became of them.
    """
    copy_rows(connection, table="process_line", columns=STAGED, rows=rows)
    resolve(connection)
    faults = refuse_lines(connection)
    for statement in (_UPSERT_PROCESSES, _CLOSE_TASKS, _UPSERT_TASKS):
        connection.execute(statement)
    counts = connection.execute(_COUNT).one()
    return Loaded(counts.accepted, counts.unchanged, faults)
