"""The workspace's writes: a task is concluded, a message is added.

Both hold the row of the login that the work came from (FOR SHARE), so that a link that begins at
the same moment waits for them or they find it and are refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from orquestra.errors import ProcessNotFound, TaskNotFound, TaskNotOpen
from orquestra.store.tables import login, open_task, person, process_message, process_record
from orquestra.text import required
from orquestra.work.access import lock_for_work
from orquestra.work.details import find_process
from orquestra.work.holders import Holder, PersonHolder, waits_on

MESSAGE_LIMIT = 4000
_MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludedTask:
    """What concluding a task did.

    Args:
        task_id: The task.
        process_number: Its process.
        message_id: The message written with it, if any.
    """

    task_id: int
    process_number: int
    message_id: int | None


def conclude_task(
    connection: Connection, holder: Holder, *, task_id: int, message: str, now: datetime
) -> ConcludedTask:
    """Conclude a task, so that the process goes back to Inmetro's queue.

    Args:
        connection: The caller's transaction.
        holder: Who concludes.
        task_id: Which task.
        message: Goes into the process with it; blank for none.
        now: The instant.

    Returns:
        What was done.

    Raises:
        TaskNotFound: There is none, or it is not theirs.
        NotAllowed: "bloqueado", "em_vinculacao", "vinculado" or "desvinculado".
        TaskNotOpen: It was concluded already; nothing is written twice.
        InvalidText: The message cannot be kept.
    """
    task = _task(connection, holder, task_id)
    _lock(connection, holder, task.login_id, now)
    concluded = connection.execute(
        update(open_task)
        .where(open_task.c.id == task_id, open_task.c.concluded_at.is_(None), waits_on(holder))
        .values(concluded_at=now, concluded_by=holder.actor)
        .returning(open_task.c.id)
    ).one_or_none()
    if concluded is None:
        raise TaskNotOpen(f"Task {task_id} was concluded already; look at its process again.")
    message_id = (
        _write(
            connection, holder, process_id=task.process_id, task_id=task_id, body=message, now=now
        )
        if message.strip()
        else None
    )
    return ConcludedTask(task_id=task_id, process_number=task.number, message_id=message_id)


def add_message(
    connection: Connection, holder: Holder, *, number: int, body: str, now: datetime
) -> int:
    """Write a message into a process that the holder may see.

    Args:
        connection: The caller's transaction.
        holder: Who writes.
        number: The process's number.
        body: The text, not blank.
        now: The instant.

    Returns:
        The message's number.

    Raises:
        ProcessNotFound: There is none, or it is not theirs to see.
        NotAllowed: "bloqueado", "em_vinculacao", "vinculado" or "desvinculado".
        InvalidText: The text cannot be kept.
    """
    row = find_process(connection, holder, number)
    _lock(connection, holder, _acting_login(connection, holder, row), now)
    row = find_process(connection, holder, number)  # under the lock: a link may have been undone
    return _write(connection, holder, process_id=row.id, task_id=None, body=body, now=now)


def _task(connection: Connection, holder: Holder, task_id: int) -> Row[Any, Any, Any]:
    """Find a task of the holder's, concluded or not."""
    row = None
    if 0 <= task_id <= _MAX_ID:
        row = connection.execute(
            select(open_task.c.login_id, open_task.c.process_id, process_record.c.number)
            .join(process_record, process_record.c.id == open_task.c.process_id)
            .where(open_task.c.id == task_id, waits_on(holder))
        ).one_or_none()
    if row is None:
        raise TaskNotFound(f"{holder.actor} has no task {task_id}.")
    return row


def _acting_login(connection: Connection, holder: Holder, process: Row[Any]) -> int:
    """Name the login whose state decides about a message: the holder's own way to the process."""
    if not isinstance(holder, PersonHolder):
        return holder.login_id
    if process.owner_person_id == holder.person_id:
        return int(process.login_id)
    login_id = connection.execute(
        select(open_task.c.login_id)
        .where(open_task.c.process_id == process.id, waits_on(holder))
        .order_by(open_task.c.id)
        .limit(1)
    ).scalar_one_or_none()
    if login_id is None:  # a link was undone a moment ago
        raise ProcessNotFound(f"{holder.actor} has no process {process.number}.")
    return int(login_id)


def _lock(connection: Connection, holder: Holder, login_id: int, now: datetime) -> None:
    """Hold the login against a link that begins, or refuse."""
    by_person = isinstance(holder, PersonHolder)
    lock_for_work(connection, login_id=login_id, by_person=by_person, now=now)


def _write(
    connection: Connection,
    holder: Holder,
    *,
    process_id: int,
    task_id: int | None,
    body: str,
    now: datetime,
) -> int:
    """Keep a message under its author's present name."""
    name = (
        select(person.c.name).where(person.c.id == holder.person_id)
        if isinstance(holder, PersonHolder)
        else select(login.c.name).where(login.c.id == holder.login_id)
    )
    message_id: int = connection.execute(
        insert(process_message)
        .values(
            process_id=process_id,
            task_id=task_id,
            author=holder.actor,
            author_name=name.scalar_subquery(),
            body=required(body, what="message", limit=MESSAGE_LIMIT),
            written_at=now,
        )
        .returning(process_message.c.id)
    ).scalar_one()
    return message_id
