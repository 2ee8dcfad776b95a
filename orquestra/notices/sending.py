"""What becomes of a notice on its way out."""

from datetime import datetime

from sqlalchemy import Connection, update

from orquestra.store.tables import notice


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
