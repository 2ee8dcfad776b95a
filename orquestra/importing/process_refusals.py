"""Which staged lines of processes.csv the base cannot take, and why.

Each statement marks lines as refused and returns them with the value at fault.
"""

from sqlalchemy import Connection, TextClause, text

from orquestra.importing.faults import Fault, shown

#: Column, reason ("{first_line}" stands for the line that came before), statement.
_Refusal = tuple[str, str, TextClause]

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
        text("""
            UPDATE process_line SET refused = true
            WHERE known_requester_id <> requester_id
            RETURNING line, requester AS value, 0 AS first_line
        """),
    ),
    (
        "situacao",
        "o processo já está concluído na base e não é reaberto",
        text("""
            UPDATE process_line SET refused = true
            WHERE known_situation = 'concluido' AND situation = 'em_andamento' AND NOT refused
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

_SEE_PROCESSES = text("""
    INSERT INTO process_seen (number, digest, line)
    SELECT DISTINCT ON (number) number, digest, line
    FROM process_line WHERE NOT refused ORDER BY number, line
    ON CONFLICT (number) DO NOTHING
""")

_CONTRADICTED_PROCESS: _Refusal = (
    "numero",
    "os dados do processo diferem dos que a linha {first_line} traz",
    text("""
        UPDATE process_line staged SET refused = true
        FROM process_seen seen
        WHERE seen.number = staged.number AND seen.digest <> staged.digest AND NOT staged.refused
        RETURNING staged.line, staged.number::text AS value, seen.line AS first_line
    """),
)

_SEE_TASKS = text("""
    INSERT INTO task_seen (number, task, holder, expires_at, line)
    SELECT DISTINCT ON (number, task, holder) number, task, holder, expires_at, line
    FROM process_line WHERE NOT refused AND task IS NOT NULL ORDER BY number, task, holder, line
    ON CONFLICT (number, task, holder) DO NOTHING
""")

_CONTRADICTED_TASK: _Refusal = (
    "tarefa_expira_em",
    "a mesma tarefa está na linha {first_line} com outro prazo",
    text("""
        UPDATE process_line staged SET refused = true
        FROM task_seen seen
        WHERE seen.number = staged.number AND seen.task = staged.task
          AND seen.holder IS NOT DISTINCT FROM staged.holder
          AND seen.expires_at IS DISTINCT FROM staged.expires_at AND NOT staged.refused
        RETURNING staged.line, coalesce(staged.expires_at::text, '') AS value,
                  seen.line AS first_line
    """),
)


def refuse_lines(connection: Connection) -> list[Fault]:
    """Mark the lines that cannot be taken, those that contradict an earlier line among them.

    Args:
        connection: The run's connection; the staged lines are resolved.

    Returns:
        One fault for each thing that is wrong.
    """
    faults = [fault for each in _AGAINST_BASE for fault in _refuse(connection, each)]
    connection.execute(_SEE_PROCESSES)
    faults += _refuse(connection, _CONTRADICTED_PROCESS)
    connection.execute(_SEE_TASKS)
    return faults + _refuse(connection, _CONTRADICTED_TASK)


def _refuse(connection: Connection, refusal: _Refusal) -> list[Fault]:
    column, reason, statement = refusal
    return [
        Fault(row.line, column, shown(column, row.value), reason.format(first_line=row.first_line))
        for row in connection.execute(statement)
    ]
