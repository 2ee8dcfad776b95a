"""Incidents: what stands still in the processes, and letting it be tried again.

A list by kind and one page for each; repairs of many at once have pages of their own.
"""

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for

from engine import incidents
from orquestra.paging import Page
from web.customer import list_pages
from web.services import current_services
from web.visitors import staff

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.incidents import Incident
    from engine.store.incidents import Kind

blueprint = Blueprint("staff_incidents", __name__, url_prefix="/equipe/incidentes")

KINDS = {
    "job": "Serviço parado",
    "timer": "Prazo parado",
    "signal": "Sinal parado",
    "command": "Resposta recusada",
    "stuck": "Sem saída",
}
EXPLAINED = {
    "job": "O serviço falhou em todas as tentativas que o diagrama prevê e espera a equipe.",
    "timer": "O prazo chegou, mas o que vem depois dele falhou em todas as tentativas.",
    "signal": "O sinal chegou, mas o que vem depois dele falhou em todas as tentativas.",
    "command": "O diagrama não conseguiu seguir com uma resposta ou mensagem. Nada dela foi "
    "gravado: quem respondeu viu a falha e pode tentar de novo. O incidente encerra-se sozinho "
    "quando uma resposta passar por este ponto.",
    "stuck": "Nada mais pode mover esta instância: nenhuma tarefa, prazo, mensagem ou serviço "
    "está aberto. É preciso mover um token, repetir um passo ou cancelar a instância.",
}
_STATES = {"abertos": "Abertos", "encerrados": "Encerrados"}
_PAGE = 30
_LONGEST_REASON = 500  # characters
_NO_REASON = "Escreva o motivo."


@blueprint.get("")
def show_all() -> str:
    """List incidents: the open ones of every kind, unless asked otherwise.

    Returns:
        The page.
    """
    staff()
    asked = request.args.get("situacao", "")
    state = asked if asked in _STATES else "abertos"
    asked = request.args.get("tipo", "")
    kind = cast("Kind", asked) if asked in KINDS else None
    with current_services().database.connect() as connection:
        open_now = incidents.count(connection)

        def fetch(offset: int) -> "Page[Incident]":
            rows, total = incidents.read(
                connection, closed=state == "encerrados", kind=kind, limit=_PAGE, offset=offset
            )
            return Page(rows=tuple(rows), total=total, limit=_PAGE, offset=offset)

        page = list_pages.read(fetch, number=request.args.get("pagina"), size=_PAGE)
    return render_template(
        "staff/incidents.html",
        page=page,
        state=state,
        states=_STATES,
        kind=kind,
        kinds=KINDS,
        open_now=open_now,
    )


@blueprint.get("/<int:incident_id>")
def show(incident_id: int) -> str:
    """Show one incident.

    Args:
        incident_id: Which.

    Returns:
        The page.

    Raises:
        IncidentNotFound: There is none.
    """
    staff()
    return _page(incident_id, {})


@blueprint.post("/<int:incident_id>")
def act(incident_id: int) -> "Response":
    """Let what stands still be tried again, or close the incident of an answer.

    Args:
        incident_id: Which.

    Returns:
        A redirection to the incident, or the page with what is missing.

    Raises:
        IncidentNotFound: There is none.
    """
    member = staff().staff
    assert member is not None  # noqa: S101 - staff() refuses a visitor without one
    reason = request.form.get("motivo", "").strip()[:_LONGEST_REASON]
    if not reason:
        page = _page(incident_id, {"motivo": _NO_REASON})
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    services, actor = current_services(), f"staff:{member.id}"
    with services.runtime.transaction() as connection:
        found = incidents.load(connection, incident_id)
        if found.kind in incidents.RETRIED:
            done = incidents.retry(
                services.runtime, connection, incident_id, actor=actor, reason=reason
            )
        else:
            done = incidents.dismiss(connection, incident_id, actor=actor, now=services.clock.now())
    _say(found, done=done)
    return redirect(url_for("staff_incidents.show", incident_id=incident_id), HTTPStatus.SEE_OTHER)


def _say(found: "Incident", *, done: bool) -> None:
    """Say what came of it."""
    if not done:
        flash("Nada mudou: o incidente já estava encerrado ou alguém foi mais rápido.", "info")
    elif found.kind in incidents.RETRIED:
        flash(
            "Será tentado de novo agora. Se falhar outra vez, um novo incidente se abre.", "success"
        )
    else:
        flash("Incidente encerrado.", "success")


def _page(incident_id: int, errors: dict[str, str]) -> str:
    """Draw one incident's page."""
    with current_services().database.connect() as connection:
        found = incidents.load(connection, incident_id)
    return render_template(
        "staff/incident.html",
        incident=found,
        kinds=KINDS,
        explained=EXPLAINED,
        retried=found.kind in incidents.RETRIED,
        errors=errors,
        reason_limit=_LONGEST_REASON,
    )
