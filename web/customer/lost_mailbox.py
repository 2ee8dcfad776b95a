"""The page "Não tenho mais acesso": what somebody knows of a login is put before staff."""

import re
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

from orquestra import access_cases, resets
from web.customer.forgotten_password import too_often
from web.errors import TooManyAttempts
from web.security.asking import Brake
from web.services import current_services
from web.visitors import current_visitor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("lost_mailbox", __name__, url_prefix="/esqueci-minha-senha/sem-email")

BRAKE = Brake(
    purpose="sem-email", window=timedelta(hours=24), per_pair=3, per_name=5, per_address=20
)
FIELDS = (
    "usuario",
    "nome",
    "email",
    "telefone",
    "documento",
    "processos",
    "email_antigo",
    "ano",
    "relato",
)
_REQUIRED = {
    "usuario": "Digite o login que você quer recuperar.",
    "nome": "Digite o seu nome completo.",
    "relato": "Conte por que você não tem mais acesso ao e-mail e como usa este login.",
}
_LINE, _STORY = 255, 4000
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]{3})*")
_LONGEST_NUMBER = 18  # digits: what the base's own column holds
_KEPT_AS = "pedido_de_acesso"


@blueprint.get("")
def show() -> str:
    """Ask what the person knows.

    Returns:
        The page.
    """
    current_visitor()
    return render_template("customer/lost_mailbox.html", typed={})


@blueprint.post("")
def send() -> "Response":
    """Put the case before staff; the answer is the same whether somebody has the login or not.

    Returns:
        A redirection to the answer, or the form with what is missing.
    """
    typed = {field: request.form.get(field, "").strip() for field in FIELDS}
    errors = _errors(typed)
    if errors:
        return _again(typed, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    services = current_services()
    now = services.clock.now()
    try:
        with services.database.begin() as connection:
            BRAKE.spend(connection, name=typed["usuario"], now=now)
            case_id = access_cases.open_case(
                connection,
                login_text=typed["usuario"],
                name=typed["nome"],
                email=typed["email"],
                phone=typed["telefone"],
                claims=_claims(typed),
                statement=typed["relato"],
                now=now,
            )
    except TooManyAttempts as error:
        return _again(typed, too_often(error), HTTPStatus.TOO_MANY_REQUESTS)
    session[_KEPT_AS] = case_id
    return redirect(url_for("lost_mailbox.received"), HTTPStatus.SEE_OTHER)


@blueprint.get("/recebido")
def received() -> "Response | str":
    """Say that the case waits, by its number.

    Returns:
        The page, or a redirection to the form where this browser has sent none.
    """
    current_visitor()
    case_id = session.get(_KEPT_AS)
    if case_id is None:
        return redirect(url_for("lost_mailbox.show"), HTTPStatus.SEE_OTHER)
    return render_template(
        "customer/lost_mailbox_received.html",
        case_id=case_id,
        contact=current_services().settings.help_contact,
    )


def _errors(typed: dict[str, str]) -> dict[str, str]:
    """Say what the form lacks, by field, in the order of the page."""
    errors = {}
    for field in FIELDS:
        limit = _STORY if field == "relato" else _LINE
        if len(typed[field]) > limit or "\0" in typed[field]:
            errors[field] = f"Escreva no máximo {limit} caracteres."
        elif field in _REQUIRED and not typed[field]:
            errors[field] = _REQUIRED[field]
        elif field == "email" and not resets.reachable(typed[field]):
            errors[field] = "Digite um e-mail completo, em que possamos responder a você."
        elif field == "ano" and typed[field] and _year(typed[field]) is None:
            errors[field] = "Escreva o ano com quatro algarismos, como 2014, ou deixe em branco."
    return errors


def _claims(typed: dict[str, str]) -> access_cases.Claims:
    """Read what the person says they know."""
    found = (number.replace(".", "") for number in _NUMBER.findall(typed["processos"]))
    numbers = [int(number) for number in found if len(number) <= _LONGEST_NUMBER]
    return access_cases.Claims(
        document=typed["documento"],
        process_numbers=tuple(dict.fromkeys(numbers)),
        old_email=typed["email_antigo"],
        registered_year=_year(typed["ano"]),
    )


def _year(text: str) -> int | None:
    """Read a year of this or the last century."""
    return int(text) if re.fullmatch(r"(?:19|20)[0-9]{2}", text) else None


def _again(typed: dict[str, str], errors: dict[str, str], status: HTTPStatus) -> "Response":
    """Show the form again with what was typed."""
    current_visitor()
    page = render_template("customer/lost_mailbox.html", typed=typed, errors=errors)
    return make_response(page, status)
