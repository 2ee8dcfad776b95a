"""The page "Esqueci minha senha": ask for a new password, or for one's logins' names, by mail.

The answer is one page for every name and every mailbox, so that nobody learns here who is
registered. Nothing is mailed within the request.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from orquestra import resets
from web.errors import TooManyAttempts
from web.secret_links import sealed_for_notice
from web.security.asking import Brake
from web.services import current_services
from web.visitors import current_visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

blueprint = Blueprint("forgotten_password", __name__, url_prefix="/esqueci-minha-senha")

BY_LOGIN = Brake(
    purpose="nova-senha",
    window=timedelta(minutes=15),
    per_pair=3,
    per_name=None,
    per_address=30,
)
BY_MAILBOX = Brake(
    purpose="meus-logins",
    window=timedelta(minutes=60),
    per_pair=3,
    per_name=3,
    per_address=30,
)
_LONGEST = 255


@blueprint.get("")
def show() -> str:
    """Ask for the login.

    Returns:
        The page.
    """
    current_visitor()
    return render_template("customer/forgot.html", contact=_contact())


@blueprint.post("")
def ask() -> "Response":
    """Write the mail that the login leads to, if any, and say the same for all.

    Returns:
        A redirection to the answer, or the form with what is missing.
    """
    name = request.form.get("usuario", "")
    errors = _unreadable("usuario", name, "Digite o seu login do Orquestra.")
    if not errors:

        def write(connection: "Connection", now: datetime) -> None:
            resets.ask(connection, login_text=name, seal=sealed_for_notice, now=now)

        errors = _braked(BY_LOGIN, name, write)
    if errors:
        page = render_template(
            "customer/forgot.html", usuario=name, errors=errors, contact=_contact()
        )
        return make_response(page, _status(errors))
    return redirect(url_for("forgotten_password.sent"), HTTPStatus.SEE_OTHER)


@blueprint.get("/enviado")
def sent() -> str:
    """Say what happens now, whatever was typed.

    Returns:
        The page.
    """
    current_visitor()
    return render_template("customer/forgot_sent.html", contact=_contact())


@blueprint.get("/login")
def ask_for_mailbox() -> str:
    """Ask for the mailbox of somebody who has forgotten the login too.

    Returns:
        The page.
    """
    current_visitor()
    return render_template("customer/forgot_login.html")


@blueprint.post("/login")
def ask_names() -> "Response":
    """Write the mail that lists a mailbox's logins, if it has any, and say the same for all.

    Returns:
        A redirection to the answer, or the form with what is missing.
    """
    mailbox = request.form.get("email", "")
    errors = (
        {}
        if resets.reachable(mailbox.strip())
        else {"email": "Digite um e-mail completo, como nome@empresa.com.br."}
    )
    if not errors:

        def write(connection: "Connection", now: datetime) -> None:
            resets.ask_names(connection, email_text=mailbox, now=now)

        errors = _braked(BY_MAILBOX, mailbox, write)
    if errors:
        page = render_template("customer/forgot_login.html", email=mailbox, errors=errors)
        return make_response(page, _status(errors))
    return redirect(url_for("forgotten_password.names_sent"), HTTPStatus.SEE_OTHER)


@blueprint.get("/login/enviado")
def names_sent() -> str:
    """Say what happens now, whatever was typed.

    Returns:
        The page.
    """
    current_visitor()
    return render_template("customer/forgot_login_sent.html", contact=_contact())


def too_often(error: TooManyAttempts) -> dict[str, str]:
    """Say that one has to wait before asking again.

    Args:
        error: Says for how long.

    Returns:
        The form's error.
    """
    return {
        "": f"Houve muitos pedidos seguidos. Aguarde {error.minutes} minutos e tente de novo. "
        "Confira também se a mensagem já não chegou ao seu e-mail."
    }


def _braked(
    brake: Brake, name: str, write: "Callable[[Connection, datetime], None]"
) -> dict[str, str]:
    """Do what is asked for within its limits, in one transaction with the count."""
    services = current_services()
    now = services.clock.now()
    try:
        with services.database.begin() as connection:
            brake.spend(connection, name=name, now=now)
            write(connection, now)
    except TooManyAttempts as error:
        return too_often(error)
    return {}


def _unreadable(field: str, text: str, sentence: str) -> dict[str, str]:
    """Say what a text lacks before anything is looked up by it."""
    if not text.strip():
        return {field: sentence}
    if len(text) > _LONGEST:
        return {field: f"O login tem no máximo {_LONGEST} caracteres."}
    return {}


def _status(errors: dict[str, str]) -> HTTPStatus:
    """Give the status of a form that is shown again."""
    return HTTPStatus.TOO_MANY_REQUESTS if "" in errors else HTTPStatus.UNPROCESSABLE_ENTITY


def _contact() -> str:
    """Give the place to ask for help."""
    return current_services().settings.help_contact
