"""The second factor: a code that the application shows, asked for after the password."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from govbr.simulator import browser, challenges, people
from govbr.simulator.authorizations import Authorization
from govbr.simulator.challenges import Challenge, Purpose
from govbr.simulator.context import Simulator, current
from govbr.simulator.pages import codes
from govbr.simulator.pages.authorize import PageAnswer, resume
from govbr.simulator.people import Person

blueprint = Blueprint("second_factor", __name__, url_prefix="/login/verificacao")
blueprint.before_request(browser.refuse_foreign_posts)

_PURPOSE: Final[Purpose] = "segundo_fator"


def ask(simulator: Simulator, authorization: Authorization, person: Person) -> Response:
    """Send a code and lead to the page that asks for it.

    Args:
        simulator: Where.
        authorization: The request that goes on afterwards.
        person: Who typed their password rightly, or chose a new one.

    Returns:
        The redirection.
    """
    return codes.send(simulator, authorization, person, purpose=_PURPOSE, channel="app")


@blueprint.get("")
def show() -> str:
    """Show the page."""
    return _page(codes.present(_PURPOSE))


@blueprint.post("")
def take() -> PageAnswer:
    """Take the code, and go back to the authorization request."""
    simulator, challenge = current(), codes.present(_PURPOSE)
    if not challenges.prove(simulator, challenge, request.form.get("codigo", "")):
        return _page(challenge, error=codes.WRONG), 422
    with simulator.store.writing() as connection:
        challenges.finish(connection, challenge)
    browser.log_in(simulator, cpf=challenge.cpf, amr=("passwd", "mfa", "otp"))
    return resume(codes.authorization_of(simulator, challenge))


@blueprint.post("/reenviar")
def send_again() -> Response:
    """Send another code."""
    simulator, challenge = current(), codes.present(_PURPOSE)
    with simulator.store.reading() as connection:
        person = people.find(connection, cpf=challenge.cpf)
    authorization = codes.authorization_of(simulator, challenge)
    if person is None:
        return redirect(url_for("login.ask_cpf", authorization_id=authorization.id), 303)
    return ask(simulator, authorization, person)


def _page(challenge: Challenge, *, error: str | None = None) -> str:
    return render_template("second_factor.html", challenge=challenge, error=error)
