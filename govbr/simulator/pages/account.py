"""The account of whoever is logged in: facts, ways in, and "Gerenciar Lista de Permissões"."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from govbr.simulator import browser, clients, consents, people
from govbr.simulator.context import current

blueprint = Blueprint("account", __name__, url_prefix="/conta")
blueprint.before_request(browser.refuse_foreign_posts)


@blueprint.get("")
def show() -> str:
    """Show who is logged in; the address of the `profile` claim."""
    return render_template("account.html", person=browser.person(current()), login=browser.login())


@blueprint.get("/permissoes")
def show_permissions() -> str | Response:
    """List the services that were authorized, and which data each sees."""
    simulator = current()
    person = browser.person(simulator)
    if person is None:
        return redirect(url_for("account.show"), 303)
    with simulator.store.reading() as connection:
        granted = consents.granted(connection, cpf=person.cpf)
        names = {each.client_id: each.service_name for each in clients.listing(connection)}
    shown = [
        (client_id, consents.items(scopes), datetime.fromtimestamp(since, UTC))
        for client_id, (scopes, since) in granted.items()
    ]
    return render_template(
        "permissions.html",
        person=person,
        permissions=shown,
        names=names,
    )


@blueprint.post("/duas-etapas")
def switch_second_factor() -> Response:
    """Turn the second factor on or off."""
    simulator = current()
    person = browser.person(simulator)
    if person is not None:
        with simulator.store.writing() as connection:
            people.touch(connection, cpf=person.cpf, second_factor=not person.second_factor)
    return redirect(url_for("account.show"), 303)


@blueprint.post("/permissoes")
def withdraw() -> Response:
    """Withdraw what a service was authorized for; no call tells the service of it."""
    simulator = current()
    person = browser.person(simulator)
    if person is not None:
        with simulator.store.writing() as connection:
            consents.withdraw(connection, cpf=person.cpf, client_id=request.form.get("servico", ""))
    return redirect(url_for("account.show_permissions"), 303)
