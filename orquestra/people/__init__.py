"""People whom gov.br has named, and their companies as gov.br tells them."""

from orquestra.people.company_roles import ACTING_ROLES, NO_POWERS, RolePowers, powers_of
from orquestra.people.persons import Person, load, register
from orquestra.people.ties import (
    YOUNG,
    CompanyTie,
    Tie,
    are_young,
    may_open_processes,
    record_ties,
    ties_of,
)

__all__ = [
    "ACTING_ROLES",
    "NO_POWERS",
    "YOUNG",
    "CompanyTie",
    "Person",
    "RolePowers",
    "Tie",
    "are_young",
    "load",
    "may_open_processes",
    "powers_of",
    "record_ties",
    "register",
    "ties_of",
]
