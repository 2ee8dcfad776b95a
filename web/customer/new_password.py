"""The page behind the mailed link: choose a new password for a legacy login.

Opening the link only puts its secret into the session on the server, sealed, and leads on, so that
the secret leaves the address bar, the history and every Referer. Nothing is used up before the
form is sent: programs that scan mail open links too.
"""

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

from govbr.errors import SealBroken
from orquestra import resets
from orquestra.errors import ResetRefused
from orquestra.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH
from web import sessions
from web.secret_links import PREFIX
from web.services import current_services
from web.visitors import current_visitor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("new_password", __name__, url_prefix=PREFIX)

_KEPT_AS = "nova_senha"
_PURPOSE = "reset.token"
_BOUND_TO = "session"
_LONGEST_TOKEN = 200

_SENTENCES: dict[resets.Weakness, str] = {
    "curta": f"A senha precisa de pelo menos {MINIMUM_LENGTH} caracteres.",
    "longa": f"A senha pode ter no máximo {MAXIMUM_LENGTH} caracteres.",
    "do_login": "A senha não pode ser o nome do login. Escolha outra.",
    "comum": "Esta senha é das primeiras que alguém tentaria. Escolha outra.",
}


@blueprint.get("/<token>")
def open_link(token: str) -> "Response":
    """Take the secret out of the address.

    Args:
        token: What the link carries.

    Returns:
        A redirection to the form.
    """
    session[_KEPT_AS] = current_services().sealer.seal(
        token[:_LONGEST_TOKEN].encode(), purpose=_PURPOSE, bound_to=_BOUND_TO
    )
    answer = redirect(url_for("new_password.show"), HTTPStatus.SEE_OTHER)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.get("")
def show() -> "Response":
    """Ask for the new password, or say that the link opens nothing.

    Returns:
        The page.
    """
    current_visitor()
    services = current_services()
    try:
        with services.database.connect() as connection:
            opened = resets.standing(connection, token=_token(), now=services.clock.now())
    except ResetRefused:
        return _refused()
    return _form(opened, {})


@blueprint.post("")
def choose() -> "Response":
    """Set the new password.

    Returns:
        A redirection to the sign-in, or the form with what is missing.
    """
    current_visitor()
    services = current_services()
    now, token, password = services.clock.now(), _token(), request.form.get("senha", "")
    rotation = None
    try:
        with services.database.begin() as connection:
            opened = resets.standing(connection, token=token, now=now)
            errors = _errors(password, request.form.get("repetida", ""), opened)
            if errors:
                return _form(opened, errors)
            if current_visitor().kind in ("anonymous", "legacy"):
                # Before the login's sessions end: this browser goes on, under nobody's name.
                rotation = sessions.promote(connection, kind="anonymous", now=now)
            resets.use(
                connection,
                token=token,
                new_password=password,
                profile=services.settings.password_profile,
                now=now,
            )
    except ResetRefused:
        return _refused()
    session.pop(_KEPT_AS, None)
    if rotation is not None:
        sessions.current_session().adopt(rotation)
    return _onwards(opened)


def _onwards(opened: resets.Standing) -> "Response":
    """Lead to where the new password is typed."""
    if current_visitor().kind == "person":
        flash(
            f"A senha do login {opened.login} foi trocada. Digite-a abaixo para vincular o login "
            "à sua conta gov.br.",
            "success",
        )
        return redirect(url_for("linking.show"), HTTPStatus.SEE_OTHER)
    then = (
        " O prazo deste login terminou: depois de entrar, você será levado a sincronizá-lo com o "
        "gov.br."
        if opened.blocked
        else ""
    )
    flash(f"A senha do login {opened.login} foi trocada. Entre com a senha nova.{then}", "success")
    return redirect(url_for("entrance.show"), HTTPStatus.SEE_OTHER)


def _errors(password: str, repeated: str, opened: resets.Standing) -> dict[str, str]:
    """Say what the form lacks, by field."""
    weak = resets.weakness(password, login=opened.login)
    if weak is not None:
        return {"senha": _SENTENCES[weak]}
    if password != repeated:
        return {"repetida": "As duas senhas são diferentes. Digite a mesma nas duas vezes."}
    return {}


def _token() -> str:
    """Read the link's secret from the session; empty when no link was opened here."""
    kept = session.get(_KEPT_AS)
    if not isinstance(kept, str):
        return ""
    try:
        opened = current_services().sealer.open(kept, purpose=_PURPOSE, bound_to=_BOUND_TO)
    except SealBroken:
        return ""  # the secret key was changed since; the link in the mail opens it again
    return opened.decode()


def _form(opened: resets.Standing, errors: dict[str, str]) -> "Response":
    """Show the form."""
    page = render_template(
        "customer/new_password.html", opened=opened, errors=errors, minimum=MINIMUM_LENGTH
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)


def _refused() -> "Response":
    """Say that the link opens nothing; one page for every cause."""
    session.pop(_KEPT_AS, None)
    return make_response(render_template("customer/new_password_refused.html"), HTTPStatus.GONE)
