"""What the generator draws before it is written."""

import random
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A person's tie with a company, in gov.br's words."""

    cnpj: str
    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citizen:
    """Somebody with an account at the gov.br simulator."""

    cpf: str
    name: str
    email: str
    phone: str
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One line of accounts.csv, without its password."""

    login: str
    name: str
    email: str = ""
    cpf: str = ""
    cnpj: str = ""
    language: str = "pt-BR"
    active: bool = True
    created_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """One open task; without a holder it waits on the body."""

    name: str
    holder: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process with its open tasks; it is concluded when it has an end."""

    number: int
    code: str
    name: str
    version: str
    area: str
    description: str
    requester: str
    opened_at: datetime
    closed_at: datetime | None = None
    tasks: tuple[OpenTask, ...] = ()


def source_of(seed: int, *key: object) -> random.Random:
    """Make the source of draws for one thing, so that it depends on nothing drawn before it.

    Args:
        seed: The sample's.
        key: What the thing is.

    Returns:
        The source.
    """
    return random.Random(f"{seed}:{key}")  # noqa: S311 - repeatable on purpose, guards nothing
