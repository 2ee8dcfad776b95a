"""The ends of an attempt. Every end wipes every sealed value."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from govbr.attempts import recording
from govbr.attempts.rows import OPEN, Failure, load, wiped
from govbr.store.tables import attempt


def fail(connection: Connection, attempt_id: int, failure: Failure, now: datetime) -> bool:
    """End an attempt without a result.

    Args:
        connection: The caller's transaction.
        attempt_id: The attempt.
        failure: Why.
        now: The instant, aware, in UTC.

    Returns:
        True when this call ended it, False when it had ended before; the first end stays.

    Raises:
        AttemptNotFound: When there is none.
    """
    ended = _end(connection, attempt_id, {"status": "failed", "failure": failure, "closed_at": now})
    if ended:
        recording.note(connection, attempt_id, "failed", now, cause=failure)
    return ended


def close(connection: Connection, attempt_id: int, outcome: str, now: datetime) -> bool:
    """End an attempt that served its purpose, or that the person gave up.

    Args:
        connection: The caller's transaction.
        attempt_id: The attempt.
        outcome: The word for the record ("vinculado", "nao_sou_eu" …), at most 32 characters.
        now: The instant, aware, in UTC.

    Returns:
        True when this call ended it, False when it had ended before; the first end stays.

    Raises:
        AttemptNotFound: When there is none.
    """
    ended = _end(connection, attempt_id, {"status": "closed", "outcome": outcome, "closed_at": now})
    if ended:
        recording.note(connection, attempt_id, "closed", now, cause=outcome)
    return ended


def expire_old(connection: Connection, now: datetime) -> list[int]:
    """End every attempt whose time is over, so that nothing sealed outlives it.

    One that a person has already confirmed is closed as "vencido": what it found is in use.
    The others fail as "expirado". Rows that another transaction holds are left for the next time.

    Args:
        connection: The caller's transaction.
        now: The instant, aware, in UTC.

    Returns:
        The numbers of those that failed as "expirado".
    """
    confirmed = attempt.c.person_id.is_not(None)
    late = _end_overdue(connection, confirmed, now, {"status": "closed", "outcome": "vencido"})
    recording.note_all(connection, late, "closed", now, cause="vencido")
    failed = _end_overdue(connection, ~confirmed, now, {"status": "failed", "failure": "expirado"})
    recording.note_all(connection, failed, "expired", now)
    return failed


def _end_overdue(
    connection: Connection, which: ColumnElement[bool], now: datetime, values: dict[str, str]
) -> list[int]:
    overdue = (
        select(attempt.c.id)
        .where(attempt.c.closed_at.is_(None), attempt.c.expires_at <= now, which)
        .with_for_update(skip_locked=True)
    )
    ended = connection.execute(
        update(attempt)
        .where(attempt.c.id.in_(overdue))
        .values(**values, closed_at=now, **wiped())
        .returning(attempt.c.id)
    )
    return sorted(ended.scalars())


def _end(connection: Connection, attempt_id: int, values: dict[str, object]) -> bool:
    ended = connection.execute(
        update(attempt)
        .where(attempt.c.id == attempt_id, attempt.c.status.in_(OPEN))
        .values(**values, **wiped())
    )
    if ended.rowcount == 0:
        load(connection, attempt_id)  # says so when there is none
    return ended.rowcount == 1
