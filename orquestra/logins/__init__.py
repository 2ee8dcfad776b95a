"""Legacy logins: what the old base knows of them, and whether a password opens one."""

from orquestra.logins.choosing import choose
from orquestra.logins.entering import authenticate
from orquestra.logins.reading import (
    LegacyLogin,
    State,
    find_by_names,
    load,
    logins_of_person,
)

__all__ = [
    "LegacyLogin",
    "State",
    "authenticate",
    "choose",
    "find_by_names",
    "load",
    "logins_of_person",
]
