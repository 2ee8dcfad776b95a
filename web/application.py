"""The web application's factory.

Templates get, beside what their view gives: `csrf_token()`, `csp_nonce()`, `asset(name)`,
`simulator_notice`, `help_contact`, the filters of `web.formatting`, and `g.visitor` once a view
asked who is there.
"""

from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from web import display, errors, formatting, health, row_numbers, session_ends, session_pages
from web.assets import Assets
from web.customer import (
    callback,
    company_requests,
    confirmation,
    direct_entry,
    entrance,
    foreign,
    forgotten_password,
    help_pages,
    leaving,
    linking,
    lost_mailbox,
    new_password,
    normalization,
    progress,
    workspace,
)
from web.security import forged_forms, headers
from web.services import EXTENSION, WebServices
from web.sessions import PortalSessionInterface, refuse_unreadable
from web.staff import access_cases as staff_access_cases
from web.staff import base as staff_base
from web.staff import base_logins as staff_base_logins
from web.staff import decision_batches as staff_decision_batches
from web.staff import decisions as staff_decisions
from web.staff import entrance as staff_entrance
from web.staff import incidents as staff_incidents
from web.staff import link_actions as staff_link_actions
from web.staff import links as staff_links

_LARGEST_FORM = 256 * 1024  # bytes: a task's message and its form
_DIST = Path(__file__).parent / "static" / "dist"

_PAGES = (
    display,
    session_pages,
    health,
    entrance,
    normalization,
    progress,
    confirmation,
    callback,
    direct_entry,
    linking,
    leaving,
    workspace,
    foreign,
    company_requests,
    forgotten_password,
    new_password,
    lost_mailbox,
    help_pages,
    staff_entrance,
    staff_decisions,
    staff_base,
    staff_base_logins,
    staff_links,
    staff_link_actions,
    staff_decision_batches,
    staff_access_cases,
    staff_incidents,
)


def create_app(services: WebServices) -> Flask:
    """Make the application that serves all pages.

    Args:
        services: What the pages use.

    Returns:
        A WSGI application; nothing global is touched.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=services.settings.secret_key,
        MAX_CONTENT_LENGTH=_LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=_LARGEST_FORM,
    )
    app.extensions[EXTENSION] = services
    app.session_interface = PortalSessionInterface()
    app.jinja_env.globals["asset"] = Assets(_DIST).url
    app.before_request(refuse_unreadable)
    session_ends.register(app)
    app.context_processor(_frame(services))
    formatting.register(app)
    row_numbers.register(app)
    forged_forms.register(app)
    headers.register(app)
    errors.register(app)
    for page in _PAGES:
        app.register_blueprint(page.blueprint)
    _trust_proxies(app, services.settings.trusted_proxies)
    return app


def _frame(services: WebServices) -> Any:  # noqa: ANN401 - Flask's own type for it is private
    """Make what every template gets."""

    def frame() -> dict[str, Any]:
        return {
            "simulator_notice": services.settings.simulator_notice,
            "help_contact": services.settings.help_contact,
        }

    return frame


def _trust_proxies(app: Flask, proxies: int) -> None:
    """Read the browser's address from as many proxies as really stand before us."""
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
