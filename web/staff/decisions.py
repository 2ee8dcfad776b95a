"""Whose login is it: the questions that wait for staff, and the page where one is decided."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for

from orquestra import ownership
from orquestra import staff as members
from orquestra.errors import DecisionAlreadyMade, SameStaffMember
from web import ownership_texts as texts
from web.answering import go_on
from web.customer import list_pages
from web.services import current_services
from web.staff import decision_filters
from web.visitors import staff

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

blueprint = Blueprint("staff_decisions", __name__, url_prefix="/equipe/decisoes")

_ON_A_PAGE = 25
_SECOND = "Aprovação registrada. Falta a de outra pessoa da equipe para que o login seja vinculado."
_DECIDED = "Decisão registrada. O processo do login segue adiante."
_SAME = "Você já deu a primeira aprovação. A segunda tem de ser de outra pessoa da equipe."


@blueprint.get("")
def show_all() -> str:
    """List the questions that wait, the oldest first.

    Returns:
        The page.
    """
    me = staff().staff
    services = current_services()
    now = services.clock.now()
    chosen = decision_filters.read(request.args)
    with services.database.connect() as connection:
        page = list_pages.read(
            lambda offset: ownership.waiting_decisions(
                connection, which=chosen.which, now=now, limit=_ON_A_PAGE, offset=offset
            ),
            number=request.args.get("pagina"),
            size=_ON_A_PAGE,
        )
    return render_template(
        "staff/decisions.html",
        page=page,
        chosen=chosen,
        now=now,
        me=me,
        texts=texts,
        address=lambda number: url_for(
            "staff_decisions.show_all", **chosen.arguments, pagina=number
        ),
    )


@blueprint.get("/<int:decision_id>")
def show(decision_id: int) -> str:
    """Show one question.

    Args:
        decision_id: Which.

    Returns:
        The page.

    Raises:
        DecisionNotFound: There is no such question.
        DecisionAlreadyMade: Somebody has decided.
    """
    staff()
    return _page(decision_id, {})


@blueprint.post("/<int:decision_id>")
def decide(decision_id: int) -> "Response":
    """Record the decision and let the process go on, in one transaction.

    Args:
        decision_id: Which question.

    Returns:
        A redirection to the list, or the page with what is missing.

    Raises:
        DecisionNotFound: There is no such question.
        DecisionAlreadyMade: Somebody has decided.
        TaskNotOpen: Nothing waits for the decision.
    """
    staff()
    form = {
        "decisao": request.form.get("decisao", ""),
        "motivo": request.form.get("motivo", "").strip(),
        "proximo_passo": request.form.get("proximo_passo", ""),
    }
    errors = texts.missing(form["decisao"], form["motivo"], form["proximo_passo"])
    if not errors:
        try:
            decided = _record(decision_id, form)
        except SameStaffMember:
            errors = {"decisao": _SAME}
    if errors:
        page = _page(decision_id, errors, form)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_DECIDED if decided.verdict else _SECOND, "success")
    return redirect(url_for("staff_decisions.show_all"), HTTPStatus.SEE_OTHER)


def _record(decision_id: int, form: dict[str, str]) -> ownership.Decision:
    """Write the decision and complete the user task."""
    services = current_services()
    member = staff().staff
    assert member is not None  # noqa: S101 - staff() refuses a visitor without one
    with services.runtime.transaction() as connection:
        decided = ownership.decide(
            connection,
            decision_id=decision_id,
            answer=answer_of(form),
            staff_id=member.id,
            four_eyes=services.settings.four_eyes,
            now=services.clock.now(),
        )
        go_on(connection, decided, actor=f"staff:{member.id}")
    return decided


def answer_of(form: dict[str, str]) -> ownership.Answer:
    """Read a complete form's answer.

    Args:
        form: Its fields.

    Returns:
        The answer.
    """
    return ownership.Answer(
        verdict="aprovar" if form["decisao"] == "aprovar" else "recusar",
        reason=form["motivo"],
        next_step=form["proximo_passo"] or None,
    )


def _page(decision_id: int, errors: dict[str, str], form: dict[str, str] | None = None) -> str:
    """Render one question."""
    services = current_services()
    now = services.clock.now()
    with services.database.connect() as connection:
        question = ownership.load_decision(connection, decision_id)
        if question.verdict is not None or question.asking_govbr:
            raise DecisionAlreadyMade(f"Decision {decision_id} does not wait for staff.")
        case = ownership.read_dossier(connection, question, now=now)
        names = _names(connection, [question, *case.earlier])
    return render_template(
        "staff/decision.html",
        case=case,
        names=names,
        now=now,
        me=staff().staff,
        errors=errors,
        form=form or {},
        texts=texts,
        next_steps=ownership.NEXT_STEPS,
        reason_limit=ownership.REASON_LIMIT,
        network_days=ownership.NETWORK_DAYS,
        four_eyes=services.settings.four_eyes,
    )


def _names(connection: "Connection", questions: list[ownership.Decision]) -> dict[int, str]:
    """Read the names of the staff that had to do with some questions."""
    numbers = {number for one in questions for number in (one.staff_id, one.first_staff_id)}
    found = [members.load(connection, number) for number in numbers if number is not None]
    return {member.id: member.name for member in found if member is not None}
