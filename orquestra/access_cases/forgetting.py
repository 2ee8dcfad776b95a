"""Access cases answered long ago lose what they tell of people; the answer stays on record."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, update

from orquestra.access_cases.cases import as_json
from orquestra.access_cases.model import Claims
from orquestra.store.tables import access_case

#: How long after the answer staff can still look up what it was founded on.
PERSONAL_DATA_KEPT: Final = timedelta(days=180)


def forget(connection: Connection, *, now: datetime) -> int:
    """Blank who asked, how to reach them and what they told, in cases answered long ago.

    What stays: the case's number and login, the answer, its reason, who gave it and when. A case
    that waits stays whole, however old.

    Args:
        connection: The caller's transaction.
        now: The instant.

    Returns:
        How many cases were blanked.
    """
    return connection.execute(
        update(access_case)
        .where(
            access_case.c.state != "aberto",
            access_case.c.decided_at <= now - PERSONAL_DATA_KEPT,
            access_case.c.name != "",
        )
        .values(
            login_text="",
            name="",
            email="",
            phone=None,
            claims=as_json(Claims()),
            statement="",
        )
    ).rowcount
