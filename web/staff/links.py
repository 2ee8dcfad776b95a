"""The links of logins to people: found, looked at with their evidence, and their ledger."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, session, url_for

from orquestra import linking
from orquestra.errors import LinkNotFound
from web.customer import list_pages
from web.services import current_services
from web.staff import link_evidence
from web.visitors import staff

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

blueprint = Blueprint("staff_links", __name__, url_prefix="/equipe/vinculos")

FILTERS = {
    linking.Filter.ALL: "Todos",
    linking.Filter.DONE: "Concluídos",
    linking.Filter.LINKING: "Em andamento",
    linking.Filter.STUCK: "Com contagem divergente",
    linking.Filter.UNDO_ASKED: "Com pedido para desfazer",
    linking.Filter.UNDONE: "Desfeitos",
}
RULES = {
    "cpf_confere": "O CPF do login é o da pessoa.",
    "representante": "O login é de uma empresa da qual a pessoa é Representante Legal ou Sócio no "
    "gov.br.",
    "sem_documento": "O login não tem documento nem sinal de uso por várias pessoas: valeu a "
    "senha dele.",
    "decisao": "A equipe decidiu.",
    "representante_aprovou": "Um representante da empresa do login aprovou.",
}
_PAGE = 50
_SEARCH_LIMIT = 100
# A search may be a person's name, so that it stands in the session and not in the address.
_SEARCH = "busca_de_vinculos"


@blueprint.get("")
def show_all() -> str:
    """List the links, the newest first.

    Returns:
        The page.
    """
    staff()
    which = _filter(request.args.get("estado", ""))
    searched = "busca" in request.args
    search = str(session.get(_SEARCH, "")) if searched else ""
    with current_services().database.connect() as connection:
        page = list_pages.read(
            lambda offset: linking.search_links(
                connection, search=search, which=which, limit=_PAGE, offset=offset
            ),
            number=request.args.get("pagina"),
            size=_PAGE,
        )
        stuck = linking.search_links(connection, which=linking.Filter.STUCK, limit=1).total
    chosen: dict[str, Any] = {"estado": which.value, "busca": 1 if searched else None}
    return render_template(
        "staff/links.html",
        page=page,
        stuck=stuck,
        search=search,
        which=which,
        filters=FILTERS,
        address=lambda number: url_for("staff_links.show_all", **chosen, pagina=number),
    )


@blueprint.post("")
def search() -> "Response":
    """Keep what is searched for, and show what is found.

    Returns:
        The redirection; its address names nobody.
    """
    staff()
    text = request.form.get("busca", "").strip()[:_SEARCH_LIMIT]
    session[_SEARCH] = text
    which = _filter(request.form.get("estado", ""))
    target = url_for("staff_links.show_all", estado=which.value, busca=1 if text else None)
    return redirect(target, HTTPStatus.SEE_OTHER)


@blueprint.get("/<reference>")
def show(reference: str) -> str:
    """Show one link.

    Args:
        reference: As its receipt prints it.

    Returns:
        The page.

    Raises:
        LinkNotFound: There is none.
    """
    staff()
    return page_of(reference, {})


def find(connection: "Connection", reference: str) -> linking.AccountLink:
    """Find the link of a reference.

    Args:
        connection: The caller's transaction.
        reference: As its receipt prints it.

    Returns:
        The link.

    Raises:
        LinkNotFound: There is none.
    """
    link = linking.link_by_reference(connection, reference)
    if link is None:
        raise LinkNotFound("No link has this reference.")
    return link


def page_of(reference: str, errors: dict[str, str], reason: str = "") -> str:
    """Render one link's page.

    Args:
        reference: As its receipt prints it.
        errors: What a form lacks, by field.
        reason: What was typed.

    Returns:
        The page.

    Raises:
        LinkNotFound: There is none.
    """
    services = current_services()
    with services.database.connect() as connection:
        evidence = link_evidence.read(connection, find(connection, reference))
    member = staff().staff
    return render_template(
        "staff/link.html",
        evidence=evidence,
        link=evidence.link,
        rules=RULES,
        scopes=link_evidence.scopes,
        four_eyes=services.settings.four_eyes,
        mine=member is not None and evidence.link.undo_asked_by == member.id,
        errors=errors,
        reason=reason,
        reason_limit=linking.REASON_LIMIT,
    )


def _filter(text: str) -> linking.Filter:
    """Read a filter; what is none means all."""
    return linking.Filter(text) if text in set(linking.Filter) else linking.Filter.ALL
