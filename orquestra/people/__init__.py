"""People whom gov.br has named, and their companies as gov.br tells them."""

from orquestra.people.persons import Person, load, register
from orquestra.people.ties import (
    ACTING_ROLES,
    CompanyTie,
    Tie,
    may_open_processes,
    record_ties,
    ties_of,
)

__all__ = [
    "ACTING_ROLES",
    "CompanyTie",
    "Person",
    "Tie",
    "load",
    "may_open_processes",
    "record_ties",
    "register",
    "ties_of",
]
