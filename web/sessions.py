"""Browser sessions on PostgreSQL, behind Flask's `session`.

The cookie holds a random token; the table holds its hash. A session row is made when the first
fact has to be kept, so that a visitor who only reads leaves nothing behind. At each change of
kind (anonymous, legacy, person, staff) the token is replaced, so that a token planted before
signing in is worth nothing after it (OWASP Session Management, "Renew the Session ID").
"""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import CallbackDict

from orquestra import portal_sessions
from orquestra.errors import SessionNotFound
from web.errors import DatabaseAway
from web.services import EXTENSION, WebServices, current_services

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

_log = logging.getLogger(__name__)

COOKIE = "normaliza_sessao"
#: Why a session ended whose login was linked.
LINKED = "vinculado"
_WITHOUT_SESSION = ("/static/", "/health/")
# What outlives a change of kind; the secret against forged forms does not.
_CARRIED_OVER = ("_flashes",)


@dataclass(frozen=True)
class Rotation:
    """A session's next token, valid once the transaction that made it has committed."""

    token: str
    row: portal_sessions.PortalSession


class BrowserSession(CallbackDict[str, Any], SessionMixin):
    """The facts of one browser's visit, and the row that keeps them.

    Args:
        row: The open session's row, None while nothing had to be kept.
        ended: The session that the cookie names, where it has ended.
    """

    modified = False

    def __init__(
        self,
        row: portal_sessions.PortalSession | None = None,
        ended: portal_sessions.PortalSession | None = None,
    ) -> None:
        def mark(session: "BrowserSession") -> None:
            session.modified = True

        super().__init__(dict(row.data) if row else {}, mark)
        self.row = row
        self.ended = ended
        self.fresh_token: str | None = None
        self.over = False
        self.unreadable = False

    @property
    def ended_reason(self) -> str | None:
        """Why the session that the cookie names has ended, if it has."""
        return self.ended.ended_reason if self.ended is not None else None

    def attach(self, rotation: Rotation) -> None:
        """Go on under a row and its token.

        Args:
            rotation: The token for the cookie, and the row that it opens.
        """
        self.row = rotation.row
        self.fresh_token = rotation.token

    def adopt(self, rotation: Rotation) -> None:
        """Go on as what `promote` made of the session, once its transaction has committed.

        Args:
            rotation: What `promote` answered.
        """
        kept = {name: self[name] for name in _CARRIED_OVER if name in self}
        self.clear()
        self.update(kept)
        self.attach(rotation)


