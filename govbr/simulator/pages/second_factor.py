"""The second factor: a code that the application shows, asked for after the password."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from govbr.simulator import authorizations, browser, challenges, people
from govbr.simulator.authorizations import Authorization
from govbr.simulator.challenges import Challenge
from govbr.simulator.context import Simulator, current
from govbr.simulator.pages.authorize import PageAnswer, resume
from govbr.simulator.people import Person

blueprint = Blueprint("second_factor", __name__, url_prefix="/login/verificacao")
blueprint.before_request(browser.refuse_foreign_posts)

_WRONG = "Código incorreto ou vencido. Confira a mensagem ou peça outro código."


def ask(simulator: Simulator, authorization: Authorization, person: Person) -> Response:
    """Send a code and lead to the page that asks for it.

    Args:
        simulator: Where.
        authorization: The request that goes on afterwards.
        person: Who typed their password rightly.

    Returns:
        The redirection.
    """
    begun = challenges.begin(
        simulator,
        browser=browser.mark(),
        authorization_id=authorization.id,
        person=person,
        purpose="segundo_fator",
        channel="app",
    )
    return redirect(url_for("second_factor.show", codigo_id=begun.id), 303)


@blueprint.get("")
def show() -> str:
    """Show the page."""
    return _page(_present())


@blueprint.post("")
def take() -> PageAnswer:
    """Take the code, and go back to the authorization request."""
    simulator, challenge = current(), _present()
    if not challenges.prove(simulator, challenge, request.form.get("codigo", "")):
        return _page(challenge, error=_WRONG), 422
    with simulator.store.writing() as connection:
        challenges.finish(connection, challenge)
    browser.log_in(simulator, cpf=challenge.cpf, amr=("passwd", "mfa", "otp"))
    return resume(_authorization(simulator, challenge))


@blueprint.post("/reenviar")
def send_again() -> Response:
    """Send another code."""
    simulator, challenge = current(), _present()
    with simulator.store.reading() as connection:
        person = people.find(connection, cpf=challenge.cpf)
    authorization = _authorization(simulator, challenge)
    if person is None:
        return redirect(url_for("login.ask_cpf", authorization_id=authorization.id), 303)
    return ask(simulator, authorization, person)


def _present() -> Challenge:
    asked = request.values.get("codigo_id")
    return challenges.find(current(), id=asked, browser=browser.mark())


def _authorization(simulator: Simulator, challenge: Challenge) -> Authorization:
    return authorizations.find(simulator, id=challenge.authorization_id, browser=browser.mark())


def _page(challenge: Challenge, *, error: str | None = None) -> str:
    return render_template("second_factor.html", challenge=challenge, error=error)
