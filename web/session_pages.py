"""What the pages' script asks about the visit: how long it lasts, after this use."""

from typing import Any

from flask import Blueprint, g

from web.errors import NotSignedIn

blueprint = Blueprint("session", __name__)


@blueprint.get("/sessao.json")
def show() -> dict[str, Any]:
    """Use the visit once more, and say how long it lasts.

    Returns:
        The seconds that are left, and whether no use can make them more.

    Raises:
        NotSignedIn: The visit is over.
    """
    if "session_seconds" not in g:
        raise NotSignedIn
    return {"seconds": g.session_seconds, "final": g.session_final}
