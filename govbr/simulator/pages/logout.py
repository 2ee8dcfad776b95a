"""The end of the SSO session; a client's page may come here by link or by form (manual, Logout)."""

from flask import Blueprint, redirect, render_template, request, url_for

from govbr.simulator import browser, clients
from govbr.simulator.context import current
from govbr.simulator.pages.authorize import PageAnswer

blueprint = Blueprint("logout", __name__)


@blueprint.route("/logout", methods=["GET", "POST"])
def log_out() -> PageAnswer:
    """End the SSO session; an address that is not registered keeps the person here.

    A form that another site's page sends comes without our cookie (SameSite=Lax), and a session
    that does not come cannot end: it is led to the same place by GET, which brings the cookie.
    """
    address = request.values.get("post_logout_redirect_uri")
    if request.method == "POST":
        return redirect(url_for("logout.log_out", post_logout_redirect_uri=address), 303)
    browser.log_out()
    with current().store.reading() as connection:
        known = [each.post_logout_redirect_uris for each in clients.listing(connection)]
    if any(address in addresses for addresses in known):
        return redirect(str(address), 303)
    return render_template("logged_out.html")
