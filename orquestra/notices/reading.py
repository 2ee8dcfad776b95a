"""Read notices, for screens and tests."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, or_, select

from orquestra.notices.kinds import Kind
from orquestra.store.tables import notice, notice_login


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice.

    Args:
        id: Its number.
        key: What makes it go out once.
        kind: What it is about.
        login_id: The login that it is about, if any; of several the first.
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
        named = select(notice_login.c.notice_id).where(notice_login.c.login_id == login_id)
        statement = statement.where(or_(notice.c.login_id == login_id, notice.c.id.in_(named)))
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
