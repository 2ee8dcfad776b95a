"""How the pages are shown: "Alto Contraste".

The choice of contrast lives in a cookie of its own, read by the frame of the pages: it is no
secret, outlives the session, and the script that toggles it in place writes the same cookie.
"""

from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from web.returning_paths import own_path
from web.services import current_services

COOKIE = "contraste"
_A_YEAR_IN_SECONDS = 365 * 24 * 3600

blueprint = Blueprint("display", __name__)


@blueprint.get("/contraste")
def contrast() -> Response:
    """Turn high contrast on or off and go back to the page.

    Returns:
        A redirection to the page that the button stood on.
    """
    chosen = "padrao" if request.cookies.get(COOKIE) == "alto" else "alto"
    answer = redirect(_own_address(request.args.get("voltar", "/")), HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        COOKIE,
        chosen,
        max_age=_A_YEAR_IN_SECONDS,
        samesite="Lax",
        secure=current_services().settings.secure,
    )
    return answer


def _own_address(target: str) -> str:
    """Let nobody use the button to send people to another site."""
    path, _, query = target.partition("?")
    return target if own_path(path) and query.isprintable() else "/"
