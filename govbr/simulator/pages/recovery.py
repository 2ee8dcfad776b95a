"""A new password for somebody who forgot theirs: a code by e-mail or SMS, then the password."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from govbr.simulator import browser, challenges, people, returning, sign_ups
from govbr.simulator.challenges import Challenge, Purpose
from govbr.simulator.context import Simulator, current
from govbr.simulator.pages import codes, second_factor
from govbr.simulator.pages.authorize import PageAnswer, present_authorization, resume
from govbr.simulator.people import Person

blueprint = Blueprint("recovery", __name__, url_prefix="/recuperar")
blueprint.before_request(browser.refuse_foreign_posts)

_CHANNELS = {"email": "E-mail", "sms": "SMS"}
_PURPOSE: Final[Purpose] = "recuperacao"


@blueprint.get("")
def ask_channel() -> PageAnswer:
    """Ask how the code is to be sent."""
    authorization = present_authorization()
    person = _person(current(), authorization.cpf)
    if person is None:
        return redirect(url_for("login.ask_cpf", authorization_id=authorization.id), 303)
    return _channel_page(person)


@blueprint.post("")
def send() -> PageAnswer:
    """Send the code."""
    simulator, authorization = current(), present_authorization()
    person = _person(simulator, authorization.cpf)
    if person is None:
        return redirect(url_for("login.ask_cpf", authorization_id=authorization.id), 303)
    channel = request.form.get("canal", "")
    if channel not in _choices(person):
        return _channel_page(person, error="Escolha como receber o código."), 422
    return codes.send(simulator, authorization, person, purpose=_PURPOSE, channel=channel)


@blueprint.get("/senha")
def show() -> str:
    """Ask for the code, or for the new password once it was right."""
    return _page(codes.present(_PURPOSE))


@blueprint.post("/codigo")
def take_code() -> PageAnswer:
    """Take the code; a second click on the right one leads on as the first did."""
    challenge, typed = codes.present(_PURPOSE), request.form.get("codigo", "")
    if not challenge.proven and not challenges.prove(current(), challenge, typed):
        return _page(challenge, error=codes.WRONG), 422
    return redirect(url_for("recovery.show", codigo_id=challenge.id), 303)


@blueprint.post("/senha")
def take_password() -> PageAnswer:
    """Take the new password; the person goes on with it, and may be lost on the way back."""
    simulator, challenge = current(), codes.present(_PURPOSE)
    if not challenge.proven:
        return redirect(url_for("recovery.show", codigo_id=challenge.id), 303)
    password = request.form.get("senha", "")
    problem = sign_ups.problem_of_password(password, request.form.get("confirmacao", ""))
    if problem is not None:
        return _page(challenge, error=problem), 422
    hashed = people.hash_password(password)
    with simulator.store.writing() as connection:
        people.touch(connection, cpf=challenge.cpf, password_hash=hashed, known_password=None)
        challenges.finish(connection, challenge)
    return _go_on(simulator, challenge)


def _go_on(simulator: Simulator, challenge: Challenge) -> Response:
    """Let the person in; a new password does not take the second factor's place."""
    authorization = codes.authorization_of(simulator, challenge)
    person = _person(simulator, challenge.cpf)
    if person is not None and person.second_factor:
        return second_factor.ask(simulator, authorization, person)
    browser.log_in(simulator, cpf=challenge.cpf)
    return returning.after_detour(simulator, authorization, challenge.cpf) or resume(authorization)


def _person(simulator: Simulator, cpf: str | None) -> Person | None:
    with simulator.store.reading() as connection:
        return people.find(connection, cpf=cpf or "")


def _choices(person: Person) -> dict[str, str]:
    """Name the ways that an account has, with the address masked as gov.br shows it."""
    addresses = {"email": person.email, "sms": person.phone}
    return {
        channel: f"{name} para {_masked(address)}"
        for channel, name in _CHANNELS.items()
        if (address := addresses[channel])
    }


def _masked(address: str) -> str:
    name, at, domain = address.partition("@")
    return f"{name[:2]}{'*' * max(len(name) - 4, 3)}{name[-2:]}{at}{domain}"


def _channel_page(person: Person, *, error: str | None = None) -> str:
    return render_template(
        "recovery_channel.html",
        authorization=present_authorization(),
        choices=_choices(person),
        error=error,
    )


def _page(challenge: Challenge, *, error: str | None = None) -> str:
    page = "recovery_password.html" if challenge.proven else "recovery_code.html"
    return render_template(page, challenge=challenge, error=error)
