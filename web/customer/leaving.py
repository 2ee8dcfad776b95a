"""Leaving: our session ends, and gov.br's too for whoever came in through it."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from govbr.addresses import logout_url
from web import sessions
from web.services import current_services
from web.visitors import current_visitor

if TYPE_CHECKING:
    from flask import Response as FlaskResponse
    from werkzeug.wrappers import Response

blueprint = Blueprint("leaving", __name__)

#: Says for a moment that somebody left here, and nothing of who it was.
LEFT = "normaliza_saiu"
_LEFT_SECONDS = 10 * 60
_SENTENCES = {
    "person": "Você saiu do Orquestra e do gov.br neste navegador.",
    "legacy": "Você saiu do Orquestra.",
    "staff": "Você saiu do Orquestra.",
}


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
    answer = redirect(target, HTTPStatus.SEE_OTHER)
    if kind != "anonymous":
        answer.set_cookie(
            LEFT,
            kind,
            max_age=_LEFT_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=current_services().settings.secure,
        )
    return answer


def left_sentence() -> str | None:
    """Say that somebody has just left in this browser.

    Returns:
        The sentence; None where nobody did.
    """
    return _SENTENCES.get(request.cookies.get(LEFT, ""))


def forget_left(answer: "FlaskResponse") -> "FlaskResponse":
    """Let the sentence be said once.

    Args:
        answer: The page that says it.

    Returns:
        The same.
    """
    if LEFT in request.cookies:
        answer.delete_cookie(LEFT, httponly=True, samesite="Lax")
    return answer
