"""Every number of the report, in the sections in which the staff read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import Connection, select

from orquestra.base_report import formats, groups, login_numbers, refused, works
from orquestra.base_report.groups import GroupNumber
from orquestra.base_report.logins import LoginNumber
from orquestra.base_report.refused import RefusedNumber
from orquestra.base_report.works import WorkNumber
from orquestra.errors import BaseNumberNotFound
from orquestra.store.tables import campaign

Number: TypeAlias = LoginNumber | GroupNumber | WorkNumber | RefusedNumber

#: What the files of the old base do not tell, so that nobody takes silence for a zero.
UNTOLD: Final = (
    "Os arquivos da base antiga não dizem a equipe nem o cargo de cada processo; por isso o "
    "relatório não conta processos cuja equipe ou cargo deixou de existir."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Numbers that belong together.

    Args:
        code: How anchors name it.
        title: In Portuguese.
        numbers: The numbers.
        note: What the section does not tell.
    """

    code: str
    title: str
    numbers: tuple[Number, ...]
    note: str = ""


def sections(connection: Connection, *, now: datetime) -> tuple[Section, ...]:
    """Give the whole report's numbers; which formats and which deadline, the base says.

    Args:
        connection: The caller's transaction.
        now: The instant.

    Returns:
        The sections in their order.
    """
    repeated = zip(groups.GROUPS, login_numbers.REPEATED, strict=True)
    return (
        Section(code="tipos", title="Quem são os logins", numbers=login_numbers.KINDS),
        Section(code="documentos", title="Documentos", numbers=login_numbers.DOCUMENTS),
        Section(
            code="repetidos",
            title="Logins que se repetem ou se confundem",
            numbers=(*(each for pair in repeated for each in pair), login_numbers.ALL_DIGITS),
        ),
        Section(
            code="compartilhados",
            title="Sinais de uso por várias pessoas",
            numbers=login_numbers.SHARED,
        ),
        Section(
            code="processos",
            title="Processos",
            numbers=(*works.process_numbers(), *login_numbers.WORK),
        ),
        Section(
            code="tarefas",
            title="Tarefas e o prazo da campanha",
            numbers=(*works.task_numbers(_deadline(connection)), login_numbers.TASKS),
        ),
        Section(
            code="senhas",
            title="Senhas",
            numbers=(*formats.format_numbers(connection), refused.PASSWORDS),
        ),
        Section(
            code="parados",
            title="O que pode ficar parado",
            numbers=(*login_numbers.stopped(now), refused.REQUESTERS, refused.HOLDERS),
            note=UNTOLD,
        ),
    )


def find(connection: Connection, code: str, *, now: datetime) -> Number:
    """Find a number by its code.

    Args:
        connection: The caller's transaction.
        code: The code.
        now: The instant.

    Returns:
        The number.

    Raises:
        BaseNumberNotFound: The report has none of this code.
    """
    for section in sections(connection, now=now):
        for number in section.numbers:
            if number.code == code:
                return number
    raise BaseNumberNotFound("The report on the base has no such number.")


def _deadline(connection: Connection) -> datetime | None:
    """Give the newest campaign's deadline, whether it has opened or not."""
    return connection.scalar(
        select(campaign.c.deadline_at)
        .order_by(campaign.c.opens_at.desc(), campaign.c.id.desc())
        .limit(1)
    )
