"""Passo 5: "Meu Ambiente de Trabalho", and the whole of "Meu histórico" page by page.

A legacy session sees its own login's work and never an offer to start a process; a person who
came in by gov.br sees what all their linked logins brought.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import Connection

from govbr import attempts
from orquestra import logins, ownership, people, work
from orquestra.linking import AccountLink, links_of_person
from orquestra.text import fold
from web import visitors
from web.customer import list_pages, process_pages, receipts, refusals
from web.customer.standing import legacy_standing
from web.ownership_texts import ROLES
from web.services import current_services
from web.visitors import Visitor

blueprint = Blueprint("workspace", __name__)
blueprint.register_blueprint(process_pages.blueprint)
blueprint.register_blueprint(receipts.blueprint)
refusals.register(blueprint)

_TASKS = 10
_HISTORY = 5
_ALL = 20
_TITLES = {
    work.IN_PROGRESS: "Meus processos em andamento",
    work.CONCLUDED: "Meus processos concluídos",
}


@dataclass(frozen=True, kw_only=True)
class OldLogin:
    """One line of "Meus logins antigos".

    Args:
        login: The login.
        counts: What it brought.
        link: Its link, for the receipt.
    """

    login: logins.LegacyLogin
    counts: work.WorkCounts
    link: AccountLink | None


@blueprint.get("/area")
def show() -> str:
    """Show the workspace."""
    visitor = visitors.customer()
    services = current_services()
    now = services.clock.now()
    with services.database.connect() as connection:
        facts = _everyones_facts(connection, visitor, now)
        if visitor.person is not None:
            facts |= _persons_facts(connection, visitor.person, now)
        elif visitor.login is not None:
            facts["standing"] = legacy_standing(connection, visitor.login, now)
    return render_template("customer/workspace.html", visitor=visitor, now=now, **facts)


@blueprint.get("/area/processos")
def processes() -> str:
    """Show all processes of one situation, with a search, page by page."""
    visitor = visitors.customer()
    concluded = request.args.get("situacao") == work.CONCLUDED
    situation = work.CONCLUDED if concluded else work.IN_PROGRESS
    search = request.args.get("busca", "").strip()
    with current_services().database.connect() as connection:
        own_logins = _own_logins(connection, visitor)
        login_id = _chosen_login(own_logins)
        page = list_pages.read(
            lambda offset: work.processes(
                connection,
                visitor.holder,
                situation=situation,
                login_id=login_id,
                search=search,
                limit=_ALL,
                offset=offset,
            ),
            number=request.args.get("pagina"),
            size=_ALL,
        )
    chosen: dict[str, Any] = {"situacao": situation, "busca": search or None, "login": login_id}
    return render_template(
        "customer/processes.html",
        title=_TITLES[situation],
        situation=situation,
        search=search,
        logins=own_logins,
        login_id=login_id,
        page=page,
        address=lambda number: url_for("workspace.processes", **chosen, pagina=number),
    )


def _everyones_facts(connection: Connection, visitor: Visitor, now: datetime) -> dict[str, Any]:
    """Read what both kinds of customers see."""
    holder = visitor.holder
    search = request.args.get("tarefa", "").strip()
    tasks = list_pages.read(
        lambda offset: work.tasks(
            connection, holder, search=search, now=now, limit=_TASKS, offset=offset
        ),
        number=request.args.get("pagina"),
        size=_TASKS,
    )
    return {
        "counts": work.counts(connection, holder),
        "tasks": tasks,
        "task_search": search,
        "tasks_address": lambda number: url_for(
            "workspace.show", tarefa=search or None, pagina=number, _anchor="minhas-tarefas"
        ),
        "in_progress": work.processes(
            connection, holder, situation=work.IN_PROGRESS, limit=_HISTORY
        ),
        "concluded": work.processes(connection, holder, situation=work.CONCLUDED, limit=_HISTORY),
        "several_logins": len(_own_logins(connection, visitor)) > 1,
    }


def _persons_facts(connection: Connection, person: people.Person, now: datetime) -> dict[str, Any]:
    """Read what only a person who came in by gov.br sees."""
    search = request.args.get("processo", "").strip()
    known = people.ties_of(connection, person.id) if person.ties_known else []
    return {
        "catalogue": [entry for entry in work.catalogue(connection) if _fits(entry, search)],
        "catalogue_search": search,
        "acting_for": [tie for tie in known if tie.powers(now).may_request_every_service],
        "other_ties": [tie for tie in known if not tie.powers(now).may_request_every_service],
        "roles": ROLES,
        "ties_known": person.ties_known,
        "ties_read_at": person.ties_read_at,
        "ties_awaited_until": attempts.companies_awaited_until(
            connection, person_id=person.id, now=now
        ),
        "old_logins": _old_logins(connection, person.id),
        "company_requests": ownership.count_waiting_for(connection, person.id, now=now),
        "own_requests": len(ownership.asked_by(connection, person.id)),
    }


def _old_logins(connection: Connection, person_id: int) -> list[OldLogin]:
    """Read a person's linked logins with what each brought."""
    links = {link.login_id: link for link in links_of_person(connection, person_id)}
    return [
        OldLogin(
            login=login,
            counts=work.counts_of_login(connection, login.id),
            link=links.get(login.id),
        )
        for login in logins.logins_of_person(connection, person_id)
    ]


def _own_logins(connection: Connection, visitor: Visitor) -> list[logins.LegacyLogin]:
    """List the logins that a person may filter by; a legacy session has only itself."""
    if visitor.person is None:
        return []
    return logins.logins_of_person(connection, visitor.person.id)


def _chosen_login(own_logins: list[logins.LegacyLogin]) -> int | None:
    """Read the login that the address filters by; somebody else's counts as none."""
    asked = request.args.get("login", "")
    return next((login.id for login in own_logins if str(login.id) == asked), None)


def _fits(entry: work.CatalogueEntry, search: str) -> bool:
    """Tell whether a kind of process has what was searched for."""
    return fold(search) in fold(f"{entry.code} - {entry.name} {entry.area} {entry.description}")
