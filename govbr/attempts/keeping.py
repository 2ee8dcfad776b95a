"""What outlives the confirmation: the token, for a while, where the companies are still unknown."""

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, null, update

from govbr.attempts.rows import row_in
from govbr.store.tables import attempt

# How long an access token is good, by gov.br's manual (3,600 s from the exchange on).
TOKEN_LIFETIME: Final = timedelta(hours=1)


def keep_tokens(connection: Connection, attempt_id: int) -> bool:
    """Keep the tokens of an attempt whose companies are unknown, as long as they may be good.

    Everything else that was sealed is wiped: the person is registered by now. The attempt stays
    open, so that its end or its expiry wipes the tokens too.

    Args:
        connection: The caller's transaction.
        attempt_id: The attempt, its person noted.

    Returns:
        False when there are no tokens to keep.

    Raises:
        AttemptNotFound: When there is none.
        AttemptMoved: When nobody is known yet, or it has ended.
    """
    step = "keeping the tokens"
    row = row_in(connection, attempt_id, ("identified",), step=step, lock=True)
    if row.tokens_sealed is None:
        return False
    connection.execute(
        update(attempt)
        .where(attempt.c.id == attempt_id)
        .values(facts_sealed=null(), expires_at=row.exchanged_at + TOKEN_LIFETIME)
    )
    return True
