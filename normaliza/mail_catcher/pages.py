"""The catcher's pages: what came, one mail, and the same as JSON for tests."""

from datetime import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, jsonify, render_template, request

from normaliza.mail_catcher.mailbox import CaughtMail, Mailbox

_ZONE = ZoneInfo("America/Sao_Paulo")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    # A mail's link is a secret: the page that it leads to is not told where it stood.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_pages(mailbox: Mailbox) -> Flask:
    """Build the pages.

    Args:
        mailbox: What they show.

    Returns:
        The WSGI application.
    """
    app = Flask(__name__)
    # A foreign page must not read mails by giving this machine a name of its own.
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_filter(_in_brasilia, "in_brasilia")

    @app.get("/")
    def index() -> str:
        to = request.args.get("para", "")
        return render_template("mails.html", mails=mailbox.newest(to=to), to=to)

    @app.get("/mensagens/<int:mail_id>")
    def show(mail_id: int) -> str:
        mail = mailbox.find(mail_id)
        if mail is None:
            abort(HTTPStatus.NOT_FOUND)
        return render_template("mail.html", mail=mail)

    @app.get("/mensagens.json")
    def mails() -> Response:
        found = mailbox.newest(to=request.args.get("para", ""))
        return jsonify([_as_json(mail) for mail in found])

    @app.errorhandler(HTTPStatus.NOT_FOUND)
    def missing(_error: Exception) -> tuple[str, int]:
        return render_template("missing.html"), HTTPStatus.NOT_FOUND

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return app


def _in_brasilia(instant: datetime) -> str:
    """Write an instant as people in Brasília do."""
    return instant.astimezone(_ZONE).strftime("%d/%m/%Y %H:%M:%S")


def _as_json(mail: CaughtMail) -> dict[str, object]:
    """Write a mail for a test."""
    return {
        "id": mail.id,
        "received_at": mail.received_at.isoformat(),
        "from": mail.sender,
        "to": list(mail.to),
        "subject": mail.subject,
        "message_id": mail.message_id,
        "text": mail.text,
    }
