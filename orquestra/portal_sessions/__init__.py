"""The browsers' visits: who a cookie stands for, and why it stopped standing for anybody.

The table holds the SHA-256 of a token, never the token. A session ends when it is idle, some hours
after its holder signed in (`Limits`), when they leave, or at once when its legacy login is linked:
`find` asks the login's own row too, so that not even a request that is under way while
the link begins keeps a session alive.
"""

from orquestra.portal_sessions.ending import end, end_of_login
from orquestra.portal_sessions.model import Kind, Limits, PortalSession
from orquestra.portal_sessions.visits import (
    EXPIRED,
    LINKED,
    PASSWORD_CHANGED,
    ROTATED,
    SEEN_GRAIN,
    create,
    find,
    promote,
    save_data,
)

__all__ = [
    "EXPIRED",
    "LINKED",
    "PASSWORD_CHANGED",
    "ROTATED",
    "SEEN_GRAIN",
    "Kind",
    "Limits",
    "PortalSession",
    "create",
    "end",
    "end_of_login",
    "find",
    "promote",
    "save_data",
]
