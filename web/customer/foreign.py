"""What a foreign customer without CPF is told on entering: which way is theirs, and until when."""

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from web.customer.standing import legacy_standing
from web.services import current_services
from web.visitors import legacy

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("foreign", __name__)


@blueprint.get("/acesso-estrangeiro")
def show() -> "Response | str":
    """Show a foreign customer's way; any other login has none of its own.

    Returns:
        The page, or a redirection to the workspace.
    """
    visitor = legacy()
    assert visitor.login is not None  # noqa: S101 - legacy() refuses a visitor without one
    services = current_services()
    with services.database.connect() as connection:
        standing = legacy_standing(connection, visitor.login, services.clock.now())
    if standing is None or not standing.foreign:
        return redirect(url_for("workspace.show"))
    return render_template("customer/foreign.html", standing=standing, visitor=visitor)
