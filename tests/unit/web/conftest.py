"""A bare application that renders the templates: no database, no session, no built front end."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, g, render_template

import web
from web import display, formatting
from web.customer import forgotten_password, help_pages, lost_mailbox, workspace
from web.visitors import Visitor

Render = Callable[..., str]


@pytest.fixture
def pages() -> Flask:
    """The application, with the addresses that the templates name."""
    app = Flask("web", root_path=str(Path(web.__file__).parent))
    app.config["SECRET_KEY"] = "only-for-flashes"
    app.jinja_env.globals["asset"] = lambda name: f"/static/{name}"
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    formatting.register(app)
    for module in (display, forgotten_password, help_pages, lost_mailbox, workspace):
        app.register_blueprint(module.blueprint)
    return app


@pytest.fixture
def render(pages: Flask) -> Iterator[Render]:
    """Render a template for a visitor: `render("customer/login.html", visitor, errors={...})`."""
    with pages.test_request_context("/area?pagina=2"):

        def rendered(template: str, visitor: Visitor | None = None, **facts: object) -> str:
            g.visitor = visitor
            facts.setdefault("help_contact", "ajuda@example.org")
            return render_template(template, visitor=visitor, **facts)

        yield rendered
