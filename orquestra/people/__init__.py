"""People whom gov.br has named, and their companies as gov.br tells them."""

from orquestra.people.persons import Person, load, register
from orquestra.people.ties import (
    ACTING_ROLES,
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
    "YOUNG",
    "CompanyTie",
    "Person",
    "Tie",
    "are_young",
    "load",
    "may_open_processes",
    "record_ties",
    "register",
    "ties_of",
]
