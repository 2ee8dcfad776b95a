"""One process's page: the process, its tasks, its messages."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from orquestra.errors import ProcessNotFound
from orquestra.store.tables import login, open_task, process_message, process_record
from orquestra.work.access import require_look
from orquestra.work.holders import Holder, may_see, waits_on
from orquestra.work.processes import PROCESS_COLUMNS, ProcessRow, read_process

_MAX_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessTask:
    """One task of a process.

    Args:
        id: Its number.
        name: The activity.
        mine: Whether it waits on the holder.
        waits_on_body: Whether it waits on Inmetro instead of a customer.
        expires_at: When it expires; None: never, or its clock stands still.
        held: What is left while its clock stands still.
        concluded_at: When it was concluded; None while it is open.
        concluded_by: "login:7" or "person:3".
    """

    id: int
    name: str
    mine: bool
    waits_on_body: bool
    expires_at: datetime | None
    held: timedelta | None
    concluded_at: datetime | None
    concluded_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessMessage:
    """One message of a process.

    Args:
        id: Its number.
        task_id: The task that it was written to, if any.
        author: "login:7", "person:3" or "staff:2".
        author_name: Their name then.
        body: The text.
        written_at: When.
    """

    id: int
    task_id: int | None
    author: str
    author_name: str = field(repr=False)
    body: str = field(repr=False)
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessDetail:
    """All that a process's page shows.

    Args:
        process: The process.
        tasks: Its tasks, open ones first.
        messages: Its messages, oldest first.
    """

    process: ProcessRow
    tasks: tuple[ProcessTask, ...]
    messages: tuple[ProcessMessage, ...]


def process(connection: Connection, holder: Holder, number: int) -> ProcessDetail:
    """Open one process: one that the holder asked for, or one with a task of theirs.

    Args:
        connection: The caller's transaction.
        holder: Who looks.
        number: The process's number.

    Returns:
        The process.

    Raises:
        ProcessNotFound: There is none, or it is not theirs to see.
        NotAllowed: The login is being linked or is linked.
    """
    require_look(connection, holder)
    row = find_process(connection, holder, number)
    return ProcessDetail(
        process=read_process(row),
        tasks=_tasks(connection, holder, row.id),
        messages=_messages(connection, row.id),
    )


def find_process(connection: Connection, holder: Holder, number: int) -> Row[Any]:
    """Find the row of a process that the holder may see.

    Args:
        connection: The caller's transaction.
        holder: Who looks.
        number: The process's number.

    Returns:
        The row, with `PROCESS_COLUMNS`.

    Raises:
        ProcessNotFound: There is none, or it is not theirs to see.
    """
    row = None
    if 0 <= number <= _MAX_NUMBER:
        row = connection.execute(
            select(*PROCESS_COLUMNS)
            .join(login, login.c.id == process_record.c.login_id)
            .where(process_record.c.number == number, may_see(holder))
        ).one_or_none()
    if row is None:
        raise ProcessNotFound(f"{holder.actor} has no process {number}.")
    return row


def _tasks(connection: Connection, holder: Holder, process_id: int) -> tuple[ProcessTask, ...]:
    """Read a process's tasks."""
    rows = connection.execute(
        select(open_task, waits_on(holder).label("mine"))
        .where(open_task.c.process_id == process_id)
        .order_by(open_task.c.concluded_at.asc().nulls_first(), open_task.c.id)
    )
    return tuple(_task(row) for row in rows)


def _task(row: Row[Any]) -> ProcessTask:
    """Turn a row into a task."""
    held = timedelta(seconds=row.held_seconds) if row.held_seconds is not None else None
    return ProcessTask(
        id=row.id,
        name=row.name,
        mine=row.mine is True,
        waits_on_body=row.login_id is None,
        expires_at=row.expires_at if held is None else None,
        held=held,
        concluded_at=row.concluded_at,
        concluded_by=row.concluded_by,
    )


def _messages(connection: Connection, process_id: int) -> tuple[ProcessMessage, ...]:
    """Read a process's messages."""
    rows = connection.execute(
        select(process_message)
        .where(process_message.c.process_id == process_id)
        .order_by(process_message.c.written_at, process_message.c.id)
    )
    return tuple(
        ProcessMessage(
            id=row.id,
            task_id=row.task_id,
            author=row.author,
            author_name=row.author_name,
            body=row.body,
            written_at=row.written_at,
        )
        for row in rows
    )
