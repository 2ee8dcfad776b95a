"""The other ways in: a certificate, a bank or the app names the person, so one is chosen here."""

from flask import Blueprint, abort, redirect, render_template, request, url_for

from govbr.simulator import browser, people
from govbr.simulator.context import current
from govbr.simulator.pages.authorize import PageAnswer, present_authorization, resume
from govbr.simulator.registry_numbers import parse_cnpj, parse_cpf
from govbr.simulator.ways_in import WAYS, WayIn

blueprint = Blueprint("other_ways", __name__, url_prefix="/login/outras")
blueprint.before_request(browser.refuse_foreign_posts)


@blueprint.get("/<code>")
def show(code: str) -> str:
    """Show the people whose certificate, bank or app there is."""
    return _page(_way(code), "")


@blueprint.post("/<code>")
def enter(code: str) -> PageAnswer:
    """Let the chosen person in."""
    way, simulator, authorization = _way(code), current(), present_authorization()
    if authorization.answer is not None:
        return resume(authorization)
    cpf = parse_cpf(request.form.get("cpf", "")) or ""
    choice = request.form.get("escolha", "")
    with simulator.store.writing() as connection:
        person = people.find(connection, cpf=cpf)
        if person is not None and way.level:
            people.raise_level(connection, cpf=cpf, level=way.level)
    if person is None or (way.choices and choice not in way.choices):
        return _page(way, "Escolha a pessoa e, se houver, de onde vem a identificação."), 422
    tie = None
    if asked := request.form.get("empresa", ""):
        tie = next((tie for tie in person.ties if tie.cnpj == parse_cnpj(asked)), None)
        if tie is None or not way.company:
            return _page(way, "O e-CNPJ precisa ser de uma empresa desta pessoa."), 422
    browser.log_in(
        simulator,
        cpf=cpf,
        amr=(*way.amr, *([choice] if way.choices else [])),
        cnpj=tie.cnpj if tie else None,
        certificate_name=tie.company_name if tie else None,
    )
    return redirect(url_for("authorize.ask_consent", authorization_id=authorization.id), 303)


def _way(code: str) -> WayIn:
    if code not in WAYS:
        abort(404)
    return WAYS[code]


def _page(way: WayIn, error: str) -> str:
    with current().store.reading() as connection:
        listed = people.listing(connection)
    companies = [(person, tie) for person in listed for tie in person.ties]
    return render_template(
        "other_way.html",
        authorization=present_authorization(),
        way=way,
        people=listed,
        companies=companies if way.company else [],
        error=error,
    )
