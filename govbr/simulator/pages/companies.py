"""The page "Gerenciar vínculos com empresas": by a fake e-CNPJ, with collaborators and ends."""

from flask import Blueprint, redirect, render_template, request, url_for

from govbr.simulator import browser, ties
from govbr.simulator.context import current
from govbr.simulator.errors import TieRefused
from govbr.simulator.pages.authorize import PageAnswer
from govbr.simulator.people import Person

blueprint = Blueprint("companies", __name__, url_prefix="/conta/empresas")
blueprint.before_request(browser.refuse_foreign_posts)


@blueprint.get("")
def show() -> PageAnswer:
    """Show the companies, and the collaborators of those whose certificate is one's own."""
    person = browser.person(current())
    return redirect(url_for("account.show"), 303) if person is None else _page(person)


@blueprint.post("")
def change() -> PageAnswer:
    """Tie or take out a company, or a collaborator of one."""
    simulator = current()
    person = browser.person(simulator)
    if person is None:
        return redirect(url_for("account.show"), 303)
    act = request.form.get("acao", "")
    try:
        _ACTS.get(act, _nothing)(person)
    except TieRefused as refused:
        return _page(person, act=act, refused=refused), 422
    return redirect(url_for("companies.show"), 303)


def _nothing(_person: Person) -> None:
    """Do nothing: the form asked for nothing that is known."""


def _tie(person: Person) -> None:
    simulator, form = current(), request.form
    with simulator.store.writing() as connection:
        ties.tie(
            connection,
            person=person,
            cnpj=form.get("cnpj", ""),
            name=form.get("nome", ""),
            role=form.get("atuacao", ""),
            valid_until=form.get("validade", ""),
            now=simulator.now(),
        )


def _untie(person: Person) -> None:
    with current().store.writing() as connection:
        ties.untie(connection, cpf=person.cpf, cnpj=request.form.get("empresa", ""))


def _add(person: Person) -> None:
    simulator, form = current(), request.form
    with simulator.store.writing() as connection:
        ties.add_collaborator(
            connection,
            owner=person,
            cnpj=form.get("empresa", ""),
            cpf=form.get("cpf", ""),
            valid_until=form.get("validade", ""),
            now=simulator.now(),
        )


def _remove(person: Person) -> None:
    cnpj, cpf = request.form.get("empresa", ""), request.form.get("cpf", "")
    with current().store.writing() as connection:
        if cpf in ties.collaborators(connection, owner=person.cpf, cnpj=cnpj):
            ties.untie(connection, cpf=cpf, cnpj=cnpj)


_ACTS = {"vincular": _tie, "desvincular": _untie, "incluir": _add, "excluir": _remove}


def _page(person: Person, *, act: str = "", refused: TieRefused | None = None) -> str:
    owned = {tie.cnpj for tie in ties.owned(person)}
    with current().store.reading() as connection:
        helpers = {
            cnpj: ties.collaborators(connection, owner=person.cpf, cnpj=cnpj) for cnpj in owned
        }
    return render_template(
        "companies.html",
        person=person,
        owned=owned,
        helpers=helpers,
        roles=ties.OWNER_ROLES,
        typed=request.form if refused else {},
        problems={refused.field: str(refused)} if refused else {},
        act=act,
        company=request.form.get("empresa", ""),
    )
