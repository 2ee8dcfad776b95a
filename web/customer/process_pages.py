"""The page of one process: its facts, its tasks, its messages, and "Concluir"."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from orquestra import work
from orquestra.errors import InvalidText, TaskNotFound, TaskNotOpen
from web import visitors
from web.customer.standing import legacy_standing
from web.formatting import number_br
from web.services import current_services
from web.visitors import Visitor

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

blueprint = Blueprint("process_pages", __name__)

_REFUSED_TEXT = f"Escreva uma mensagem de 1 a {number_br(work.MESSAGE_LIMIT)} caracteres."


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody typed and could not send, so that it is not lost.

    Args:
        field: The form field that it belongs to: "mensagem", or "mensagem-<task>".
        text: What was typed.
        error: Why it was not taken; empty when it is only kept.
        notice: A sentence about the page as a whole.
    """

    field: str
    text: str
    error: str = ""
    notice: str = ""


@blueprint.get("/processos/<int:number>")
def show(number: int) -> str:
    """Show a process.

    Args:
        number: Its number.

    Returns:
        The page.
    """
    return _page(visitors.customer(), number)


@blueprint.post("/processos/<int:number>/tarefas/<int:task_id>/concluir")
def conclude(number: int, task_id: int) -> "Response | tuple[str, int]":
    """Conclude a task, with the message that came with it.

    Args:
        number: The process that the task is said to belong to.
        task_id: The task.

    Returns:
        The process's page again, saying what happened.

    Raises:
        TaskNotFound: The holder has no such task in this process.
    """
    visitor = visitors.customer()
    text = _typed()
    services = current_services()
    try:
        with services.database.begin() as connection:
            name = _task_name(connection, visitor, number, task_id)
            work.conclude_task(
                connection,
                visitor.holder,
                task_id=task_id,
                message=text,
                now=services.clock.now(),
            )
    except InvalidText:
        draft = Draft(field=f"mensagem-{task_id}", text=text, error=_REFUSED_TEXT)
        return _page(visitor, number, draft), HTTPStatus.UNPROCESSABLE_ENTITY
    except TaskNotOpen:
        return _page(visitor, number, _too_late(text)), HTTPStatus.CONFLICT
    flash(f"Tarefa “{name}” concluída. O processo voltou para a análise do Inmetro.", "success")
    return redirect(_address(number), HTTPStatus.SEE_OTHER)


@blueprint.post("/processos/<int:number>/mensagens")
def add_message(number: int) -> "Response | tuple[str, int]":
    """Write a message into a process.

    Args:
        number: The process's number.

    Returns:
        The process's page again, with the message.
    """
    visitor = visitors.customer()
    text = _typed()
    services = current_services()
    try:
        with services.database.begin() as connection:
            work.add_message(
                connection, visitor.holder, number=number, body=text, now=services.clock.now()
            )
    except InvalidText:
        draft = Draft(field="mensagem", text=text, error=_REFUSED_TEXT)
        return _page(visitor, number, draft), HTTPStatus.UNPROCESSABLE_ENTITY
    flash("Mensagem registrada no processo.", "success")
    return redirect(_address(number), HTTPStatus.SEE_OTHER)


def _page(visitor: Visitor, number: int, draft: Draft | None = None) -> str:
    """Render a process's page."""
    services = current_services()
    now = services.clock.now()
    with services.database.connect() as connection:
        detail = work.process(connection, visitor.holder, number)
        standing = (
            legacy_standing(connection, visitor.login, now) if visitor.login is not None else None
        )
    return render_template(
        "customer/process.html",
        detail=detail,
        process=detail.process,
        standing=standing,
        draft=draft,
        errors={draft.field: draft.error} if draft and draft.error else {},
        now=now,
        message_limit=work.MESSAGE_LIMIT,
    )


def _task_name(connection: "Connection", visitor: Visitor, number: int, task_id: int) -> str:
    """Name a task of the visitor's in a process, concluded or not."""
    detail = work.process(connection, visitor.holder, number)
    for task in detail.tasks:
        if task.id == task_id and task.mine:
            return task.name
    raise TaskNotFound(f"Process {number} has no task {task_id} of {visitor.holder.actor}.")


def _too_late(text: str) -> Draft:
    """Say that the task was concluded before, and keep what was typed this time."""
    kept = " O que você escreveu agora está no campo de mensagem, no fim da página." if text else ""
    return Draft(
        field="mensagem",
        text=text,
        notice=f"Esta tarefa já estava concluída, e nada foi gravado de novo.{kept}",
    )


def _typed() -> str:
    """Read the typed message; browsers send each line's end as two characters."""
    return request.form.get("mensagem", "").replace("\r\n", "\n").strip()


def _address(number: int) -> str:
    """Give a process's page."""
    return url_for("workspace.process_pages.show", number=number)
