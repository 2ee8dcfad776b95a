"""Minhas tarefas: what waits on the holder, what expires first on top."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from orquestra.paging import Page, page
from orquestra.store.tables import login, open_task, process_record
from orquestra.text import fold, matches
from orquestra.work.access import require_look
from orquestra.work.holders import Holder, waits_on


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One line of Minhas tarefas.

    Args:
        id: The task's number.
        name: The activity.
        process_number: The process it belongs to.
        process_code: As in P070.
        process_name: What the process is.
        description: What this process is about.
        requester_name: Who asked for the process (Requisitante).
        login_id: The login that the task came to.
        expires_at: When it expires (Expira); None: never, or its clock stands still.
        held: What is left while its clock stands still.
        expired: Whether it has expired.
    """

    id: int
    name: str
    process_number: int
    process_code: str
    process_name: str
    description: str = field(repr=False)
    requester_name: str = field(repr=False)
    login_id: int
    expires_at: datetime | None
    held: timedelta | None
    expired: bool


def tasks(
    connection: Connection,
    holder: Holder,
    *,
    search: str = "",
    now: datetime,
    limit: int = 20,
    offset: int = 0,
) -> Page[TaskRow]:
    """List the open tasks that wait on the holder.

    Args:
        connection: The caller's transaction.
        holder: Whose.
        search: Part of an activity, a process or a number; blank for all.
        now: The instant, which tells what has expired.
        limit: Rows on the page.
        offset: Rows before it.

    Returns:
        The page.

    Raises:
        NotAllowed: The login is being linked or is linked.
        InvalidPage: Limit or offset out of range.
    """
    require_look(connection, holder)
    process, task = process_record.c, open_task.c
    statement = (
        select(
            open_task,
            process.number,
            process.code,
            process.name.label("process_name"),
            process.description,
            login.c.name.label("requester_name"),
        )
        .join(process_record, process.id == task.process_id)
        .join(login, login.c.id == process.login_id)
        .where(waits_on(holder), task.concluded_at.is_(None))
        .order_by(task.expires_at.asc().nulls_last(), task.id)
    )
    if fold(search):
        statement = statement.where(
            matches(
                search, task.name, process.code, process.name, process.description, process.number
            )
        )
    return page(connection, statement, lambda row: _read(row, now), limit=limit, offset=offset)


def _read(row: Row[Any], now: datetime) -> TaskRow:
    """Turn a row into a line."""
    held = timedelta(seconds=row.held_seconds) if row.held_seconds is not None else None
    expires_at = row.expires_at if held is None else None
    return TaskRow(
        id=row.id,
        name=row.name,
        process_number=row.number,
        process_code=row.code,
        process_name=row.process_name,
        description=row.description,
        requester_name=row.requester_name,
        login_id=row.login_id,
        expires_at=expires_at,
        held=held,
        expired=expires_at is not None and expires_at <= now,
    )
