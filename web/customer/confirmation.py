"""Confirmar: who came back, which login, how much moves; then the irreversible step.

On a shared computer gov.br answers with its last citizen without asking, so that nothing moves
before the person has seen name and CPF. Only the browser session that went to gov.br may confirm.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from engine.commands import CompleteUserTask
from engine.errors import TaskNotOpen
from govbr import attempts
from govbr.addresses import logout_url
from govbr.errors import AttemptMoved
from orquestra import linking, ownership, work
from orquestra.documents import Cpf
from web import sessions
from web.customer import road
from web.customer.roadside import road_login_id
from web.errors import NotOfThisSession
from web.ownership_texts import SIGNALS
from web.services import current_services
from web.visitors import Visitor, customer, walk_road

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

    from engine.reads import UserTaskView

blueprint = Blueprint("confirmation", __name__, url_prefix="/normalizacao/confirmar")


@dataclass(frozen=True, kw_only=True)
class CameBack:
    """Who came back from gov.br.

    Args:
        attempt_id: The visit to gov.br that they came back from.
        name: The name at gov.br.
        masked_cpf: The CPF, masked.
        another: Whether it is another person than the one whose session this is.
    """

    attempt_id: int
    name: str
    masked_cpf: str
    another: bool


@blueprint.get("")
def show() -> "Response | str":
    """Show who came back and ask; other sessions of the login only see that it is under way.

    Returns:
        The page; a redirection when there is nothing to confirm.
    """
    visitor, login_id = customer(), road_login_id()
    with current_services().database.begin() as connection:
        where = road.read(connection, login_id)
        task = where.confirmation
        if task is None:
            return redirect(url_for("progress.show"), HTTPStatus.SEE_OTHER)
        mine = _is_mine(connection, visitor, task)
        person = _came_back(connection, visitor, task) if mine else None
        counts = work.counts(connection, work.LegacyHolder(login_id))
        shared = ownership.shared_use(connection, login_id)
    return render_template(
        "customer/confirm.html",
        road=where,
        mine=mine,
        person=person,
        counts=counts,
        shared=shared,
        signals=SIGNALS,
    )


@blueprint.post("")
def answer() -> "Response":
    """Take the person's answer.

    Returns:
        The redirection to where it leads.

    Raises:
        NotOfThisSession: Another browser session went to gov.br.
        BadRequest: The answer is none of the three.
    """
    answers = {"confirmar": _confirm, "nao_sou_eu": _not_me, "recomecar": _again}
    act = answers.get(request.form.get("resposta", ""))
    if act is None:
        raise BadRequest
    visitor, login_id = customer(), road_login_id()
    try:
        return redirect(act(visitor, login_id), HTTPStatus.SEE_OTHER)
    except TaskNotOpen:  # a double click, another tab: the page that fits now says so
        return redirect(url_for("progress.show"), HTTPStatus.SEE_OTHER)


def _confirm(visitor: Visitor, login_id: int) -> str:
    """Confirm, and make the session the person's in the same transaction."""
    services = current_services()
    now = services.clock.now()
    with services.runtime.transaction() as connection:
        task, key = _task(connection, login_id), linking.road_key(connection, login_id)
        attempt_id = _mine_or_refused(connection, visitor, task)
        _complete(connection, visitor, task, "confirmar")
        rotation = sessions.promote(
            connection,
            kind="person",
            person_id=attempts.load(connection, attempt_id).person_id,
            now=now,
        )
    sessions.current_session().adopt(rotation)
    walk_road(key, since=now)
    return url_for("progress.show")


def _not_me(visitor: Visitor, login_id: int) -> str:
    """Say that somebody else came back; gov.br's session ends, so that the right one can enter."""
    services = current_services()
    with services.runtime.transaction() as connection:
        task = _task(connection, login_id)
        attempt_id = _mine_or_refused(connection, visitor, task)
        _complete(connection, visitor, task, "nao_sou_eu")
        # Not by a worker, later: what is sealed of somebody else goes with this answer.
        attempts.close(connection, attempt_id, "nao_sou_eu", services.clock.now())
    return logout_url(services.relying_party)


def _again(visitor: Visitor, login_id: int) -> str:
    """Begin again from the screen, from any session of the login."""
    services = current_services()
    with services.runtime.transaction() as connection:
        task = _task(connection, login_id)
        _complete(connection, visitor, task, "recomecar")
        attempts.close(connection, task.variables["attempt_id"], "recomecar", services.clock.now())
    return url_for("normalization.show")


def _task(connection: "Connection", login_id: int) -> "UserTaskView":
    """Give the open confirmation, or raise as for one that was answered."""
    task = road.read(connection, login_id).confirmation
    if task is None:
        raise TaskNotOpen(0)
    return task


def _complete(
    connection: "Connection", visitor: Visitor, task: "UserTaskView", response: str
) -> None:
    """Complete the confirmation with one of its answers."""
    current_services().runtime.execute(
        CompleteUserTask(
            task_id=task.id, answers={"resposta": response}, actor=visitor.holder.actor
        ),
        connection=connection,
    )


def _is_mine(connection: "Connection", visitor: Visitor, task: "UserTaskView") -> bool:
    """Tell whether this browser session is the one that went to gov.br."""
    attempt = attempts.load(connection, task.variables["attempt_id"])
    return visitor.session_id is not None and attempt.session_id == visitor.session_id


def _mine_or_refused(connection: "Connection", visitor: Visitor, task: "UserTaskView") -> int:
    """Give the attempt's number, if it is this session's and the one that the page showed.

    A page left open in another tab may show somebody who came back before, or another login.
    """
    if not _is_mine(connection, visitor, task):
        raise NotOfThisSession
    attempt_id: int = task.variables["attempt_id"]
    if request.form.get("tentativa", str(attempt_id)) != str(attempt_id):
        raise TaskNotOpen(task.id)
    return attempt_id


def _came_back(connection: "Connection", visitor: Visitor, task: "UserTaskView") -> CameBack | None:
    """Open who came back; None when the attempt's time is over and its facts are wiped."""
    attempt_id: int = task.variables["attempt_id"]
    try:
        facts = attempts.open_facts(connection, current_services().sealer, attempt_id)
    except AttemptMoved:
        return None
    cpf = Cpf.parse(facts.identity.sub)
    return CameBack(
        attempt_id=attempt_id,
        name=facts.identity.called or "Nome não informado pelo gov.br",
        masked_cpf=cpf.masked,
        another=visitor.person is not None and visitor.person.cpf != cpf,
    )
