"""One decision and one reason for all that a filter shows: asked for here, taken by the worker."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from orquestra import ownership
from orquestra.errors import NothingToDecide, QuestionsChanged
from web import ownership_texts as texts
from web.services import current_services
from web.staff import decision_filters
from web.staff.decisions import answer_of
from web.visitors import staff

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("staff_decision_batches", __name__, url_prefix="/equipe/decisoes/lote")

# Why a question of a batch was not decided.
FAILURES = {
    "ja_decidida": "Já tinha sido decidida por outra pessoa.",
    "mesma_pessoa": "A primeira aprovação já era sua: falta a de outra pessoa da equipe.",
    "nao_encontrada": "Não espera mais por uma decisão.",
    "sem_tarefa": "O processo do login não espera mais por uma decisão.",
    "falhou": "Houve uma falha; o responsável técnico encontra o motivo no registro.",
}
_CHANGED = (
    "A lista mudou enquanto a página estava aberta: agora são {total}. Confira e registre de novo."
)
_NOTHING = "Nenhuma pergunta corresponde mais ao filtro."


@blueprint.get("")
def prepare() -> str:
    """Show how many the filter takes, and ask for the decision.

    Returns:
        The page.
    """
    staff()
    return _form(decision_filters.read(request.args), {}, {})


@blueprint.post("")
def create() -> "Response":
    """Fix what the batch decides and leave it to the worker.

    Returns:
        A redirection to the batch, or the form with what is missing.
    """
    member = staff().staff
    assert member is not None  # noqa: S101 - staff() refuses a visitor without one
    chosen = decision_filters.read(request.form)
    form = {
        name: request.form.get(name, "").strip()
        for name in ("decisao", "motivo", "proximo_passo", "perguntas")
    }
    errors = texts.missing(form["decisao"], form["motivo"], form["proximo_passo"])
    if not errors:
        services = current_services()
        try:
            with services.database.begin() as connection:
                batch_id = ownership.open_batch(
                    connection,
                    which=chosen.which,
                    answer=answer_of(form),
                    staff_id=member.id,
                    mark=form["perguntas"],
                    now=services.clock.now(),
                )
            target = url_for("staff_decision_batches.show", batch_id=batch_id)
            return redirect(target, HTTPStatus.SEE_OTHER)
        except NothingToDecide:
            errors = {"": _NOTHING}
        except QuestionsChanged:
            errors = {"": _CHANGED.format(total=_shown(chosen)[0])}
    return make_response(_form(chosen, errors, form), HTTPStatus.UNPROCESSABLE_ENTITY)


@blueprint.get("/<int:batch_id>")
def show(batch_id: int) -> str:
    """Show how far a batch is, and each failure.

    Args:
        batch_id: Which.

    Returns:
        The page.

    Raises:
        NotFound: There is no such batch.
    """
    staff()
    return render_template("staff/decision_batch.html", **_facts(batch_id))


@blueprint.get("/<int:batch_id>.json")
def show_region(batch_id: int) -> dict[str, Any]:
    """Give the live region's content.

    Args:
        batch_id: Which.

    Returns:
        Its HTML, and whether it will change no more.

    Raises:
        NotFound: There is no such batch.
    """
    staff()
    facts = _facts(batch_id)
    html = render_template("staff/decision_batch_region.html", **facts)
    return {"html": html, "done": facts["batch"].finished_at is not None, "next_url": None}


def _facts(batch_id: int) -> dict[str, Any]:
    """Read what the page shows."""
    with current_services().database.connect() as connection:
        return {
            "batch": ownership.load_batch(connection, batch_id),
            "failed": ownership.failures_of(connection, batch_id),
            "failures": FAILURES,
            "texts": texts,
            "decided": ownership.DECIDED,
            "first_approval": ownership.FIRST_APPROVAL,
        }


def _shown(chosen: decision_filters.Chosen) -> tuple[int, str]:
    """Count what a filter shows, and name it, at one state of the base."""
    services = current_services()
    now = services.clock.now()
    with services.database.connect().execution_options(
        isolation_level="REPEATABLE READ"
    ) as connection:
        waiting = ownership.waiting_decisions(connection, which=chosen.which, now=now, limit=1)
        return waiting.total, ownership.mark_of(connection, which=chosen.which, now=now)


def _form(chosen: decision_filters.Chosen, errors: dict[str, str], form: dict[str, str]) -> str:
    """Render the form."""
    total, mark = _shown(chosen)
    return render_template(
        "staff/decision_batch_form.html",
        chosen=chosen,
        total=total,
        mark=mark,
        errors=errors,
        form=form,
        texts=texts,
        next_steps=ownership.NEXT_STEPS,
        reason_limit=ownership.REASON_LIMIT,
        four_eyes=current_services().settings.four_eyes,
    )
