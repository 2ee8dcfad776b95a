"""Who went to gov.br and has not come back: gov.br may lose its way after a sign-up.

After creating an account or recovering a password it lands people on our first page, without a code
and without a state; so that page has to know that somebody is on the way.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from govbr.store.tables import attempt

#: For so long it is likely that whoever went still means to come in.
REMEMBERED: Final = timedelta(hours=24)


def is_on_the_way(connection: Connection, *, session_id: int, now: datetime) -> bool:
    """Tell whether a browser session's last visit to gov.br has not come back, in time or at all.

    Args:
        connection: Read from.
        session_id: The browser's session.
        now: The instant, aware, in UTC.

    Returns:
        True also where the attempt's own time is over: going on begins a new one.
    """
    last = connection.execute(
        select(attempt.c.status, attempt.c.failure, attempt.c.returned_at)
        .where(attempt.c.session_id == session_id, attempt.c.created_at > now - REMEMBERED)
        .order_by(attempt.c.id.desc())
        .limit(1)
    ).first()
    if last is None or last.returned_at is not None:
        return False
    return bool(last.status == "started" or last.failure == "expirado")
