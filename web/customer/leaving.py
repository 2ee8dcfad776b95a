"""Leaving: our session ends, and gov.br's too for whoever came in through it."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, url_for

from govbr.addresses import logout_url
from web import sessions
from web.services import current_services
from web.visitors import current_visitor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("leaving", __name__)


@blueprint.post("/sair")
def leave() -> "Response":
    """End the session; a person goes on through gov.br's own logout (manual, "Logout").

    Returns:
        The redirection, which ends at an entrance.
    """
    kind = current_visitor().kind
    sessions.end("saiu")
    if kind == "person":
        target = logout_url(current_services().relying_party)
    else:
        target = url_for("staff_entrance.show" if kind == "staff" else "entrance.show")
    return redirect(target, HTTPStatus.SEE_OTHER)
