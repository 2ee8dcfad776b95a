"""The simulator's own mailbox: what gov.br would send by e-mail or SMS is read on a page."""

from typing import Any

import sqlalchemy as sa

from govbr.simulator import storage


def deliver(
    connection: sa.Connection,
    *,
    channel: str,
    address: str,
    subject: str,
    body: str,
    code: str | None,
    now: float,
) -> None:
    """Put a message in the box; `now` in seconds since 1970."""
    connection.execute(
        sa.insert(storage.message).values(
            channel=channel, address=address, subject=subject, body=body, code=code, sent_at=now
        )
    )


def messages(connection: sa.Connection, *, address: str | None = None) -> list[dict[str, Any]]:
    """Read the box, newest first: all of it, or one address's."""
    table = storage.message
    found = sa.select(table).order_by(table.c.id.desc()).limit(100)
    if address:
        found = found.where(table.c.address == address)
    return [dict(row) for row in connection.execute(found).mappings()]
