"""The numbers that count processes and tasks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, select

from orquestra.base_report.lines import Column, Grain, Line
from orquestra.store.tables import login, open_task, process_record

#: How near to the deadline a task's expiry is told.
NEAR: Final = timedelta(days=60)

_SITUATIONS: Final = {"em_andamento": "Em andamento", "concluido": "Concluído"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkNumber:
    """A number of processes or tasks.

    Args:
        code: How addresses and files name it.
        label: What it counts, in Portuguese.
        rows: Its list, in an order without ties.
        grain: What one line of the list stands for.
        hint: What one should know of it.
    """

    code: str
    label: str
    rows: Select[Any]
    grain: Grain
    hint: str = ""


def _read_process(row: Row[Any]) -> Line:
    """Turn a process's row into a line."""
    return Line(
        cells=(
            row.login,
            row.number,
            f"{row.code} - {row.name}" if row.code else row.name,
            row.area,
            _SITUATIONS[row.situation],
            row.opened_at,
        ),
        logins=((row.login_id, row.login),),
    )


_PROCESSES: Final = Grain(
    columns=(
        Column(title="Login"),
        Column(title="N°", numeric=True),
        Column(title="Processo"),
        Column(title="Área"),
        Column(title="Situação"),
        Column(title="Aberto em", numeric=True),
    ),
    read=_read_process,
    searched=(login.c.login, process_record.c.number, process_record.c.code),
    linked=0,
)


def _read_task(row: Row[Any]) -> Line:
    """Turn a task's row into a line; one without a login waits on the body."""
    return Line(
        cells=(row.login or "Órgão", row.number, row.process, row.task, row.expires_at),
        logins=((row.login_id, row.login),) if row.login_id is not None else (),
    )


_TASKS: Final = Grain(
    columns=(
        Column(title="Login"),
        Column(title="N° do processo", numeric=True),
        Column(title="Processo"),
        Column(title="Tarefa"),
        Column(title="Expira em", numeric=True),
    ),
    read=_read_task,
    searched=(login.c.login, process_record.c.number, open_task.c.name),
    linked=0,
)


def process_numbers() -> tuple[WorkNumber, ...]:
    """Give the numbers of processes.

    Returns:
        The numbers.
    """
    return (
        WorkNumber(
            code="processos_em_andamento",
            label="Processos em andamento",
            rows=_processes("em_andamento"),
            grain=_PROCESSES,
        ),
        WorkNumber(
            code="processos_concluidos",
            label="Processos concluídos",
            rows=_processes("concluido"),
            grain=_PROCESSES,
        ),
    )


def task_numbers(deadline_at: datetime | None) -> tuple[WorkNumber, ...]:
    """Give the numbers of pending tasks.

    Args:
        deadline_at: The campaign's deadline; None: there is no campaign, and nothing is near it.

    Returns:
        The numbers.
    """
    expires = open_task.c.expires_at
    before: ColumnElement[bool] = false()
    after: ColumnElement[bool] = false()
    if deadline_at is not None:
        before = and_(expires > deadline_at - NEAR, expires <= deadline_at)
        after = and_(expires > deadline_at, expires <= deadline_at + NEAR)
    hint = "" if deadline_at is not None else "Nenhuma campanha tem prazo ainda."
    return (
        WorkNumber(
            code="tarefas_pendentes", label="Tarefas pendentes", rows=_tasks(), grain=_TASKS
        ),
        WorkNumber(
            code="tarefas_60_dias_antes",
            label="Tarefas que expiram nos 60 dias antes do prazo",
            rows=_tasks().where(before),
            grain=_TASKS,
            hint=hint,
        ),
        WorkNumber(
            code="tarefas_60_dias_depois",
            label="Tarefas que expiram nos 60 dias depois do prazo",
            rows=_tasks().where(after),
            grain=_TASKS,
            hint=hint or "O prazo delas fica parado enquanto o login estiver bloqueado.",
        ),
    )


def _processes(situation: str) -> Select[Any]:
    """List the processes of a situation, the oldest first."""
    return (
        select(
            process_record.c.number,
            process_record.c.code,
            process_record.c.name,
            process_record.c.area,
            process_record.c.situation,
            process_record.c.opened_at,
            login.c.id.label("login_id"),
            login.c.login,
        )
        .join(login, login.c.id == process_record.c.login_id)
        .where(process_record.c.situation == situation)
        .order_by(process_record.c.opened_at, process_record.c.id)
    )


def _tasks() -> Select[Any]:
    """List the pending tasks, those that expire first before the others."""
    return (
        select(
            process_record.c.number,
            func.concat_ws(
                " - ", func.nullif(process_record.c.code, ""), process_record.c.name
            ).label("process"),
            open_task.c.name.label("task"),
            open_task.c.expires_at,
            login.c.id.label("login_id"),
            login.c.login,
        )
        .select_from(open_task)
        .join(process_record, process_record.c.id == open_task.c.process_id)
        .outerjoin(login, login.c.id == open_task.c.login_id)
        .where(open_task.c.concluded_at.is_(None))
        .order_by(open_task.c.expires_at.asc().nulls_last(), open_task.c.id)
    )
