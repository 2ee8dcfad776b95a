"""The numbers of what the last import could not take, as its own report counted it."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Integer, Row, Select, String, and_, bindparam, column, select, text

from orquestra.base_report.lines import Column, Grain, Line

#: How a line is refused whose requester no login is.
_UNKNOWN_LOGIN: Final = "login desconhecido%"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedNumber:
    """A number of lines that the last import refused for a reason.

    Args:
        code: How addresses and files name it.
        label: What it counts, in Portuguese.
        file_kind: "accounts" or "processes".
        columns: The columns at fault.
        reason: What the reason is like, with SQL's wildcards.
        hint: What one should know of it.
    """

    code: str
    label: str
    file_kind: str
    columns: tuple[str, ...]
    reason: str = "%"
    hint: str = (
        "Da última importação; cada linha, com o seu número, está no arquivo de rejeitados dela."
    )


def _read(row: Row[Any]) -> Line:
    """Turn a refused line's row into a line."""
    return Line(cells=(row.file, row.column_name, row.reason, f"{row.nth} de {row.times}"))


_COLUMNS: Final = (
    column("file", String),
    column("column_name", String),
    column("reason", String),
    column("nth", Integer),
    column("times", Integer),
)

REFUSED: Final = Grain(
    columns=(
        Column(title="Arquivo"),
        Column(title="Coluna"),
        Column(title="Motivo"),
        Column(title="Ocorrência", numeric=True),
    ),
    read=_read,
    searched=(_COLUMNS[1], _COLUMNS[2]),
)

# The import keeps how often it gave each reason; here each time becomes a line again.
_LINES: Final = """
    SELECT last.name AS file, given."column" AS column_name, given.reason, nth,
           given.count AS times
    FROM (
        SELECT name, summary FROM orquestra.import_file
        WHERE kind = :file_kind AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1
    ) last
    CROSS JOIN LATERAL jsonb_to_recordset(coalesce(last.summary -> 'reasons', '[]'))
        AS given ("column" text, reason text, warning boolean, count integer)
    CROSS JOIN LATERAL generate_series(1, given.count) AS nth
    WHERE NOT given.warning
"""

PASSWORDS: Final = RefusedNumber(
    code="senhas_recusadas",
    label="Senhas recusadas pela importação",
    file_kind="accounts",
    columns=("senha_hash", "senha_formato", "senha_sal"),
)
REQUESTERS: Final = RefusedNumber(
    code="requisitante_desconhecido",
    label="Linhas de processos cujo requisitante não existe",
    file_kind="processes",
    columns=("requisitante_login",),
    reason=_UNKNOWN_LOGIN,
)
HOLDERS: Final = RefusedNumber(
    code="responsavel_desconhecido",
    label="Linhas de tarefas cujo responsável não existe",
    file_kind="processes",
    columns=("tarefa_responsavel_login",),
    reason=_UNKNOWN_LOGIN,
)


def listing(number: RefusedNumber) -> Select[Any]:
    """List a number's refused lines.

    Args:
        number: Which.

    Returns:
        A statement in an order without ties.
    """
    given = (
        text(_LINES)
        .bindparams(bindparam("file_kind", number.file_kind, unique=True))
        .columns(*_COLUMNS)
        .subquery("given_lines")
    )
    return (
        select(given)
        .where(and_(given.c.column_name.in_(number.columns), given.c.reason.like(number.reason)))
        .order_by(given.c.column_name, given.c.reason, given.c.nth)
    )
