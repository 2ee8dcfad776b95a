"""What a staged batch of processes and open tasks writes.

What belongs to a login that is being linked or is linked is left as it stands: its processes have
been counted, moved, and have another owner.
"""

from sqlalchemy import Connection, text

_INSERT = """
    WITH written AS (
        INSERT INTO orquestra.process_record AS old (
            number, code, name, version, area, description, login_id, situation, opened_at,
            closed_at
        )
        SELECT number, code, name, version, area, description, requester_id, situation,
               opened_at, closed_at
        FROM process_first JOIN process_line USING (line)
        WHERE NOT refused AND requester_state = 'legacy' AND process_id {known}
        ORDER BY number
        {conflict}
        RETURNING id, number
    )
    INSERT INTO process_written SELECT id, number FROM written
"""

# Nobody but an import brings processes, and no two imports run at once: a process that the base
# did not have a moment ago is inserted without looking again.
_INSERT_PROCESSES = text(_INSERT.format(known="IS NULL", conflict=""))

_UPDATE_PROCESSES = text(
    _INSERT.format(
        known="IS NOT NULL",
        conflict="""
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
                   excluded.description, excluded.situation, excluded.opened_at,
                   excluded.closed_at)
        """,
    )
)

# The old portal concluded the process, and with it whatever was still to be done in it.
_CLOSE_TASKS = text("""
    UPDATE orquestra.open_task task SET concluded_by = 'import', concluded_at = (
        SELECT closed_at FROM orquestra.process_record WHERE id = task.process_id
    )
    WHERE process_id = ANY (ARRAY(
        SELECT process_id FROM process_line
        WHERE situation = 'concluido' AND known_situation = 'em_andamento'
          AND NOT refused AND requester_state = 'legacy'
      ))
      AND task.concluded_at IS NULL AND task.owner_person_id IS NULL
      AND NOT EXISTS (
        SELECT FROM orquestra.login WHERE login.id = task.login_id AND login.state <> 'legacy'
      )
""")

# Counts the lines that changed their task alone; those that wrote their process are counted there.
# A task that comes to a blocked login gets what it had left when the login was blocked, as those
# that were there did: its clock stands still.
_UPSERT_TASKS = text("""
    WITH wanted AS MATERIALIZED (
        SELECT written.number IS NOT NULL AND first.line IS NOT NULL AS counted,
               coalesce(staged.process_id, written.id) AS process_id, staged.task,
               staged.holder_id, staged.expires_at,
               CASE WHEN staged.held_since IS NOT NULL THEN
                   ceil(extract(epoch FROM staged.expires_at - staged.held_since))::bigint
               END AS held_seconds
        FROM task_first JOIN process_line staged USING (line)
        LEFT JOIN process_written written USING (number)
        LEFT JOIN process_first first USING (line)
        WHERE NOT staged.refused AND staged.requester_state = 'legacy'
          AND coalesce(staged.holder_state, 'legacy') = 'legacy'
    ), written AS (
        INSERT INTO orquestra.open_task AS old (
            process_id, name, login_id, expires_at, held_seconds
        )
        SELECT process_id, task, holder_id, expires_at, held_seconds
        FROM wanted ORDER BY process_id, task, holder_id
        ON CONFLICT (process_id, name, login_id) DO UPDATE SET expires_at = excluded.expires_at
        WHERE old.concluded_at IS NULL AND old.held_seconds IS NULL
          AND old.owner_person_id IS NULL
          AND old.expires_at IS DISTINCT FROM excluded.expires_at
        RETURNING process_id, name, login_id
    )
    SELECT count(*) FROM wanted JOIN written
      ON written.process_id = wanted.process_id AND written.name = wanted.task
     AND written.login_id IS NOT DISTINCT FROM wanted.holder_id
    WHERE NOT wanted.counted
""")

_TAKEN = text("SELECT count(*) FROM process_line WHERE NOT refused")


def write_batch(connection: Connection) -> tuple[int, int]:
    """Write what the staged lines bring.

    Args:
        connection: The run's connection; the batch is staged, and what cannot be taken refused.

    Returns:
        How many lines changed something, and how many had nothing to change.
    """
    accepted: int = connection.execute(_INSERT_PROCESSES).rowcount
    accepted += connection.execute(_UPDATE_PROCESSES).rowcount
    connection.execute(_CLOSE_TASKS)
    accepted += connection.execute(_UPSERT_TASKS).scalar_one()
    taken: int = connection.execute(_TAKEN).scalar_one()
    return accepted, taken - accepted
