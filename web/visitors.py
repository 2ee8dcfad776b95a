"""Who looks at the page, and what a view may ask of them.

A view that needs someone signed in calls `customer()`, `legacy()`, `person()` or `staff()`; each
raises what `web.errors` turns into the right answer.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import g

from orquestra import linking, logins, people, portal_sessions
from orquestra import staff as staff_members
from orquestra.work import LegacyHolder, PersonHolder
from web.errors import NotSignedIn, SessionLinked
from web.services import current_services
from web.sessions import LINKED, current_session

if TYPE_CHECKING:
    from sqlalchemy import Connection

Kind = portal_sessions.Kind

# The road that a person's session walks, of the login just confirmed or being added: its key, and
# when the person showed that they may.
_ROAD = "estrada_da_normalizacao"


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """The one who looks at the page.

    Args:
        kind: What the session is.
        session_id: The session's row; None while nothing had to be kept.
        login: The legacy login that signed in, for "legacy".
        person: The person that gov.br named, for "person".
        staff: The member of staff, for "staff".
        road_login_id: The login whose normalization this session walks, if any.
    """

    kind: Kind
    session_id: int | None = None
    login: logins.LegacyLogin | None = None
    person: people.Person | None = None
    staff: staff_members.StaffMember | None = None
    road_login_id: int | None = None

    @property
    def signed_in(self) -> bool:
        """Whether a customer is signed in."""
        return self.kind in ("legacy", "person")

    @property
    def name(self) -> str:
        """The name that the bar on top shows; empty for nobody."""
        known = self.person or self.login or self.staff
        return known.name if known is not None else ""

    @property
    def holder(self) -> LegacyHolder | PersonHolder:
        """Whose work the pages may show.

        Raises:
            NotSignedIn: Nobody is signed in.
        """
        if self.person is not None:
            return PersonHolder(self.person.id)
        if self.login is not None:
            return LegacyHolder(self.login.id)
        raise NotSignedIn


def current_visitor() -> Visitor:
    """Say who looks at the page; read once a request.

    Returns:
        The visitor, of kind "anonymous" when nobody is signed in.
    """
    if "visitor" not in g:
        g.visitor = _read(current_session().row)
    visitor: Visitor = g.visitor
    return visitor


def forget() -> None:
    """Let the visitor be read again, after the session changed within a request."""
    g.pop("visitor", None)


def walk_road(key: str, *, since: datetime) -> None:
    """Let a person's session walk a login's road.

    Args:
        key: The road's, by `linking.road_key`.
        since: The instant before the person's right to it was checked.
    """
    current_session()[_ROAD] = [key, since.isoformat()]


def customer() -> Visitor:
    """Ask for a signed-in customer, by legacy login or gov.br.

    Returns:
        The visitor.

    Raises:
        NotSignedIn: Nobody is signed in.
        SessionLinked: The session ended because its login now belongs to a gov.br account.
    """
    return _one_of("legacy", "person")


def legacy() -> Visitor:
    """Ask for a customer who signed in with a legacy login.

    Returns:
        The visitor; its `login` is not None.

    Raises:
        NotSignedIn: Nobody is signed in by a legacy login.
        SessionLinked: The session ended because its login now belongs to a gov.br account.
    """
    return _one_of("legacy")


def person() -> Visitor:
    """Ask for a customer who signed in by gov.br.

    Returns:
        The visitor; its `person` is not None.

    Raises:
        NotSignedIn: Nobody is signed in by gov.br.
    """
    return _one_of("person")


def staff() -> Visitor:
    """Ask for a member of staff.

    Returns:
        The visitor; its `staff` is not None.

    Raises:
        NotSignedIn: No member of staff is signed in.
    """
    visitor = current_visitor()
    if visitor.staff is None or not visitor.staff.active:
        raise NotSignedIn(staff=True)
    return visitor


def _one_of(*kinds: Kind) -> Visitor:
    """Give the visitor if they are of one of these kinds."""
    if current_session().ended_reason == LINKED:
        raise SessionLinked
    visitor = current_visitor()
    if visitor.kind not in kinds:
        raise NotSignedIn
    return visitor


def _read(row: portal_sessions.PortalSession | None) -> Visitor:
    """Read the visitor that a session's row names."""
    if row is None:
        return Visitor(kind="anonymous")
    with current_services().database.connect() as connection:
        login = logins.load(connection, row.login_id) if row.login_id else None
        person = people.load(connection, row.person_id) if row.person_id else None
        member = staff_members.load(connection, row.staff_id) if row.staff_id else None
        road = _road(connection, row.person_id)
    return Visitor(
        kind=row.kind,
        session_id=row.id,
        login=login,
        person=person,
        staff=member,
        road_login_id=login.id if login is not None else road,
    )


def _road(connection: "Connection", person_id: int | None) -> int | None:
    """Read the login whose road the session walks, if it still may."""
    kept = current_session().get(_ROAD)
    if not isinstance(kept, list):
        return None
    key, since = kept
    return linking.login_on_road(
        connection, key, person_id=person_id, since=datetime.fromisoformat(since)
    )
