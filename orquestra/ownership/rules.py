"""Whose login it is: the documents it was registered with against the person who came back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from orquestra import logins, people
from orquestra.logins import LegacyLogin
from orquestra.people import Person

Rule = Literal["cpf_confere", "representante", "sem_documento"]
Doubt = Literal["cpf_divergente", "empresa_sem_vinculo", "vinculos_desconhecidos"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Whether a login may be linked to a person without anybody's decision.

    Args:
        allowed: Whether it may.
        rule: The rule that allows it; empty when in doubt.
        doubt: Why it is in doubt; None when allowed.
    """

    allowed: bool
    rule: Rule | Literal[""]
    doubt: Doubt | None


def check(connection: Connection, *, login_id: int, person_id: int, now: datetime) -> Ownership:
    """Compare a login's documents with a person, so that knowing a password is not enough.

    A CPF decides alone. A company's login goes to its legal representative or partner, as gov.br
    told at this entry; what it told earlier is no proof when it does not answer now.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        person_id: Who came back from gov.br.
        now: The instant, for ties that expire.

    Returns:
        The answer.

    Raises:
        LoginNotFound: There is no such login.
        PersonNotFound: There is no such person.
    """
    login, person = logins.load(connection, login_id), people.load(connection, person_id)
    if login.cpf is not None:
        return _allowed("cpf_confere") if login.cpf == person.cpf else _in_doubt("cpf_divergente")
    if login.cnpj is not None:
        return _company(connection, login, person, now)
    return _allowed("sem_documento")


def _company(
    connection: Connection, login: LegacyLogin, person: Person, now: datetime
) -> Ownership:
    """Decide about a company's login."""
    if not person.ties_known:
        return _in_doubt("vinculos_desconhecidos")
    ties = people.ties_of(connection, person.id)
    if any(tie.cnpj == login.cnpj and tie.acts(now) for tie in ties):
        return _allowed("representante")
    return _in_doubt("empresa_sem_vinculo")


def _allowed(rule: Rule) -> Ownership:
    """Answer yes, by a rule."""
    return Ownership(allowed=True, rule=rule, doubt=None)


def _in_doubt(doubt: Doubt) -> Ownership:
    """Answer that somebody has to decide."""
    return Ownership(allowed=False, rule="", doubt=doubt)
