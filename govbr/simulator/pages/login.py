"""The login: CPF, then password. One CPF field serves to enter and to create an account."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from govbr.simulator import authorizations, browser, known_people, people
from govbr.simulator.context import Simulator, current
from govbr.simulator.pages import second_factor
from govbr.simulator.pages.authorize import PageAnswer, present_authorization, resume
from govbr.simulator.registry_numbers import format_cpf, parse_cpf
from govbr.simulator.ways_in import WAYS

blueprint = Blueprint("login", __name__)
blueprint.before_request(browser.refuse_foreign_posts)


@blueprint.get("/login")
def ask_cpf() -> str:
    """Show the first page: "Identifique-se no gov.br com:"."""
    return render_template("login_cpf.html", authorization=present_authorization(), ways=WAYS)


@blueprint.post("/login")
def take_cpf() -> PageAnswer:
    """Go on to the password, or to the sign-up of a CPF without an account."""
    simulator, authorization = current(), present_authorization()
    typed = request.form.get("cpf", "")
    cpf = parse_cpf(typed)
    if cpf is None:
        error = "CPF inválido. Confira os 11 números."
        page = render_template(
            "login_cpf.html", authorization=authorization, typed=typed, error=error, ways=WAYS
        )
        return page, 422
    authorizations.remember_cpf(simulator, authorization=authorization, cpf=cpf)
    page_name = "login.ask_password" if _has_account(simulator, cpf) else "sign_up.start"
    return redirect(url_for(page_name, authorization_id=authorization.id), 303)


@blueprint.get("/login/senha")
def ask_password() -> PageAnswer:
    """Show the second page."""
    authorization = present_authorization()
    if authorization.cpf is None:
        return redirect(url_for("login.ask_cpf", authorization_id=authorization.id), 303)
    return render_template(
        "login_password.html", authorization=authorization, cpf=format_cpf(authorization.cpf)
    )


@blueprint.post("/login/senha")
def take_password() -> PageAnswer:
    """Check the password, and go back to the authorization request."""
    simulator, authorization = current(), present_authorization()
    cpf = authorization.cpf or ""
    with simulator.store.reading() as connection:
        stored = people.stored_password(connection, cpf=cpf)
    password = request.form.get("senha", "")
    if stored is None or not people.password_matches(stored, password):
        page = render_template(
            "login_password.html",
            authorization=authorization,
            cpf=format_cpf(cpf),
            error="Usuário e/ou senha inválidos.",
        )
        return page, 422
    with simulator.store.reading() as connection:
        person = people.find(connection, cpf=cpf)
    if person is not None and person.second_factor:
        return second_factor.ask(simulator, authorization, person)
    browser.log_in(simulator, cpf=cpf)
    return resume(authorization)


@blueprint.post("/contraste")
def switch_contrast() -> Response:
    """Turn the high contrast on or off, for browsers without scripts."""
    back = request.form.get("voltar", "/")
    local = back.startswith("/") and not back.startswith(("//", "/\\"))
    response = redirect(back if local else "/simulador", 303)
    high = request.cookies.get("simulador_contraste") == "alto"
    value = "normal" if high else "alto"
    response.set_cookie("simulador_contraste", value, max_age=31_536_000, samesite="Lax")
    return response


def _has_account(simulator: Simulator, cpf: str) -> bool:
    if simulator.config.people_file is not None:
        known_people.load_file(simulator.store, simulator.config.people_file)
    with simulator.store.reading() as connection:
        return people.find(connection, cpf=cpf) is not None
