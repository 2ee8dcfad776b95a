"""Which staged lines of processes.csv the base cannot take, and why.

Each statement marks lines as refused and returns them with the value at fault.
"""

from sqlalchemy import Connection, TextClause, text

from orquestra.importing.faults import Fault, shown

#: Column, reason ("{first_line}" stands for the line that came before), statement.
_Refusal = tuple[str, str, TextClause]

# Where an earlier line brought the process, it stands in the base as that line says, and the
# question is whether the two contradict each other, whichever batches they are in.
_SEEN = """EXISTS (
    SELECT FROM orquestra.import_seen seen
    WHERE seen.file_id = :file AND seen.what = 'process' AND seen.key = process_line.key
)"""

_AGAINST_BASE: tuple[_Refusal, ...] = (
    (
        "requisitante_login",
        "login desconhecido: importe antes a conta dele",
        text("""
            UPDATE process_line SET refused = true WHERE requester_id IS NULL
            RETURNING line, requester AS value, 0 AS first_line
        """),
    ),
    (
        "tarefa_responsavel_login",
        "login desconhecido: importe antes a conta dele",
        text("""
            UPDATE process_line SET refused = true WHERE holder IS NOT NULL AND holder_id IS NULL
            RETURNING line, holder AS value, 0 AS first_line
        """),
    ),
    (
        "requisitante_login",
        "o processo já está na base com outro requisitante",
        text(f"""
            UPDATE process_line SET refused = true
            WHERE known_requester_id <> requester_id AND NOT {_SEEN}
            RETURNING line, requester AS value, 0 AS first_line
        """),
    ),
    (
        "situacao",
        "o processo já está concluído na base e não é reaberto",
        text(f"""
            UPDATE process_line SET refused = true
            WHERE known_situation = 'concluido' AND situation = 'em_andamento' AND NOT refused
              AND NOT {_SEEN}
            RETURNING line, situation AS value, 0 AS first_line
        """),
    ),
    (
        "requisitante_login",
        "este login já foi vinculado ao gov.br; um processo novo não entra por ele",
        text("""
            UPDATE process_line SET refused = true
            WHERE process_id IS NULL AND requester_state <> 'legacy' AND NOT refused
            RETURNING line, requester AS value, 0 AS first_line
        """),
    ),
    (
        "tarefa",
        "o requisitante ou o responsável já foi vinculado ao gov.br; uma tarefa nova não entra",
        text("""
            UPDATE process_line staged SET refused = true
            WHERE task IS NOT NULL AND NOT refused
              AND (requester_state <> 'legacy' OR holder_state <> 'legacy')
              AND NOT EXISTS (
                SELECT FROM orquestra.open_task known
                WHERE known.process_id = staged.process_id AND known.name = staged.task
                  AND known.login_id IS NOT DISTINCT FROM staged.holder_id
              )
            RETURNING line, task AS value, 0 AS first_line
        """),
    ),
)

_CONTRADICTED_PROCESS: _Refusal = (
    "numero",
    "os dados do processo diferem dos que a linha {first_line} traz",
    text("""
        UPDATE process_line staged SET refused = true
        WHERE NOT refused AND line NOT IN (SELECT line FROM process_first) AND digest <> (
            SELECT digest FROM orquestra.import_seen
            WHERE file_id = :file AND what = 'process' AND key = staged.key
        )
        RETURNING line, number::text AS value, (
            SELECT seen.line FROM orquestra.import_seen seen
            WHERE file_id = :file AND what = 'process' AND key = staged.key
        ) AS first_line
    """),
)

# A process that the base does not have was brought by no earlier batch: its row cannot be there
# yet, and not having to look is faster.
_SEE_PROCESSES = tuple(
    text(f"""
        WITH first AS (
            INSERT INTO orquestra.import_seen (file_id, what, key, digest, line)
            SELECT DISTINCT ON (number) :file, 'process', key, digest, line
            FROM process_line WHERE NOT refused AND process_id {known}
            ORDER BY number, line
            {conflict}
            RETURNING line
        )
        INSERT INTO process_first SELECT line FROM first
    """)
    for known, conflict in (("IS NULL", ""), ("IS NOT NULL", "ON CONFLICT DO NOTHING"))
)

_CONTRADICTED_TASK: _Refusal = (
    "tarefa_expira_em",
    "a mesma tarefa está na linha {first_line} com outro prazo",
    text("""
        UPDATE process_line staged SET refused = true
        WHERE NOT refused AND task IS NOT NULL AND line NOT IN (SELECT line FROM task_first)
          AND task_digest <> (
            SELECT digest FROM orquestra.import_seen
            WHERE file_id = :file AND what = 'task' AND key = staged.task_key
        )
        RETURNING line, coalesce(expires_at::text, '') AS value, (
            SELECT seen.line FROM orquestra.import_seen seen
            WHERE file_id = :file AND what = 'task' AND key = staged.task_key
        ) AS first_line
    """),
)

_SEE_TASKS = text("""
    WITH first AS (
        INSERT INTO orquestra.import_seen (file_id, what, key, digest, line)
        SELECT DISTINCT ON (task_key) :file, 'task', task_key, task_digest, line
        FROM process_line WHERE NOT refused AND task IS NOT NULL ORDER BY task_key, line
        ON CONFLICT DO NOTHING
        RETURNING line
    )
    INSERT INTO task_first SELECT line FROM first
""")


def refuse_lines(connection: Connection, *, file_id: int) -> list[Fault]:
    """Mark the lines that cannot be taken, those that contradict an earlier line among them.

    Args:
        connection: The run's connection; the lines are staged.
        file_id: The run's row in `import_file`.

    Returns:
        One fault for each thing that is wrong.
    """
    file = {"file": file_id}
    faults = [fault for each in _AGAINST_BASE for fault in _refuse(connection, each, file)]
    for statement in _SEE_PROCESSES:
        connection.execute(statement, file)
    faults += _refuse(connection, _CONTRADICTED_PROCESS, file)
    connection.execute(_SEE_TASKS, file)
    return faults + _refuse(connection, _CONTRADICTED_TASK, file)


def _refuse(connection: Connection, refusal: _Refusal, file: dict[str, int]) -> list[Fault]:
    column, reason, statement = refusal
    return [
        Fault(
            row.line,
            column,
            shown(column, row.value),
            reason.format(first_line=row.first_line),
            group=reason.format(first_line="anterior"),
        )
        for row in connection.execute(statement, file)
    ]
