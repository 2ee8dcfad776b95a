"""Meu histórico: the processes in progress and concluded, and how many there are."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, func, select

from orquestra.paging import Page, page
from orquestra.store.tables import login, open_task, process_record
from orquestra.text import fold, matches
from orquestra.work.access import require_look
from orquestra.work.holders import Holder, LegacyHolder, requested_by, waits_on

Situation = Literal["em_andamento", "concluido"]

IN_PROGRESS: Situation = "em_andamento"
CONCLUDED: Situation = "concluido"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCounts:
    """How much work there is.

    Args:
        in_progress: Processes in progress.
        concluded: Processes concluded.
        tasks: Open tasks.
    """

    in_progress: int
    concluded: int
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRow:
    """One line of Meu histórico.

    Args:
        number: The number that everybody calls it by.
        code: As in P070.
        name: What it is.
        version: Of its diagram in Orquestra.
        area: Inmetro's unit.
        description: What this one is about.
        situation: "em_andamento" or "concluido".
        opened_at: When it was asked for.
        closed_at: When it was concluded.
        login_id: The login that asked for it.
        login: That login's name.
        requester_name: The name of who asked for it.
    """

    number: int
    code: str
    name: str
    version: str
    area: str
    description: str = field(repr=False)
    situation: Situation
    opened_at: datetime
    closed_at: datetime | None
    login_id: int
    login: str = field(repr=False)
    requester_name: str = field(repr=False)


#: What `read_process` needs of a statement.
PROCESS_COLUMNS = (
    process_record,
    login.c.login.label("login_name"),
    login.c.name.label("requester_name"),
)


def processes(
    connection: Connection,
    holder: Holder,
    *,
    situation: Situation,
    login_id: int | None = None,
    search: str = "",
    limit: int = 20,
    offset: int = 0,
) -> Page[ProcessRow]:
    """List the holder's processes of one situation, the newest on top.

    Args:
        connection: The caller's transaction.
        holder: Whose.
        situation: "em_andamento" or "concluido".
        login_id: Only those that came from this login; None for all.
        search: Part of a code, name, description or number; blank for all.
        limit: Rows on the page.
        offset: Rows before it.

    Returns:
        The page.

    Raises:
        NotAllowed: The login is being linked or is linked.
        InvalidPage: Limit or offset out of range.
    """
    require_look(connection, holder)
    process = process_record.c
    statement = (
        select(*PROCESS_COLUMNS)
        .join(login, login.c.id == process.login_id)
        .where(requested_by(holder), process.situation == situation)
        .order_by(process.opened_at.desc(), process.number.desc())
    )
    if login_id is not None:
        statement = statement.where(process.login_id == login_id)
    if fold(search):
        statement = statement.where(
            matches(search, process.code, process.name, process.description, process.number)
        )
    return page(connection, statement, read_process, limit=limit, offset=offset)


def counts(connection: Connection, holder: Holder) -> WorkCounts:
    """Count a holder's work; numbers alone, so that screens may show them in every state.

    Args:
        connection: The caller's transaction.
        holder: Whose.

    Returns:
        The counts. A `LegacyHolder`'s are those of the login also after its link.
    """
    return count_where(connection, processes=requested_by(holder), tasks=waits_on(holder))


def count_where(
    connection: Connection, *, processes: ColumnElement[bool], tasks: ColumnElement[bool]
) -> WorkCounts:
    """Count processes by situation, and open tasks.

    Args:
        connection: The caller's transaction.
        processes: Which ones, a condition on `process_record`.
        tasks: Which ones, a condition on `open_task`.

    Returns:
        The counts.
    """
    situation = process_record.c.situation
    in_progress, concluded = connection.execute(
        select(
            func.count().filter(situation == IN_PROGRESS),
            func.count().filter(situation == CONCLUDED),
        ).where(processes)
    ).one()
    open_ones = connection.execute(
        select(func.count()).select_from(open_task).where(tasks, open_task.c.concluded_at.is_(None))
    ).scalar_one()
    return WorkCounts(in_progress=in_progress, concluded=concluded, tasks=open_ones)


def counts_of_login(connection: Connection, login_id: int) -> WorkCounts:
    """Count what a login has, before, during and after its link.

    Args:
        connection: The caller's transaction.
        login_id: Which login.

    Returns:
        The counts.
    """
    return counts(connection, LegacyHolder(login_id))


def read_process(row: Row[Any]) -> ProcessRow:
    """Turn a row of `PROCESS_COLUMNS` into a line.

    Args:
        row: The row.

    Returns:
        The line.
    """
    return ProcessRow(
        number=row.number,
        code=row.code,
        name=row.name,
        version=row.version,
        area=row.area,
        description=row.description,
        situation=row.situation,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        login_id=row.login_id,
        login=row.login_name,
        requester_name=row.requester_name,
    )
