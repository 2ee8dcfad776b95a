"""One line of processes.csv: a process, and one of its open tasks if it has any."""

import hashlib
from datetime import datetime

from orquestra.importing import values
from orquestra.importing.cells import Cells, digest
from orquestra.importing.errors import BadValue
from orquestra.importing.file_kind import Row

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

_code = values.text(limit=50)
_name = values.text(limit=200, required=True)
_version = values.text(limit=20)
_area = values.text(limit=100)
_description = values.text(limit=4000)
_task = values.text(limit=200)


def parse_process(cells: Cells) -> Row:
    """Read a line; whether it is sound, the cells then know.

    Args:
        cells: The line.

    Returns:
        The values for the staging table, in the order of `process_staging.STAGED`.
    """
    number = cells.read("numero", values.number)
    header = (
        number,
        cells.read("codigo", _code),
        cells.read("nome", _name),
        cells.read("versao", _version),
        cells.read("area", _area),
        cells.read("descricao", _description),
        cells.read("requisitante_login", values.login_name),
        *_course(cells),
    )
    task, holder, expires_at = _open_task(cells)
    key = task_key(number, task, holder) if task else None
    seen = (number, digest(header), key, (expires_at or "").removesuffix("+00:00"))
    return (cells.line, *header, task, holder, expires_at, *seen)


def task_key(number: int | None, task: str, holder: str | None) -> str:
    """Name a task of a process: what `process_closing` computes of it in SQL.

    Args:
        number: The process.
        task: The task's name.
        holder: The login that it waits on, if any.

    Returns:
        32 hexadecimal digits.
    """
    name = f"{number}\x1f{task}\x1f{holder or ''}"
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


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
        return situation, None, None
    if situation == CONCLUDED and closed_at is None:
        cells.refuse("encerrado_em", "um processo concluído precisa da data de encerramento")
    if situation == IN_PROGRESS and closed_at is not None:
        cells.refuse("encerrado_em", "um processo em andamento não tem data de encerramento")
    if opened_at is not None and closed_at is not None and closed_at < opened_at:
        cells.refuse("encerrado_em", "o encerramento é anterior à abertura")
    return situation, _text(opened_at), _text(closed_at)


def _text(moment: datetime | None) -> str | None:
    """Write an instant as PostgreSQL reads it; as text it is compared and copied many times."""
    return moment.isoformat() if moment is not None else None


def _open_task(cells: Cells) -> tuple[str | None, str | None, str | None]:
    """Read the task: a customer's has an end, one without a holder waits on the body."""
    task = cells.read("tarefa", _task)
    holder = cells.read("tarefa_responsavel_login", values.optional_login)
    expires_at = _text(cells.read("tarefa_expira_em", values.last_instant))
    if not cells.sound:
        return task, holder, expires_at
    if not task and (holder or expires_at):
        cells.refuse("tarefa", "há responsável ou prazo, mas falta o nome da tarefa")
    if task and cells.read("situacao", _situation) == CONCLUDED:
        cells.refuse("tarefa", "um processo concluído não tem tarefa aberta")
    if task and holder and expires_at is None:
        cells.refuse("tarefa_expira_em", "uma tarefa de cliente precisa do prazo")
    return task or None, holder, expires_at
