"""One line of processes.csv: a process, and one of its open tasks if it has any."""

from typing import TypeAlias

from orquestra.importing import values
from orquestra.importing.cells import Cells, digest
from orquestra.importing.errors import BadValue

COLUMNS = (
    "numero",
    "codigo",
    "nome",
    "versao",
    "area",
    "descricao",
    "requisitante_login",
    "situacao",
    "aberto_em",
    "encerrado_em",
    "tarefa",
    "tarefa_responsavel_login",
    "tarefa_expira_em",
)
IN_PROGRESS = "em_andamento"
CONCLUDED = "concluido"

#: In the order of `process_staging.STAGING`'s columns.
ProcessRow: TypeAlias = tuple[object, ...]

_code = values.text(limit=50)
_name = values.text(limit=200, required=True)
_version = values.text(limit=20)
_area = values.text(limit=100)
_description = values.text(limit=4000)
_task = values.text(limit=200)


def parse_process(cells: Cells) -> ProcessRow:
    """Read a line; whether it is sound, the cells then know.

    Args:
        cells: The line.

    Returns:
        The values for the staging table, the line's number first.
    """
    header = (
        cells.read("numero", values.number),
        cells.read("codigo", _code),
        cells.read("nome", _name),
        cells.read("versao", _version),
        cells.read("area", _area),
        cells.read("descricao", _description),
        cells.read("requisitante_login", values.login_name),
        *_course(cells),
    )
    return (cells.line, *header, *_open_task(cells), digest(header))


def _situation(value: str) -> str:
    if value.strip() not in {IN_PROGRESS, CONCLUDED}:
        raise BadValue(f"situação desconhecida: escreva {IN_PROGRESS} ou {CONCLUDED}")
    return value.strip()


def _course(cells: Cells) -> tuple[object, ...]:
    """Read situation, opening and end, which must fit each other."""
    situation = cells.read("situacao", _situation)
    opened_at = cells.read("aberto_em", values.instant)
    if opened_at is None and cells.sound:
        cells.refuse("aberto_em", "está vazio")
    closed_at = cells.read("encerrado_em", values.instant)
    if not cells.sound:
        return situation, opened_at, closed_at
    if situation == CONCLUDED and closed_at is None:
        cells.refuse("encerrado_em", "um processo concluído precisa da data de encerramento")
    if situation == IN_PROGRESS and closed_at is not None:
        cells.refuse("encerrado_em", "um processo em andamento não tem data de encerramento")
    if opened_at is not None and closed_at is not None and closed_at < opened_at:
        cells.refuse("encerrado_em", "o encerramento é anterior à abertura")
    return situation, opened_at, closed_at


def _open_task(cells: Cells) -> tuple[object, ...]:
    """Read the task: a customer's has an end, one without a holder waits on the body."""
    task = cells.read("tarefa", _task)
    holder = cells.read("tarefa_responsavel_login", values.optional_login)
    expires_at = cells.read("tarefa_expira_em", values.last_instant)
    if not cells.sound:
        return task, holder, expires_at
    if not task and (holder or expires_at):
        cells.refuse("tarefa", "há responsável ou prazo, mas falta o nome da tarefa")
    if task and cells.read("situacao", _situation) == CONCLUDED:
        cells.refuse("tarefa", "um processo concluído não tem tarefa aberta")
    if task and holder and expires_at is None:
        cells.refuse("tarefa_expira_em", "uma tarefa de cliente precisa do prazo")
    return task or None, holder, expires_at
