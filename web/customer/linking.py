"""The page "Vincular um login antigo": a person adds another legacy login by its password."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from orquestra import linking, logins
from web.customer.entrance import LinkedRefusal, Refusal, check_password
from web.customer.normalization import start_instance
from web.formatting import date_br
from web.services import current_services
from web.visitors import person, walk_road

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("linking", __name__, url_prefix="/vincular")


@blueprint.get("")
def show() -> str:
    """Ask for a legacy login.

    Returns:
        The page.
    """
    person()
    return render_template("customer/link_login.html")


@blueprint.post("")
def begin() -> "Response":
    """Check the login's password and lead onto its road, within the person's session.

    Returns:
        A redirection to the normalization screen, or the page with its sentence.
    """
    person()
    name, password = request.form.get("usuario", ""), request.form.get("senha", "")
    services = current_services()
    now = services.clock.now()
    found = check_password(name, password)
    if isinstance(found, Refusal):
        page = render_template(
            "customer/link_login.html", usuario=name, errors={"": _sentence(name, found)}
        )
        return make_response(page, found.status)
    with services.runtime.transaction() as connection:
        start_instance(connection, found.id)
        key = linking.road_key(connection, found.id)
    walk_road(key, since=now)
    return redirect(url_for("normalization.show"), HTTPStatus.SEE_OTHER)


def _sentence(name: str, refusal: Refusal) -> str:
    """Say why a login is refused; of a linked one, whose it is (masked), since when, what to do."""
    if not isinstance(refusal, LinkedRefusal):
        return refusal.sentence
    with current_services().database.connect() as connection:
        own = logins.find_by_names(connection, [name.strip()])
    holder = person().person
    if holder is not None and any(login.person_id == holder.id for login in own):
        return "Este login já está vinculado à sua conta gov.br: os processos dele estão na área."
    error = refusal.error
    return (
        f"Este login já foi vinculado à conta gov.br do CPF {error.masked_holder}, em "
        f"{date_br(error.linked_at)}, e não pode ser vinculado a outra. Se você não reconhece "
        "essa vinculação, procure o atendimento do Inmetro (veja a Ajuda)."
    )
