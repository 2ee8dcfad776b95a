"""Requests about logins of companies that a person represents, and the person's own."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for

from orquestra import ownership
from orquestra.errors import DecisionNotFound
from web import ownership_texts as texts
from web.answering import go_on
from web.customer import list_pages
from web.services import current_services
from web.visitors import person

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

blueprint = Blueprint("company_requests", __name__, url_prefix="/area/pedidos")

_ON_A_PAGE = 10
_APPROVED = "Pedido aprovado. Os processos do login passam agora para a conta de quem pediu."
_REFUSED = "Pedido recusado. Nenhum processo mudou de lugar, e quem pediu lê o motivo."


@blueprint.get("")
def show_all() -> str:
    """List what waits for the companies that the visitor represents, and what they asked for.

    Returns:
        The page.
    """
    visitor = _person_id()
    services = current_services()
    now = services.clock.now()
    with services.database.connect() as connection:
        page = list_pages.read(
            lambda offset: ownership.waiting_for_company(
                connection, visitor, now=now, limit=_ON_A_PAGE, offset=offset
            ),
            number=request.args.get("pagina"),
            size=_ON_A_PAGE,
        )
        cases = [ownership.read_dossier(connection, one, now=now) for one in page.rows]
        own = ownership.asked_by(connection, visitor)
    return render_template(
        "customer/company_requests.html",
        page=page,
        cases=cases,
        own=own,
        texts=texts,
        next_steps=ownership.NEXT_STEPS,
        address=lambda number: url_for("company_requests.show_all", pagina=number),
    )


@blueprint.get("/<int:decision_id>")
def show(decision_id: int) -> str:
    """Show one request and ask for the answer.

    Args:
        decision_id: Which.

    Returns:
        The page.

    Raises:
        DecisionNotFound: There is none that the visitor may answer.
    """
    return _page(decision_id, {}, {})


@blueprint.post("/<int:decision_id>")
def answer(decision_id: int) -> "Response":
    """Record the answer and let the process go on, in one transaction.

    Args:
        decision_id: Which request.

    Returns:
        A redirection to the list, or the page with what is missing.

    Raises:
        DecisionNotFound: There is none that the visitor may answer.
        DecisionAlreadyMade: Somebody has answered.
        TaskNotOpen: Nothing waits for the answer.
    """
    form = {
        name: request.form.get(name, "").strip() for name in ("decisao", "motivo", "proximo_passo")
    }
    errors = texts.missing(form["decisao"], form["motivo"], form["proximo_passo"])
    if errors:
        page = _page(decision_id, errors, form)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    decided = _record(decision_id, form)
    flash(_APPROVED if decided.verdict == "aprovar" else _REFUSED, "success")
    return redirect(url_for("company_requests.show_all"), HTTPStatus.SEE_OTHER)


def _record(decision_id: int, form: dict[str, str]) -> ownership.Decision:
    """Write the answer and complete the user task; whether they may is asked anew within."""
    services = current_services()
    representative_id = _person_id()
    with services.runtime.transaction() as connection:
        decided = ownership.decide_for_company(
            connection,
            decision_id=decision_id,
            answer=ownership.Answer(
                verdict="aprovar" if form["decisao"] == "aprovar" else "recusar",
                reason=form["motivo"],
                next_step=form["proximo_passo"] or None,
            ),
            representative_id=representative_id,
            now=services.clock.now(),
        )
        go_on(connection, decided, actor=f"person:{representative_id}")
    return decided


def _page(decision_id: int, errors: dict[str, str], form: dict[str, str]) -> str:
    """Render one request."""
    visitor = _person_id()
    services = current_services()
    with services.database.connect() as connection:
        question = _theirs(connection, decision_id, visitor)
        case = ownership.read_dossier(connection, question, now=services.clock.now())
    return render_template(
        "customer/company_request.html",
        case=case,
        errors=errors,
        form=form,
        texts=texts,
        next_steps=ownership.NEXT_STEPS,
        reason_limit=ownership.REASON_LIMIT,
    )


def _theirs(connection: "Connection", decision_id: int, person_id: int) -> ownership.Decision:
    """Give a question that a person may answer; any other looks like none."""
    question = ownership.load_decision(connection, decision_id)
    now = current_services().clock.now()
    if not ownership.may_answer(connection, question, person_id, now=now):
        raise DecisionNotFound(f"Decision {decision_id} is not theirs to answer.")
    return question


def _person_id() -> int:
    """Give the person who is signed in."""
    visitor = person().person
    assert visitor is not None  # noqa: S101 - person() refuses a visitor without one
    return visitor.id
