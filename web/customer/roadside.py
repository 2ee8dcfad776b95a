"""Whose road the current session walks, and a short wait for its next step."""

import time
from collections.abc import Callable
from typing import TypeVar

from orquestra import logins
from web.errors import NoRoad
from web.services import current_services
from web.visitors import customer

T = TypeVar("T")

_LOOKS = 6
_PAUSE_SECONDS = 0.25


def road_login_id() -> int:
    """Give the login whose normalization this session walks.

    Returns:
        The legacy session's own login; for a person the one that is being added, or else one
        whose link is still under way from another visit.

    Raises:
        NotSignedIn: Nobody is signed in.
        SessionLinked: The legacy session ended with its login's link.
        NoRoad: The person is not adding a login.
    """
    visitor = customer()
    if visitor.road_login_id is not None:
        return visitor.road_login_id
    if visitor.person is not None:
        with current_services().database.connect() as connection:
            own = logins.logins_of_person(connection, visitor.person.id)
        for login in own:
            if login.state == "linking":
                return login.id
    raise NoRoad


def look_until(look: Callable[[], T], settled: Callable[[T], bool]) -> T:
    """Look again a few times, so that a quick road needs no second page.

    A crowd that waits for gov.br must not take the threads that serve everybody else: who finds
    others waiting gets the page at once, which looks again by itself.

    Args:
        look: Reads how things stand, each time in a transaction of its own.
        settled: Tells whether more waiting would show no more.

    Returns:
        What was seen last, after about a second and a half at most.
    """
    seen, waiting = look(), current_services().waiting
    if settled(seen) or not waiting.acquire(blocking=False):
        return seen
    try:
        for _ in range(_LOOKS):
            time.sleep(_PAUSE_SECONDS)
            seen = look()
            if settled(seen):
                break
    finally:
        waiting.release()
    return seen
