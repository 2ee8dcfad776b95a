"""Which kind a login is of, and what says that several people use it: the rules, without the base.

The rules stand in the order in which they are asked; the first that holds decides. A fact beats a
guess: a CNPJ, a group or a language is asked before the words of a name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from orquestra.kinds import words

#: From so many networks on one day on, several people are likely to use a login.
MANY_NETWORKS: Final = 3


class Kind(StrEnum):
    """Who a login is for."""

    PERSON = "pessoa"
    COMPANY = "empresa"
    FOREIGNER = "estrangeiro"
    SERVICE = "servico"
    STAFF = "equipe"
    UNKNOWN = "desconhecido"


#: The rule of a kind that staff chose, which no other rule changes.
BY_STAFF: Final = "equipe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules look at.

    Args:
        login: The login.
        name: The display name.
        email: The old address.
        had_staff_address: Whether one of the body's stood there until staff changed it.
        had_role_address: Whether an office's stood there until staff changed it.
        cpf: Whether it has a valid CPF.
        cnpj: Whether it has a valid CNPJ.
        identification: Whether it has a matrícula or passport.
        language: BCP 47 tag.
        auth_kind: Who keeps the password.
        groups: Groups, teams and positions.
        networks: The most networks on one day.
    """

    login: str = field(repr=False)
    name: str = field(repr=False)
    email: str = field(default="", repr=False)
    had_staff_address: bool = False
    had_role_address: bool = False
    cpf: bool = False
    cnpj: bool = False
    identification: bool = False
    language: str = "pt-BR"
    auth_kind: str = "local"
    groups: Sequence[str] = ()
    networks: int = 0


def kind_of(facts: Facts) -> tuple[Kind, str]:
    """Tell a login's kind.

    Args:
        facts: What is known of it.

    Returns:
        The kind and the rule that says so.
    """
    staff = _staff_rule(facts)
    if staff:
        return Kind.STAFF, staff
    firm = words.company_like(facts.name)
    service = _service_rule(facts, firm=firm)
    if service:
        return Kind.SERVICE, service
    return _customer(facts, firm=firm)


def signals_of(facts: Facts) -> list[str]:
    """Collect what says that several people use a login.

    Args:
        facts: What is known of it.

    Returns:
        The signals, always in the same order.
    """
    signs = {
        "cnpj": facts.cnpj,
        "nome_de_empresa": words.company_like(facts.name),
        "email_de_funcao": facts.had_role_address or words.role_address(facts.email),
        "varias_redes": facts.networks >= MANY_NETWORKS,
    }
    return [sign for sign, there in signs.items() if there]


def looks_shared(signals: Sequence[str]) -> bool:
    """Tell whether signals are enough to call a login shared.

    Args:
        signals: A login's signals.

    Returns:
        True with a CNPJ, or with two of the others.
    """
    return "cnpj" in signals or len(set(signals)) >= 2  # noqa: PLR2004 - the rule's own number


def _staff_rule(facts: Facts) -> str:
    """Tell by which rule a login is the body's own people's; "" by none."""
    if words.directory(facts.auth_kind):
        return "diretorio"
    if facts.had_staff_address or words.staff_address(facts.email):
        return "email_do_orgao"
    return "grupo_do_orgao" if words.staff_groups(facts.groups) else ""


def _service_rule(facts: Facts, *, firm: bool) -> str:
    """Tell by which rule a login is nobody's; "" by none.

    A firm that tests for a living has "Testes" in its name, and a CNPJ or a firm's name; a test
    account often has the CPF of whoever made it.
    """
    if facts.cnpj:
        return ""
    if words.test_account(facts.login, "" if firm else facts.name):
        return "palavra_de_teste"
    named = firm or facts.cpf
    found = not named and words.service_account(facts.login, facts.name)
    return "palavra_de_servico" if found else ""


def _customer(facts: Facts, *, firm: bool) -> tuple[Kind, str]:
    """Tell a customer's kind."""
    holds = {
        (Kind.COMPANY, "cnpj"): facts.cnpj,
        (Kind.FOREIGNER, "grupo_de_estrangeiros"): not facts.cpf
        and words.foreign_groups(facts.groups),
        (Kind.FOREIGNER, "idioma"): not facts.cpf and not _brazilian(facts.language),
        (Kind.COMPANY, "nome_de_empresa"): firm,
        (Kind.PERSON, "cpf"): facts.cpf,
        (Kind.FOREIGNER, "identificacao"): facts.identification,
    }
    return next((answer for answer, held in holds.items() if held), (Kind.UNKNOWN, "nenhuma"))


def _brazilian(language: str) -> bool:
    """Tell whether a language is Brazil's; plain "pt" is."""
    return language.casefold() in ("", "pt", "pt-br", "pt_br")
