"""Builds the two apps: the SSO host with its pages, and the API host with the companies."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, redirect, render_template, request
from werkzeug import Response as BaseResponse

from govbr.simulator import (
    browser,
    clients,
    companies_api,
    context,
    known_people,
    reliabilities_api,
)
from govbr.simulator.configuration import SimulatorConfig
from govbr.simulator.context import Simulator
from govbr.simulator.control import api as control_api
from govbr.simulator.control import pages as control_pages
from govbr.simulator.control import registrations
from govbr.simulator.errors import PageGone
from govbr.simulator.oidc import authorization_server, endpoints
from govbr.simulator.pages import (
    account,
    authorize,
    catalogue,
    companies,
    login,
    logout,
    other_ways,
    recovery,
    second_factor,
    sign_up,
)
from govbr.simulator.registry_numbers import format_cnpj, format_cpf
from govbr.simulator.storage import Storage
from govbr.simulator.traffic import Traffic

_log = logging.getLogger(__name__)
_MODULES = (
    endpoints,
    authorize,
    login,
    second_factor,
    recovery,
    other_ways,
    account,
    companies,
    catalogue,
    logout,
    sign_up,
    control_api,
    registrations,
    control_pages,
)
_MAX_BODY = 256 * 1024  # bytes


def create_simulator(config: SimulatorConfig, store: Storage | None = None) -> Flask:
    """Build the SSO host: protocol, pages, control.

    Args:
        config: The settings.
        store: An open database to share with the API host; opened here when absent.

    Returns:
        The app, with its people loaded.
    """
    simulator = Simulator(config, store or Storage(config.data_dir))
    _log.warning("This is a local simulator, not gov.br: made-up people only, no real login.")
    _register_clients(simulator)
    known_people.load_personas(simulator.store)
    _load_people_file(simulator)
    app = _app(simulator)
    app.config["SESSION_COOKIE_NAME"] = browser.COOKIE_NAME
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["SESSION_COOKIE_SECURE"] = config.issuer.startswith("https:")
    app.secret_key = browser.cookie_secret(simulator)
    authorization_server.install(app, simulator)
    for module in _MODULES:
        app.register_blueprint(module.blueprint)
    app.register_error_handler(PageGone, _show_page_gone)
    app.after_request(_protect(simulator))
    app.context_processor(_page_values)
    app.add_template_filter(format_cpf, "cpf")
    app.add_template_filter(format_cnpj, "cnpj")
    return app


def create_api(config: SimulatorConfig, store: Storage | None = None) -> Flask:
    """Build the API host: the companies.

    Args:
        config: The settings, as given to `create_simulator`.
        store: The same open database; opened here when absent.

    Returns:
        The app.
    """
    app = _app(Simulator(config, store or Storage(config.data_dir)))
    app.register_blueprint(companies_api.blueprint)
    app.register_blueprint(reliabilities_api.blueprint)
    app.add_url_rule("/", "catalogue", lambda: _to_catalogue(config))
    app.register_error_handler(HTTPStatus.NOT_FOUND, _answer_unknown_path)
    return app


def _to_catalogue(config: SimulatorConfig) -> BaseResponse:
    """Lead to the catalogue: at gov.br it is the first page of a host of its own."""
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{config.issuer}catalogo?{query}", 303)


def _app(simulator: Simulator) -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.after_request(_say_what_this_is)
    context.attach(app, simulator)
    traffic = Traffic(app.wsgi_app, simulator.store, simulator.config.clock)
    app.wsgi_app = traffic  # type: ignore[method-assign]
    return app


def _say_what_this_is(response: Response) -> Response:
    """Say in every answer that it comes from no real gov.br."""
    response.headers["X-Simulador"] = "Simulador local; nao e o gov.br"
    return response


def _register_clients(simulator: Simulator) -> None:
    config = simulator.config
    known = [clients.of_settings(config)]
    if config.clients_file is not None:
        known += clients.read_file(config.clients_file)
    with simulator.store.writing() as connection:
        clients.keep_only_known(connection, known)


def _load_people_file(simulator: Simulator) -> None:
    path = simulator.config.people_file
    if path is None:
        return
    if not path.exists():
        _log.warning("The file of extra people is not there yet; it is read when it appears.")
    known_people.load_file(simulator.store, path)


def _show_page_gone(_gone: PageGone) -> tuple[str, int]:
    return render_template("gone.html"), HTTPStatus.GONE


def _answer_unknown_path(_missing: Exception) -> tuple[Response, int]:
    error = {"status": 404, "code": "RESOURCE_NOTFOUND", "title": "Recurso não encontrado."}
    return jsonify({"errors": [error]}), HTTPStatus.NOT_FOUND


def _page_values() -> dict[str, object]:
    return {"high_contrast": request.cookies.get("simulador_contraste") == "alto"}


def _policy(simulator: Simulator) -> str:
    # A browser applies form-action to the redirect after a form, too: the clients' hosts count.
    with simulator.store.reading() as connection:
        addresses = [a for client in clients.listing(connection) for a in client.addresses]
    parts = (urlsplit(address) for address in addresses)
    origins = sorted({f"{part.scheme}://{part.netloc}" for part in parts})
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        f"base-uri 'none'; frame-ancestors 'none'; form-action 'self' {' '.join(origins)}"
    )


def _protect(simulator: Simulator) -> Callable[[Response], Response]:
    def protect(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = _policy(simulator)
            response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return protect
