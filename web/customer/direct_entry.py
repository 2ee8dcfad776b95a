"""The direct "Entrar com gov.br": no legacy login is named, and a session begins."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, session, url_for

from engine import reads
from govbr import attempts
from web import session_ends, sessions
from web.customer.roadside import look_until
from web.errors import NotSignedIn
from web.services import current_services
from web.visitors import current_visitor

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers import Response

blueprint = Blueprint("direct_entry", __name__, url_prefix="/govbr")

PROCESS = "entrada"
_ATTEMPT = "tentativa_de_entrada"
_WANTED = "pagina_pedida"

# The sentence for each failure that an attempt may end with.
FAILURES = {
    "negado": "Você escolheu Negar no gov.br, então não foi possível entrar.",
    "codigo_recusado": "O gov.br não reconheceu mais este acesso. Clique em Entrar com gov.br "
    "novamente.",
    "govbr_fora_do_ar": "O gov.br não está respondendo. Tente novamente em alguns minutos.",
    "procuracao": "Você entrou no gov.br por procuração, em nome de outra pessoa. Entre com a sua "
    "própria conta gov.br.",
    "expirado": "O tempo para concluir a entrada terminou. Clique em Entrar com gov.br novamente.",
}
_ANY_FAILURE = (
    "Não foi possível conferir a resposta do gov.br. Clique em Entrar com gov.br novamente."
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """How a direct entry goes.

    Args:
        attempt: The attempt.
        retry_at: When a step that failed is tried again.
        stuck: Whether a step failed for good.
    """

    attempt: attempts.Attempt
    retry_at: "datetime | None"
    stuck: bool

    @property
    def failed(self) -> bool:
        """Whether it ended without a person."""
        return self.attempt.status == "failed"

    @property
    def over(self) -> bool:
        """Whether it is known who came, or that nobody did."""
        return self.failed or self.attempt.person_id is not None


@blueprint.post("/entrar")
def begin() -> "Response":
    """Begin an attempt that names no login, and send the browser to gov.br.

    Returns:
        The redirection; to where they stand for whoever is signed in already.
    """
    if current_visitor().signed_in:
        return redirect(url_for("entrance.show"), HTTPStatus.SEE_OTHER)
    services = current_services()
    session[_WANTED] = session_ends.wanted_page()
    session_id = sessions.ensure()
    with services.database.begin() as connection:
        begun = attempts.begin(
            connection,
            services.relying_party,
            services.sealer,
            session_id=session_id,
            login_id=None,
            purpose="entrar",
            now=services.clock.now(),
        )
    return redirect(begun.authorization_url, HTTPStatus.SEE_OTHER)


@blueprint.get("/andamento")
def show() -> "Response | str":
    """Wait a moment for gov.br's answer and go in, or show how it goes.

    Returns:
        A redirection to the page that was asked for, or into the workspace, or back to the
        entrance; the status page in between.
    """
    if current_visitor().signed_in:
        return redirect(url_for("entrance.show"), HTTPStatus.SEE_OTHER)
    attempt_id = _own_attempt()
    entry = look_until(lambda: look(attempt_id), lambda seen: seen.over or seen.stuck)
    if entry.failed:
        session.pop(_ATTEMPT, None)
        flash(FAILURES.get(entry.attempt.failure or "", _ANY_FAILURE), "warning")
        return redirect(url_for("entrance.show"), HTTPStatus.SEE_OTHER)
    if entry.attempt.person_id is None:
        return render_template("customer/entry_progress.html", entry=entry)
    wanted = session.get(_WANTED)
    _go_in(entry.attempt)
    return redirect(wanted or url_for("workspace.show"), HTTPStatus.SEE_OTHER)


@blueprint.get("/andamento.json")
def show_region() -> dict[str, Any]:
    """Give the live region's content.

    Returns:
        Its HTML, whether it will change no more, and where "Continuar" leads.
    """
    entry = look(_own_attempt())
    html = render_template("customer/entry_region.html", entry=entry)
    next_url = url_for("direct_entry.show") if entry.over else None
    return {"html": html, "done": entry.over, "next_url": next_url}


def remember_attempt(attempt_id: int) -> None:
    """Note in the session which attempt it waits for.

    Args:
        attempt_id: The attempt that came back with a code.
    """
    session[_ATTEMPT] = attempt_id


def look(attempt_id: int) -> Entry:
    """Read how an entry goes.

    Args:
        attempt_id: Its attempt.

    Returns:
        What the page shows.
    """
    with current_services().database.connect() as connection:
        attempt = attempts.load(connection, attempt_id)
        instance = reads.instance_by_key(connection, PROCESS, f"attempt:{attempt_id}")
        jobs = reads.waiting_jobs(connection, instance.id) if instance is not None else []
    retries = [job.due_at for job in jobs if job.last_error and job.state == "ready"]
    return Entry(
        attempt=attempt,
        retry_at=min(retries, default=None),
        stuck=any(job.state == "incident" for job in jobs),
    )


def _own_attempt() -> int:
    """Give the attempt that this session waits for."""
    attempt_id = session.get(_ATTEMPT)
    if attempt_id is None:
        raise NotSignedIn
    return int(attempt_id)


def _go_in(attempt: attempts.Attempt) -> None:
    """Make the session the person's, if it is the one that began."""
    services = current_services()
    now = services.clock.now()
    browser = sessions.current_session()
    if browser.row is None or browser.row.id != attempt.session_id:
        raise NotSignedIn
    with services.database.begin() as connection:
        rotation = sessions.promote(connection, kind="person", person_id=attempt.person_id, now=now)
    browser.adopt(rotation)
