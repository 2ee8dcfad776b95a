"""The staff's entrance and the list of what waits for them."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from engine import incidents
from govbr import attempts
from orquestra import base_report
from orquestra import staff as members
from orquestra.errors import CredentialsRefused, LoginInactive
from web import session_ends, sessions
from web.customer import leaving
from web.customer.entrance import count_try, too_many
from web.errors import TooManyAttempts
from web.security import guessing
from web.services import current_services
from web.visitors import current_visitor, staff

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("staff_entrance", __name__, url_prefix="/equipe")

GROUP = "equipe"
_WRONG = "Usuário ou senha incorretos. Confira os dois e tente de novo."
# Counted apart from customers' logins, which may have the same names.
_COUNTED_AS = "equipe/"


@blueprint.get("/entrar")
def show() -> "Response | str":
    """Show the staff's login; whoever is in goes on.

    Returns:
        The page or the redirection.
    """
    if current_visitor().kind == "staff":
        return redirect(url_for("staff_entrance.overview"), HTTPStatus.SEE_OTHER)
    page = render_template(
        "staff/login.html",
        why_ended=session_ends.why_ended(),
        left=leaving.left_sentence(),
        voltar=session_ends.wanted_page(staff=True),
    )
    return leaving.forget_left(make_response(page))


@blueprint.post("/entrar")
def enter() -> "Response":
    """Let a member of staff in, or refuse with one sentence.

    Returns:
        A redirection to what waits, or the login with its sentence.
    """
    name = request.form.get("usuario", "")
    services = current_services()
    now = services.clock.now()
    try:
        counted = count_try(_COUNTED_AS + name, now)
        with services.database.begin() as connection:
            member = members.authenticate(
                connection, username=name, password=request.form.get("senha", "")
            )
            guessing.take_back(connection, counted)
            rotation = sessions.promote(connection, kind="staff", staff_id=member.id, now=now)
    except TooManyAttempts as error:
        return _again(name, too_many(error), HTTPStatus.TOO_MANY_REQUESTS)
    except (CredentialsRefused, LoginInactive):
        return _again(name, _WRONG, HTTPStatus.UNAUTHORIZED)
    sessions.current_session().adopt(rotation)
    wanted = session_ends.wanted_page(staff=True)
    return redirect(wanted or url_for("staff_entrance.overview"), HTTPStatus.SEE_OTHER)


@blueprint.get("")
def overview() -> str:
    """Show what waits for the staff.

    Returns:
        The page.
    """
    staff()
    services = current_services()
    with services.database.connect() as connection:
        waiting = base_report.waiting(connection)
        stopped = sum(incidents.count(connection).values())
        govbr = attempts.how_govbr_fares(connection, now=services.clock.now())
    return render_template("staff/overview.html", waiting=waiting, incidents=stopped, govbr=govbr)


def _again(name: str, sentence: str, status: HTTPStatus) -> "Response":
    """Show the login again with a sentence."""
    wanted = session_ends.wanted_page(staff=True)
    page = render_template("staff/login.html", usuario=name, errors={"": sentence}, voltar=wanted)
    return make_response(page, status)
