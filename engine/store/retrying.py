"""Letters that failed: left alone for a while, each time twice as long."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from engine.store.pipeline import run

#: After one failure, in seconds; and at the most.
_SHORTEST = 60.0
_LONGEST = 3600.0
# The table's name is one of the engine's own.
_FAILED = """
    UPDATE engine.{table}
    SET attempts = attempts + 1,
        not_before = %(now)s + make_interval(
            secs => %(spread)s * least(%(longest)s, %(shortest)s * 2 ^ least(attempts, 10)))
    WHERE id = %(id)s
    RETURNING attempts
"""


def failed(
    connection: Connection,
    table: Literal["signal_letter", "inbox_message"],
    letter_id: int,
    *,
    now: datetime,
    spread: float,
) -> int:
    """Leave a letter alone for a while.

    Args:
        connection: The caller's transaction.
        table: Where the letter lies.
        letter_id: Which.
        now: The engine's clock.
        spread: By what the wait is multiplied, so that many that failed together part.

    Returns:
        How often it has failed; 0 where it is gone.
    """
    asked = {
        "id": letter_id,
        "now": now,
        "spread": spread,
        "shortest": _SHORTEST,
        "longest": _LONGEST,
    }
    (answer,) = run(connection, [(_FAILED.format(table=table), asked)])
    row = answer.fetchone()
    return int(row[0]) if row else 0
