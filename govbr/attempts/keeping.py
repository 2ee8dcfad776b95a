"""What outlives the confirmation: the token, for a while, where the companies are still unknown.

There are no refresh tokens at gov.br: a person's companies can be asked for only while the token of
their own entry is good. Nobody waits for it: whoever came in is in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, null, select, update

from govbr.attempts.rows import row_in
from govbr.store.tables import attempt

# How long an access token is good, by gov.br's manual (3,600 s from the exchange on).
TOKEN_LIFETIME: Final = timedelta(hours=1)
#: Whoever took a question has so long to bring the answer; then another asks.
_LEASE: Final = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A person whose companies are to be asked for now.

    Attributes:
        attempt_id: The attempt whose token asks.
        person_id: Whose companies.
        purpose: What the attempt was for.
        asked: How often they were asked for, this time included.
    """

    attempt_id: int
    person_id: int
    purpose: str
    asked: int


def keep_tokens(connection: Connection, attempt_id: int, *, ask_at: datetime | None = None) -> bool:
    """Keep the tokens of an attempt whose companies are unknown, as long as they may be good.

    Everything else that was sealed is wiped: the person is registered by now. The attempt stays
    open, so that its end or its expiry wipes the tokens too.

    Args:
        connection: The caller's transaction.
        attempt_id: The attempt, its person noted.
        ask_at: When the sweep asks for the companies; None: the attempt's own process does.

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
        .values(
            facts_sealed=null(),
            expires_at=row.exchanged_at + TOKEN_LIFETIME,
            companies_due_at=ask_at,
        )
    )
    return True


def take_awaited(connection: Connection, *, now: datetime) -> Awaited | None:
    """Take the next question that is due, so that nobody else asks it meanwhile.

    Args:
        connection: A transaction of its own: it is committed before gov.br is asked.
        now: The instant, aware, in UTC.

    Returns:
        The question; None where none is due.
    """
    due = (
        select(attempt.c.id)
        .where(attempt.c.companies_due_at <= now, attempt.c.expires_at > now)
        .order_by(attempt.c.companies_due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(
        update(attempt)
        .where(attempt.c.id.in_(due))
        .values(companies_due_at=now + _LEASE, companies_asked=attempt.c.companies_asked + 1)
        .returning(
            attempt.c.id.label("attempt_id"),
            attempt.c.person_id,
            attempt.c.purpose,
            attempt.c.companies_asked.label("asked"),
        )
    ).first()
    return None if row is None else Awaited(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def is_awaited(connection: Connection, attempt_id: int) -> bool:
    """Tell whether a person's companies are still asked for with an attempt's token.

    Args:
        connection: Read from.
        attempt_id: The attempt.

    Returns:
        Whether the sweep has still to ask.
    """
    due = select(attempt.c.companies_due_at).where(attempt.c.id == attempt_id)
    return connection.execute(due).scalar_one_or_none() is not None


def ask_later(connection: Connection, attempt_id: int, at: datetime) -> None:
    """Ask again later; past the token's life nothing is asked any more.

    Args:
        connection: The caller's transaction.
        attempt_id: The attempt.
        at: When.
    """
    connection.execute(
        update(attempt)
        .where(attempt.c.id == attempt_id, attempt.c.companies_due_at.is_not(None))
        .values(companies_due_at=at)
    )


def companies_awaited_until(
    connection: Connection, *, person_id: int, now: datetime
) -> datetime | None:
    """Say until when a person's companies are still asked for.

    Args:
        connection: Read from.
        person_id: Whose.
        now: The instant, aware, in UTC.

    Returns:
        The end of the token's life; None where nothing is asked.
    """
    until: datetime | None = connection.execute(
        select(func.max(attempt.c.expires_at)).where(
            attempt.c.person_id == person_id,
            attempt.c.companies_due_at.is_not(None),
            attempt.c.expires_at > now,
        )
    ).scalar_one()
    return until
