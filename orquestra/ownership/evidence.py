"""The evidence about a login and a person, read from the base; on record without any value."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from orquestra import people
from orquestra.documents import Cnpj, Cpf
from orquestra.errors import LoginNotFound
from orquestra.kinds import BY_STAFF
from orquestra.ownership.rules import Evidence, Ownership, judge
from orquestra.people import Person
from orquestra.store.tables import login
from orquestra.text import fold
from orquestra.work import counts_of_login

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_PARTICLES: Final = frozenset({"da", "das", "de", "do", "dos", "e"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the rules say, and what they saw.

    Args:
        ownership: The answer.
        facts: What was known, as booleans, counts and codes: never a document, name or address.
    """

    ownership: Ownership
    facts: dict[str, Any]


def find(connection: Connection, *, login_id: int, person_id: int, now: datetime) -> Finding:
    """Compare a login with a person and keep what the comparison saw.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        person_id: Who came back from gov.br.
        now: The instant, for ties that expire.

    Returns:
        The rules' answer, and the facts for whoever decides in a doubt.

    Raises:
        LoginNotFound: There is no such login.
        PersonNotFound: There is no such person.
    """
    row = connection.execute(select(login).where(login.c.id == login_id)).one_or_none()
    if row is None:
        raise LoginNotFound(f"There is no login {login_id}.")
    person = people.load(connection, person_id)
    evidence = _evidence(connection, row, person)
    return Finding(
        ownership=judge(evidence, now),
        facts=_compared(evidence, now) | _told(connection, row, person),
    )


def check(connection: Connection, *, login_id: int, person_id: int, now: datetime) -> Ownership:
    """Compare a login with a person.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        person_id: Who came back from gov.br.
        now: The instant, for ties that expire.

    Returns:
        The rules' answer.

    Raises:
        LoginNotFound: There is no such login.
        PersonNotFound: There is no such person.
    """
    return find(connection, login_id=login_id, person_id=person_id, now=now).ownership


def names_match(one: str, other: str) -> bool:
    """Tell whether two names may be one person's: all words of the shorter stand in the other.

    Args:
        one: A name.
        other: Another.

    Returns:
        True with at least two words in common, whatever accents, case and particles.
    """
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    return len(shorter) > 1 and shorter <= longer


def _evidence(connection: Connection, row: Row[Any], person: Person) -> Evidence:
    """Read what the rules need."""
    return Evidence(
        login_cpf=Cpf(row.cpf) if row.cpf is not None else None,
        login_cnpj=Cnpj(row.cnpj) if row.cnpj is not None else None,
        kind=row.kind,
        kind_by_staff=row.kind_rule == BY_STAFF,
        signals=frozenset(row.signals),
        document_unreadable=row.document_text is not None,
        person_cpf=person.cpf,
        ties_known=person.ties_known,
        ties=people.ties_of(connection, person.id),
    )


def _compared(evidence: Evidence, now: datetime) -> dict[str, Any]:
    """Say how the documents compare."""
    tie = evidence.tie
    return {
        "kind": evidence.kind,
        "kind_by_staff": evidence.kind_by_staff,
        "signals": sorted(evidence.signals),
        "has_cpf": evidence.login_cpf is not None,
        "cpf_equal": evidence.login_cpf == evidence.person_cpf,
        "has_cnpj": evidence.login_cnpj is not None,
        "ties_known": evidence.ties_known,
        "tie": tie.role if tie is not None else None,
        "tie_acts": tie is not None and tie.acts(now),
        "document_unreadable": evidence.document_unreadable,
    }


def _told(connection: Connection, row: Row[Any], person: Person) -> dict[str, Any]:
    """Say what else may help to decide; an e-mail proves nothing and no rule reads it."""
    counts = counts_of_login(connection, row.id)
    return {
        "email_equal": None not in (row.email, person.email)
        and row.email.strip().casefold() == (person.email or "").strip().casefold(),
        "name_matches": names_match(row.name, person.name),
        "in_progress": counts.in_progress,
        "concluded": counts.concluded,
        "tasks": counts.tasks,
    }


def _words(name: str) -> set[str]:
    """Take a name apart into folded words."""
    return set(_WORD.findall(fold(name))) - _PARTICLES
