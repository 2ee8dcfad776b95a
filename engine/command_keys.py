"""How long the engine remembers the keys of commands.

A key is worth what a repetition is: a browser that sends again, a broker that tells twice, a
partner's retries. Business keys are no part of this: an instance is found by its own, for ever.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from engine.store.pipeline import run

#: After which the same command again would be a new one.
KEPT: Final = timedelta(days=90)

# The newest transactions go on beside it: few rows at a time, and none that somebody else deletes.
_FORGET = """
    DELETE FROM engine.remembered_command WHERE key IN (
        SELECT key FROM engine.remembered_command WHERE at < %(before)s
        LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
"""


def forget(connection: Connection, *, now: datetime, limit: int = 10_000) -> int:
    """Forget keys that were used long ago, and return how many.

    Args:
        connection: The caller's transaction.
        now: The engine's clock.
        limit: How many at the most.
    """
    (answer,) = run(connection, [(_FORGET, {"before": now - KEPT, "limit": limit})])
    return answer.rowcount
