"""What customers are told: written once by key, and then handed to whatever sends it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from orquestra.store.tables import notice

Kind = Literal[
    "lembrete", "prazo_encerrado", "decisao_pendente", "vinculo_concluido", "vinculo_recusado"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice.

    Args:
        id: Its number.
        key: What makes it go out once.
        kind: What it is about.
        login_id: The login that it is about, if any.
        person_id: The person that it is about, if any.
        address: Where it goes; None: nowhere but the screen.
        subject: The subject.
        body: The text.
        created_at: When it was written.
        sent_at: When it was sent; None before.
    """

    id: int
    key: str
    kind: Kind
    login_id: int | None
    person_id: int | None
    address: str | None = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    created_at: datetime
    sent_at: datetime | None


def post(
    connection: Connection,
    *,
    key: str,
    kind: Kind,
    login_id: int | None,
    person_id: int | None,
    address: str | None,
    subject: str,
    body: str,
    now: datetime,
) -> bool:
    """Write a notice; a repeated job finds that it is there.

    Args:
        connection: The caller's transaction.
        key: What makes it one, as in "lembrete:12:P30D".
        kind: What it is about.
        login_id: The login that it is about, if any.
        person_id: The person that it is about, if any.
        address: Where it goes.
        subject: The subject.
        body: The text.
        now: The instant.

    Returns:
        Whether it is new.
    """
    row = connection.execute(
        upsert(notice)
        .values(
            key=key,
            kind=kind,
            login_id=login_id,
            person_id=person_id,
            address=address,
            subject=subject,
            body=body,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[notice.c.key])
        .returning(notice.c.id)
    ).one_or_none()
    return row is not None


def mark_sent(connection: Connection, *, key: str, now: datetime) -> bool:
    """Write down that a notice has gone out.

    Args:
        connection: The caller's transaction.
        key: Which notice.
        now: The instant.

    Returns:
        Whether it had not gone out before.
    """
    row = connection.execute(
        update(notice)
        .where(notice.c.key == key, notice.c.sent_at.is_(None))
        .values(sent_at=now)
        .returning(notice.c.id)
    ).one_or_none()
    return row is not None


def recent(
    connection: Connection,
    *,
    login_id: int | None = None,
    person_id: int | None = None,
    limit: int = 50,
) -> list[Notice]:
    """Read the newest notices.

    Args:
        connection: The caller's transaction.
        login_id: Only about this login; None for all.
        person_id: Only about this person; None for all.
        limit: The most rows.

    Returns:
        The notices, the newest first.
    """
    statement = select(notice).order_by(notice.c.created_at.desc(), notice.c.id.desc())
    if login_id is not None:
        statement = statement.where(notice.c.login_id == login_id)
    if person_id is not None:
        statement = statement.where(notice.c.person_id == person_id)
    return [
        Notice(
            id=row.id,
            key=row.key,
            kind=row.kind,
            login_id=row.login_id,
            person_id=row.person_id,
            address=row.address,
            subject=row.subject,
            body=row.body,
            created_at=row.created_at,
            sent_at=row.sent_at,
        )
        for row in connection.execute(statement.limit(limit))
    ]
