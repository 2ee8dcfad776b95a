"""Where a visit that has ended leads: to the entrance, with a word of why, and back again.

Whoever opens a page without being signed in is led to the entrance, which takes them back to that
page. A form that was sent after the visit had ended gets its texts back, to be copied: its proof
against forgery ended with the visit, so that nothing of it may be carried out.
"""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import Flask, flash, g, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError

from orquestra import portal_sessions
from web.errors import FORM_TOO_OLD, NotSignedIn, SessionLinked, SessionOver, problem_page
from web.returning_paths import own_path
from web.services import current_services
from web.sessions import LINKED, current_session

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_log = logging.getLogger(__name__)

#: Where the customers' pages do not lead, and the other way round.
STAFF_PAGES: Final = "/equipe"
# RFC 9110 section 9.2.1.
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_NEVER_SHOWN = ("csrf_token", "senha", "codigo", "token")
#: Where entrances lead by themselves.
_HOMES = ("/area", STAFF_PAGES, "/govbr/andamento", "/sessao")
_LEAVING = "leaving.leave"
_ENTRANCE = "entrance.show"
_STAFF_ENTRANCE = "staff_entrance.show"
# Forms of people who are not signed in: which page each stands on.
_ENTRANCES: Final = {
    "entrance.enter": _ENTRANCE,
    "direct_entry.begin": _ENTRANCE,
    "staff_entrance.enter": _STAFF_ENTRANCE,
}
_STALE = "A página ficou aberta por muito tempo e foi renovada. Tente de novo."

_REASONS: Final = {
    portal_sessions.EXPIRED: "Ela acabou por falta de uso ou por ter chegado ao tempo "
    "máximo. Entre novamente para continuar de onde parou.",
    portal_sessions.PASSWORD_CHANGED: "A senha deste login foi trocada, e as sessões abertas com a "
    "anterior terminaram. Entre com a senha nova.",
}


@dataclass(frozen=True, kw_only=True)
class Written:
    """A text of a form that came too late, for the person to copy.

    Args:
        number: Its place in the form, from 1.
        text: What was written.
    """

    number: int
    text: str


def register(app: Flask) -> None:
    """Let an application answer ended visits.

    Args:
        app: The application.
    """
    app.before_request(refuse_form_of_ended)
    app.before_request(tell_time_left)
    app.register_error_handler(NotSignedIn, _to_the_entrance)
    app.register_error_handler(SessionOver, _over)
    app.register_error_handler(CSRFError, _forged)


def refuse_form_of_ended() -> "Response | None":
    """Stop a form that was sent after its visit had ended; runs before each view.

    Asked for first, its proof against forgery would only say that the page had been open for too
    long.

    Returns:
        For "Sair" the way to the entrance: the visit is over already.

    Raises:
        SessionLinked: The session ended because its login now belongs to a gov.br account.
        SessionOver: It ended otherwise.
    """
    ended = current_session().ended
    if request.method in _SAFE_METHODS or ended is None or ended.kind == "anonymous":
        return None
    if ended.ended_reason == LINKED:
        raise SessionLinked
    if request.endpoint == _LEAVING:
        return redirect(_entrance(staff=ended.kind == "staff"), HTTPStatus.SEE_OTHER)
    raise SessionOver(staff=ended.kind == "staff")


def tell_time_left() -> None:
    """Tell the frame of the pages when the visit ends if it is not used again."""
    row = current_session().row
    if row is None or row.kind == "anonymous":
        return
    services = current_services()
    limits, now = services.settings.session_limits, services.clock.now()
    g.session_ends_at = row.ends_at(limits, used_at=now)
    g.session_seconds = int((g.session_ends_at - now).total_seconds())
    g.session_final = g.session_ends_at == row.last_possible_use(limits)


def why_ended() -> str | None:
    """Say why the visit that the browser remembers has ended.

    Returns:
        A sentence; None where there is none to say.
    """
    return _REASONS.get(current_session().ended_reason or "")


def wanted_page(*, staff: bool = False) -> str | None:
    """Give the page that the entrance leads back to.

    Args:
        staff: Whether it is the staff's entrance.

    Returns:
        Its path, of the same side of the portal; None where none was named, or a foreign one.
    """
    path = own_path(request.values.get("voltar", ""))
    if path is None or (path == STAFF_PAGES or path.startswith(f"{STAFF_PAGES}/")) is not staff:
        return None
    return path


def _entrance(*, staff: bool, back_to: str | None = None) -> str:
    """Give the address of an entrance that leads back."""
    endpoint = _STAFF_ENTRANCE if staff else _ENTRANCE
    return url_for(endpoint, voltar=back_to)


def _to_the_entrance(error: NotSignedIn) -> "Response | tuple[Response, int]":
    """Lead someone who is not signed in to the entrance, and back from there."""
    is_json = request.path.endswith(".json")
    page = request.path.removesuffix(".json")
    asked_for = request.method in _SAFE_METHODS and page not in _HOMES
    target = _entrance(staff=error.staff, back_to=own_path(page) if asked_for else None)
    if is_json:
        return jsonify(next_url=target, done=False, html=""), HTTPStatus.UNAUTHORIZED
    return redirect(target, HTTPStatus.SEE_OTHER)


def _forged(error: CSRFError) -> "Response | tuple[str, int] | tuple[Response, int]":
    """Refuse a form without its proof; an entrance that grew stale is shown anew instead."""
    _log.info("request refused", extra={"action": "refused", "error": type(error).__name__})
    entrance = _ENTRANCES.get(request.endpoint or "")
    if entrance is None:
        return problem_page(FORM_TOO_OLD)
    flash(_STALE, "warning")
    staff = entrance == _STAFF_ENTRANCE
    target = _entrance(staff=staff, back_to=wanted_page(staff=staff))
    return redirect(target, HTTPStatus.SEE_OTHER)


def _over(error: SessionOver) -> tuple[str, int]:
    """Say that the visit is over, and give back what was written."""
    page = render_template(
        "errors/session_over.html",
        entrance=_entrance(staff=error.staff, back_to=_page_of_form()),
        written=_written(),
    )
    return page, HTTPStatus.FORBIDDEN


def _page_of_form() -> str | None:
    """Give the page on which the form stood, where the browser says so."""
    came_from = urlsplit(request.referrer or "")
    ours = urlsplit(current_services().settings.public_url)
    if (came_from.scheme, came_from.netloc) != (ours.scheme, ours.netloc):
        return None
    return own_path(came_from.path)


def _written() -> list[Written]:
    """Give what a person wrote in the form; no secrets, no buttons' and choices' own words."""
    texts = [
        value.strip()
        for name, value in request.form.items(multi=True)
        if not name.startswith(_NEVER_SHOWN) and " " in value.strip()
    ]
    return [Written(number=number, text=text) for number, text in enumerate(texts, start=1)]
