"""A person's companies as they change them themselves: by a company's certificate, and by lists.

The rules are those of gov.br's help: a company is tied by an e-CNPJ whose owner is the person; each
branch by its own; a collaborator has an account and an end not later than the certificate's, is not
the certificate's owner, and goes with the company.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from govbr.simulator import people, storage
from govbr.simulator.errors import TieRefused
from govbr.simulator.people import CompanyTie, Person
from govbr.simulator.personas import COLABORADOR, ROLES
from govbr.simulator.registry_numbers import parse_cnpj, parse_cpf

#: What the Receita may know a certificate's owner as.
OWNER_ROLES = tuple(role for role in ROLES if role != COLABORADOR)
_BRASILIA = ZoneInfo("America/Sao_Paulo")


def tie(
    connection: sa.Connection,
    *,
    person: Person,
    cnpj: str,
    name: str,
    role: str,
    valid_until: str,
    now: datetime,
) -> None:
    """Tie a company to an account by its certificate; again, where it is tied, renews it.

    Args:
        connection: A writing transaction.
        person: The certificate's owner.
        cnpj: The company, with or without punctuation.
        name: Its name.
        role: What the Receita knows the person as.
        valid_until: The certificate's last day, ISO 8601.
        now: The instant.

    Raises:
        TieRefused: With a sentence for the page.
    """
    digits = parse_cnpj(cnpj)
    if digits is None:
        raise TieRefused("cnpj", "CNPJ inválido. Confira os 14 caracteres.")
    if not name.strip():
        raise TieRefused("nome", "Informe o nome da empresa.")
    if role not in OWNER_ROLES:
        raise TieRefused("atuacao", "Escolha a atuação na Receita Federal.")
    last_day = _day(valid_until, now, "validade")
    made = CompanyTie(
        cnpj=digits,
        company_name=" ".join(name.split()),
        role=role,
        created_at=_written(now),
        expires_at=_end_of(last_day),
    )
    _delete(connection, person.cpf, digits)
    _insert(connection, person.cpf, made)
    _shorten(connection, owner=person.cpf, renewed=made)


def add_collaborator(
    connection: sa.Connection,
    *,
    owner: Person,
    cnpj: str,
    cpf: str,
    valid_until: str,
    now: datetime,
) -> None:
    """Let somebody act as a company's collaborator.

    Args:
        connection: A writing transaction.
        owner: Whose certificate is present.
        cnpj: The company, digits.
        cpf: The collaborator, with or without punctuation.
        valid_until: Their last day, ISO 8601.
        now: The instant.

    Raises:
        TieRefused: With a sentence for the page.
    """
    own = next((each for each in owned(owner) if each.cnpj == cnpj), None)
    if own is None:
        raise TieRefused("cpf", "Só o dono do certificado da empresa cadastra colaboradores.")
    digits = parse_cpf(cpf)
    if digits is None:
        raise TieRefused("cpf", "CPF inválido. Confira os 11 números.")
    if digits == owner.cpf:
        raise TieRefused("cpf", "O dono do certificado não pode ser colaborador de si mesmo.")
    person = people.find(connection, cpf=digits)
    if person is None:
        raise TieRefused("cpf", "Este CPF não tem conta gov.br. A pessoa precisa criá-la antes.")
    if any(each.cnpj == cnpj for each in owned(person)):
        raise TieRefused("cpf", "Esta pessoa já tem vínculo próprio com a empresa.")
    last_day = _day(valid_until, now, "validade")
    if own.expires_at is not None and _end_of(last_day) > own.expires_at:
        raise TieRefused("validade", "A data não pode passar da validade do certificado.")
    made = CompanyTie(
        cnpj=cnpj,
        company_name=own.company_name,
        role=COLABORADOR,
        registrar_cpf=owner.cpf,
        created_at=_written(now),
        expires_at=_end_of(last_day),
    )
    _delete(connection, digits, cnpj)
    _insert(connection, digits, made)


def untie(connection: sa.Connection, *, cpf: str, cnpj: str) -> None:
    """Take a company out of an account, and with its owner the collaborators they registered.

    Args:
        connection: A writing transaction.
        cpf: Whose.
        cnpj: The company, digits.
    """
    for each in (cpf, *collaborators(connection, owner=cpf, cnpj=cnpj)):
        _delete(connection, each, cnpj)


def owned(person: Person) -> list[CompanyTie]:
    """List the companies whose certificate the person owns."""
    return [each for each in person.ties if each.role != COLABORADOR and not each.registrar_cpf]


def collaborators(connection: sa.Connection, *, owner: str, cnpj: str) -> dict[str, str | None]:
    """List whom somebody registered for a company: CPF and end."""
    table = storage.company_tie
    rows = connection.execute(
        sa.select(table.c.cpf, table.c.expires_at).where(
            table.c.registrar_cpf == owner, table.c.cnpj == cnpj
        )
    )
    return {row.cpf: row.expires_at for row in rows}


def _insert(connection: sa.Connection, cpf: str, made: CompanyTie) -> None:
    table = storage.company_tie
    last = connection.execute(
        sa.select(sa.func.max(table.c.position)).where(table.c.cpf == cpf)
    ).scalar_one()
    position = 0 if last is None else last + 1
    connection.execute(sa.insert(table).values(cpf=cpf, position=position, **vars(made)))
    people.touch(connection, cpf=cpf)


def _delete(connection: sa.Connection, cpf: str, cnpj: str) -> None:
    table = storage.company_tie
    connection.execute(sa.delete(table).where(table.c.cpf == cpf, table.c.cnpj == cnpj))
    people.touch(connection, cpf=cpf)


def _shorten(connection: sa.Connection, *, owner: str, renewed: CompanyTie) -> None:
    """Let no collaborator's tie outlive a renewed certificate that ends earlier."""
    table = storage.company_tie
    connection.execute(
        sa.update(table)
        .where(
            table.c.registrar_cpf == owner,
            table.c.cnpj == renewed.cnpj,
            table.c.expires_at > renewed.expires_at,
        )
        .values(expires_at=renewed.expires_at)
    )


def _day(text: str, now: datetime, field: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise TieRefused(field, "Informe a data.") from None
    if day < now.astimezone(_BRASILIA).date():
        raise TieRefused(field, "A data já passou.")
    return day


def _end_of(day: date) -> str:
    return f"{day.isoformat()}T23:59:59.000-0300"


def _written(now: datetime) -> str:
    local = now.astimezone(_BRASILIA)
    return f"{local:%Y-%m-%dT%H:%M:%S}.000-0300"
