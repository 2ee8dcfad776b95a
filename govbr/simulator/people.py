"""The citizens that the simulator knows: created, found and listed, with their companies."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from govbr.simulator import storage
from govbr.simulator.errors import PersonRefused
from govbr.simulator.personas import ROLES
from govbr.simulator.registry_numbers import parse_cnpj, parse_cpf

_LEVELS = ("bronze", "silver", "gold")
# Cheap on purpose: most passwords here are public, and thousands may be loaded at one start.
_SCRYPT = {"n": 2**12, "r": 8, "p": 1}


@dataclass(frozen=True, kw_only=True)
class CompanyTie:
    """A person's tie with one company, as the companies API tells it."""

    cnpj: str
    company_name: str
    role: str
    registrar_cpf: str | None = None
    #: Instants as gov.br writes them: ISO 8601 with -0300.
    created_at: str = "2025-05-28T16:54:53.871-0300"
    expires_at: str | None = "2035-12-31T00:00:00.000-0300"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A citizen with a gov.br account at the simulator."""

    cpf: str
    name: str
    social_name: str | None = None
    email: str | None = None
    email_verified: bool = True
    phone: str | None = None
    phone_verified: bool = True
    level: str = "silver"
    has_picture: bool = False
    known_password: str | None = None
    source: str = "api"
    note: str | None = None
    #: Asked for a code after the password ("verificação em duas etapas").
    second_factor: bool = False
    ties: tuple[CompanyTie, ...] = ()


def hash_password(password: str) -> str:
    """Turn a password into what is stored: salt and scrypt digest (RFC 7914)."""
    salt = secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT)
    return ".".join(base64.b64encode(part).decode() for part in (salt, digest))


def password_matches(stored: str, password: str) -> bool:
    """Compare a typed password with a stored one, in constant time."""
    salt, digest = (base64.b64decode(part) for part in stored.split("."))
    return hmac.compare_digest(digest, hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT))


def create(connection: sa.Connection, *, new: Person, password_hash: str) -> Person:
    """Give somebody an account.

    Args:
        connection: A writing transaction.
        new: Who; CPF and CNPJs may have punctuation.
        password_hash: From `hash_password`.

    Returns:
        The person as stored.

    Raises:
        PersonRefused: A value is not valid, or the CPF has an account.
    """
    checked = _checked(new)
    if find(connection, cpf=checked.cpf) is not None:
        raise PersonRefused("This CPF has an account already: use another one, or log in.")
    _insert(connection, checked, password_hash)
    return checked


def replace_all(
    connection: sa.Connection, *, people: Sequence[Person], hashes: Mapping[str, str]
) -> None:
    """Write known people over what is stored of them; who signed up since is left alone.

    Args:
        connection: A writing transaction.
        people: With `known_password` set.
        hashes: The stored form of each known password.
    """
    taken = set(
        connection.execute(
            sa.select(storage.person.c.cpf).where(
                storage.person.c.source.in_(("api", "sign_up")) | storage.person.c.touched
            )
        ).scalars()
    )
    for known in map(_checked, people):
        if known.cpf not in taken:
            connection.execute(sa.delete(storage.person).where(storage.person.c.cpf == known.cpf))
            _insert(connection, known, hashes[known.known_password or ""])


def raise_level(connection: sa.Connection, *, cpf: str, level: str) -> None:
    """Give an account a level, unless it has a higher one."""
    lower = _LEVELS[: _LEVELS.index(level)]
    table = storage.person
    connection.execute(
        sa.update(table).where(table.c.cpf == cpf, table.c.level.in_(lower)).values(level=level)
    )


def touch(connection: sa.Connection, *, cpf: str, **changed: object) -> None:
    """Change an account as its owner does on a page; a later start leaves it so.

    Args:
        connection: A writing transaction.
        cpf: Whose.
        changed: Columns of the account; none where only its companies changed.
    """
    mine = storage.person.c.cpf == cpf
    connection.execute(sa.update(storage.person).where(mine).values(touched=True, **changed))


def find(connection: sa.Connection, *, cpf: str) -> Person | None:
    """Load a person with their companies, if the CPF has an account."""
    row = connection.execute(
        sa.select(storage.person).where(storage.person.c.cpf == cpf)
    ).one_or_none()
    return None if row is None else _from_row(row, _ties(connection, cpf))


def stored_password(connection: sa.Connection, *, cpf: str) -> str | None:
    """Read what the person's password is checked against."""
    return connection.execute(
        sa.select(storage.person.c.password_hash).where(storage.person.c.cpf == cpf)
    ).scalar_one_or_none()


def listing(connection: sa.Connection, *, limit: int = 300) -> list[Person]:
    """List people for the index page: personas first, in their own order, then the others."""
    first = sa.case((storage.person.c.source == "persona", 0), else_=1)
    rows = connection.execute(
        sa.select(storage.person).order_by(first, sa.text("rowid")).limit(limit)
    ).all()
    return [_from_row(row, _ties(connection, row.cpf)) for row in rows]


def _ties(connection: sa.Connection, cpf: str) -> tuple[CompanyTie, ...]:
    table = storage.company_tie
    rows = connection.execute(
        sa.select(table).where(table.c.cpf == cpf).order_by(table.c.position)
    ).mappings()
    names = CompanyTie.__dataclass_fields__
    return tuple(CompanyTie(**{name: row[name] for name in names}) for row in rows)


def _from_row(row: Any, ties: tuple[CompanyTie, ...]) -> Person:  # noqa: ANN401 - a Row
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    del values["password_hash"], values["touched"]
    return Person(**values, ties=ties)


def _insert(connection: sa.Connection, new: Person, password_hash: str) -> None:
    values = {name: getattr(new, name) for name in Person.__dataclass_fields__ if name != "ties"}
    connection.execute(sa.insert(storage.person).values(**values, password_hash=password_hash))
    for position, tie in enumerate(new.ties):
        connection.execute(
            sa.insert(storage.company_tie).values(cpf=new.cpf, position=position, **vars(tie))
        )


def _checked(new: Person) -> Person:
    cpf = parse_cpf(new.cpf)
    if cpf is None:
        raise PersonRefused("The CPF is not valid: eleven digits with right check digits.")
    if not new.name.strip():
        raise PersonRefused("The name is empty.")
    if new.level not in _LEVELS:
        raise PersonRefused(f"The level must be one of {', '.join(_LEVELS)}.")
    return replace(new, cpf=cpf, ties=tuple(_checked_tie(tie) for tie in new.ties))


def _checked_tie(tie: CompanyTie) -> CompanyTie:
    cnpj = parse_cnpj(tie.cnpj)
    if cnpj is None:
        raise PersonRefused("A company's CNPJ is not valid: fourteen characters, right digits.")
    if tie.role not in ROLES:
        raise PersonRefused(f"A company's role must be one of {', '.join(ROLES)}.")
    return replace(tie, cnpj=cnpj)
