"""Whose login is it: the staff's decisions, login and person side by side."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for

from engine import reads
from engine.commands import CompleteUserTask
from engine.errors import TaskNotOpen
from orquestra import logins, ownership, people, work
from web.services import current_services
from web.staff.entrance import GROUP
from web.visitors import staff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

blueprint = Blueprint("staff_decisions", __name__, url_prefix="/equipe/decisoes")

DOUBTS = {
    "cpf_divergente": "O CPF do login é diferente do CPF de quem voltou do gov.br.",
    "empresa_sem_vinculo": "O login é de uma empresa com a qual a pessoa não tem, no gov.br, "
    "vínculo de Representante Legal ou Sócio.",
    "vinculos_desconhecidos": "O login é de uma empresa e o gov.br não informou os vínculos da "
    "pessoa.",
    "login_compartilhado": "O login parece ser usado por mais de uma pessoa.",
    "documento_invalido": "O documento do login não é um CPF nem um CNPJ.",
    "estrangeiro": "O login é de um cliente estrangeiro e não tem CPF.",
}
_VERDICTS = ("aprovar", "recusar")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One decision that waits, with what it needs.

    Args:
        task: The user task.
        question: The question on record.
        login: The login.
        person: Who came back from gov.br.
        ties: The person's companies.
        counts: How much work the login has.
        now: The instant at which the ties are judged.
    """

    task: reads.UserTaskView
    question: ownership.Decision
    login: logins.LegacyLogin
    person: people.Person
    ties: "Sequence[people.CompanyTie]"
    counts: work.WorkCounts
    now: datetime

    @property
    def login_document(self) -> str:
        """The login's document, masked."""
        if self.login.cpf is not None:
            return f"CPF {self.login.cpf.masked}"
        return f"CNPJ {self.login.cnpj.masked}" if self.login.cnpj is not None else "sem documento"


@blueprint.get("")
def show_all() -> str:
    """List the decisions that wait, the oldest first.

    Returns:
        The page.
    """
    staff()
    with current_services().database.connect() as connection:
        tasks = reads.open_user_tasks(connection, candidate_group=GROUP)
        cases = [_case(connection, task) for task in tasks]
    return render_template("staff/decisions.html", cases=cases, doubts=DOUBTS)


@blueprint.get("/<int:task_id>")
def show(task_id: int) -> str:
    """Show one decision.

    Args:
        task_id: Its user task.

    Returns:
        The page.

    Raises:
        TaskNotOpen: Somebody has decided, or there is no such task.
    """
    staff()
    return _page(task_id, {})


@blueprint.post("/<int:task_id>")
def decide(task_id: int) -> "Response":
    """Record the decision and let the process go on, in one transaction.

    Args:
        task_id: Its user task.

    Returns:
        A redirection to the list, or the page with what is missing.

    Raises:
        TaskNotOpen: Somebody has decided, or there is no such task.
    """
    staff()
    verdict = request.form.get("decisao", "")
    reason = request.form.get("motivo", "").strip()
    errors = _missing(verdict, reason)
    if errors:
        page = _page(task_id, errors, verdict=verdict, reason=reason)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    _record(task_id, verdict, reason)
    flash("Decisão registrada. O processo do login segue adiante.", "success")
    return redirect(url_for("staff_decisions.show_all"), HTTPStatus.SEE_OTHER)


def _record(task_id: int, verdict: str, reason: str) -> None:
    """Write the decision and complete the user task."""
    services = current_services()
    member = staff().staff
    assert member is not None  # noqa: S101 - staff() refuses a visitor without one
    with services.runtime.transaction() as connection:
        case = _case(connection, _task(connection, task_id))
        decision = ownership.decide(
            connection,
            decision_id=case.question.id,
            answer=ownership.Answer(
                verdict="aprovar" if verdict == "aprovar" else "recusar",
                reason=reason,
                next_step=request.form.get("proximo_passo") or "falar_com_o_atendimento",
            ),
            staff_id=member.id,
            now=services.clock.now(),
        )
        services.runtime.execute(
            CompleteUserTask(
                task_id=task_id,
                answers=ownership.variables_of(decision),
                actor=f"staff:{member.id}",
            ),
            connection=connection,
        )


def _missing(verdict: str, reason: str) -> dict[str, str]:
    """Say what the form lacks, by field."""
    errors = {}
    if verdict not in _VERDICTS:
        errors["decisao"] = "Escolha se aprova ou recusa."
    if not reason:
        errors["motivo"] = "Escreva o motivo: ele fica registrado e, na recusa, a pessoa o lê."
    elif len(reason) > ownership.REASON_LIMIT:
        errors["motivo"] = f"Escreva no máximo {ownership.REASON_LIMIT} caracteres."
    return errors


def _page(task_id: int, errors: dict[str, str], verdict: str = "", reason: str = "") -> str:
    """Render one decision."""
    with current_services().database.connect() as connection:
        case = _case(connection, _task(connection, task_id))
    return render_template(
        "staff/decision.html",
        case=case,
        doubts=DOUBTS,
        errors=errors,
        verdict=verdict,
        reason=reason,
        reason_limit=ownership.REASON_LIMIT,
    )


def _task(connection: "Connection", task_id: int) -> reads.UserTaskView:
    """Give an open user task of the staff's."""
    task = reads.user_task_by_id(connection, task_id)
    if task is None or GROUP not in task.candidate_groups:
        raise TaskNotOpen(task_id)
    return task


def _case(connection: "Connection", task: reads.UserTaskView) -> Case:
    """Read what a decision needs."""
    login_id = int(task.variables["login_id"])
    question = ownership.waiting_decision(connection, login_id)
    if question is None:
        raise TaskNotOpen(task.id)
    return Case(
        task=task,
        question=question,
        login=logins.load(connection, login_id),
        person=people.load(connection, question.person_id),
        ties=people.ties_of(connection, question.person_id),
        counts=work.counts(connection, work.LegacyHolder(login_id)),
        now=current_services().clock.now(),
    )