class PortalSessionInterface(SessionInterface):
    """Loads and saves `flask.session` from and to the portal's session table."""

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """Find the session that the request's cookie names.

        Args:
            app: The application that handles the request.
            request: The request.

        Returns:
            Its facts; an empty session when there is no cookie or its session is over.
        """
        token = request.cookies.get(cookie_name(_services(app)))
        if not token or request.path.startswith(_WITHOUT_SESSION):
            return BrowserSession()
        return _found(_services(app), token)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed and set the cookie where its token is new.

        Args:
            app: The application that handled the request.
            session: The session that `open_session` gave.
            response: The answer under way.
        """
        browser = cast("BrowserSession", session)
        services = _services(app)
        if browser.unreadable:
            return
        if browser.over:
            response.delete_cookie(cookie_name(services), **_cookie_scope(services))
            return
        if browser.modified:
            _write(services, browser)
        if browser.fresh_token is not None:
            response.set_cookie(
                cookie_name(services), browser.fresh_token, **_cookie_scope(services)
            )


def cookie_name(services: WebServices) -> str:
    """Name the session's cookie; over https no other host can set one by this name.

    Args:
        services: The web process's services.

    Returns:
        The name, `__Host-` prefixed over https (RFC 6265bis, section 4.1.3.2).
    """
    return f"__Host-{COOKIE}" if services.settings.secure else COOKIE


def refuse_unreadable() -> None:
    """Stop a request whose session could not be read; runs before each view.

    Raises:
        DatabaseAway: The database did not answer.
    """
    if current_session().unreadable:
        raise DatabaseAway


def current_session() -> BrowserSession:
    """Give the current request's session with our own attributes.

    Returns:
        The session behind `flask.session`.
    """
    return cast("BrowserSession", session._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - werkzeug's public name for it


def ensure() -> int:
    """Make sure that the current session has a row, so that others can refer to its id.

    Returns:
        The row's id.
    """
    browser = current_session()
    if browser.row is None:
        _write(current_services(), browser)
    return cast("portal_sessions.PortalSession", browser.row).id


def promote(
    connection: "Connection",
    *,
    kind: portal_sessions.Kind,
    now: "datetime",
    login_id: int | None = None,
    person_id: int | None = None,
    staff_id: int | None = None,
) -> Rotation:
    """Change what the current session is, in the caller's transaction.

    The caller hands the answer to `BrowserSession.adopt` once the transaction has committed: a
    cookie must not outlive a rollback.

    Args:
        connection: The caller's transaction.
        kind: "anonymous", "legacy", "person" or "staff".
        now: The instant of the change.
        login_id: The legacy login, for "legacy".
        person_id: The person, for "person".
        staff_id: The member of staff, for "staff".

    Returns:
        The new token and row.
    """
    token = portal_sessions.promote(
        connection,
        session_id=ensure(),
        kind=kind,
        login_id=login_id,
        person_id=person_id,
        staff_id=staff_id,
        now=now,
    )
    row = portal_sessions.find(connection, token, now)
    return Rotation(token, cast("portal_sessions.PortalSession", row))


def end(reason: str) -> None:
    """End the current session and take its cookie back.

    Args:
        reason: Why it ended, kept in its row.
    """
    browser = current_session()
    services = current_services()
    if browser.row is not None:
        with services.database.begin() as connection:
            portal_sessions.end(connection, browser.row.id, reason, services.clock.now())
    browser.clear()
    browser.row = None
    browser.over = True


def _found(services: WebServices, token: str) -> BrowserSession:
    """Read the session of a token; that the database is away is told once views are asked."""
    try:
        with services.database.begin() as connection:
            row = portal_sessions.find(
                connection, token, services.clock.now(), services.settings.session_limits
            )
    except OperationalError:
        _log.exception("no session could be read", extra={"action": "session_unreadable"})
        browser = BrowserSession()
        browser.unreadable = True
        return browser
    if row is None:
        return BrowserSession()
    if row.ended_reason is not None:
        return BrowserSession(ended=row)
    return BrowserSession(row)


def _write(services: WebServices, browser: BrowserSession) -> None:
    """Store the session's facts, making its row where there is none."""
    now = services.clock.now()
    with services.database.begin() as connection:
        if browser.row is None:
            token, row = portal_sessions.create(
                connection, kind="anonymous", data=dict(browser), now=now
            )
            browser.attach(Rotation(token, row))
        else:
            _replace_facts(connection, browser, browser.row.id, now)
    browser.modified = False


def _replace_facts(
    connection: "Connection", browser: BrowserSession, session_id: int, now: "datetime"
) -> None:
    """Store changed facts; those of a session that ended meanwhile have nobody to serve."""
    try:
        portal_sessions.save_data(connection, session_id=session_id, data=dict(browser), now=now)
    except SessionNotFound:
        _log.info("session ended during a request", extra={"action": "session_facts_dropped"})


def _services(app: Flask) -> WebServices:
    """Give an application's services."""
    return cast("WebServices", app.extensions[EXTENSION])


def _cookie_scope(services: WebServices) -> dict[str, Any]:
    """Say how far the cookie goes: this host, no script, no foreign form."""
    return {
        "path": "/",
        "httponly": True,
        "samesite": "Lax",
        "secure": services.settings.secure,
    }
