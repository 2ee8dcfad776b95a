"""What stands in the way of an undo: whatever the person has begun under the link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Connection, Select, exists, literal, or_, select, union_all

from orquestra.linking.links import AccountLink
from orquestra.store.tables import open_task, process_message, process_record
from orquestra.work.holders import PersonHolder

ObstacleKind = Literal["tarefa_concluida", "mensagem_escrita", "processo_aberto"]

#: More are not listed: one alone is enough to refuse.
MOST_LISTED: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing that was begun under a link.

    Args:
        kind: What.
        process_number: In which process.
        happened_at: When.
    """

    kind: ObstacleKind
    process_number: int
    happened_at: datetime


def obstacles(connection: Connection, link: AccountLink) -> tuple[Obstacle, ...]:
    """List what the person has done, since the link began, with the work that it gave them.

    What the body, the importer or another customer changes is no obstacle: it would have happened
    without the link too.

    Args:
        connection: The caller's transaction.
        link: The link.

    Returns:
        At most `MOST_LISTED`, the first ones first.
    """
    found = union_all(_concluded(link), _written(link), _opened(link)).subquery()
    rows = connection.execute(
        select(found).order_by(found.c.happened_at, found.c.number, found.c.kind).limit(MOST_LISTED)
    )
    return tuple(
        Obstacle(kind=row.kind, process_number=row.number, happened_at=row.happened_at)
        for row in rows
    )


def _concluded(link: AccountLink) -> Select[tuple[str, int, datetime]]:
    """Select the person's concluded tasks: the login's own, and others' in its processes."""
    task, process = open_task.c, process_record.c
    return (
        select(
            literal("tarefa_concluida").label("kind"),
            process.number.label("number"),
            task.concluded_at.label("happened_at"),
        )
        .join(process_record, process.id == task.process_id)
        .where(
            task.owner_person_id == link.person_id,
            task.concluded_by == PersonHolder(link.person_id).actor,
            task.concluded_at >= link.began_at,
            or_(task.login_id == link.login_id, process.login_id == link.login_id),
        )
    )


def _written(link: AccountLink) -> Select[tuple[str, int, datetime]]:
    """Select the person's messages in the login's processes, and in those with its tasks."""
    message, process = process_message.c, process_record.c
    has_task = exists().where(
        open_task.c.process_id == process.id, open_task.c.login_id == link.login_id
    )
    return (
        select(
            literal("mensagem_escrita").label("kind"),
            process.number.label("number"),
            message.written_at.label("happened_at"),
        )
        .join(process_record, process.id == message.process_id)
        .where(
            message.author == PersonHolder(link.person_id).actor,
            message.written_at >= link.began_at,
            or_(process.login_id == link.login_id, has_task),
        )
    )


def _opened(link: AccountLink) -> Select[tuple[str, int, datetime]]:
    """Select the processes that were opened under the link."""
    process = process_record.c
    return select(
        literal("processo_aberto").label("kind"),
        process.number.label("number"),
        process.opened_at.label("happened_at"),
    ).where(
        process.login_id == link.login_id,
        process.owner_person_id == link.person_id,
        process.opened_at > link.began_at,
    )
