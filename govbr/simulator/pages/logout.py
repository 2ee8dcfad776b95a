"""The end of the SSO session; a client's page may come here by link or by form (manual, Logout)."""

from flask import Blueprint, redirect, render_template, request

from govbr.simulator import browser
from govbr.simulator.context import current
from govbr.simulator.pages.authorize import PageAnswer

blueprint = Blueprint("logout", __name__)


@blueprint.route("/logout", methods=["GET", "POST"])
def log_out() -> PageAnswer:
    """End the SSO session; an address that is not registered keeps the person here."""
    browser.log_out()
    address = request.values.get("post_logout_redirect_uri")
    if address in current().config.post_logout_redirect_uris:
        return redirect(str(address), 303)
    return render_template("logged_out.html")
