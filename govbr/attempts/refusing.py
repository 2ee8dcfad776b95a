"""The record of returns that opened nothing: of which attempt, in whose browser, and why."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, Connection, func, insert, literal, select

from govbr.attempts.states import hash_of_state
from govbr.store.tables import attempt, attempt_event

#: Refused returns on record at the most in an hour: of one session, of one attempt, and of all that
#: name neither a login nor an attempt. Whoever sends the same address again and again must neither
#: fill the table nor keep what happens to others out of it.
MOST_REFUSED_OF_ONE: Final = 20
MOST_REFUSED_OF_NOBODY: Final = 1_000
_HOUR: Final = timedelta(hours=1)


def note_refused(
    connection: Connection,
    *,
    state: str,
    session_id: int | None,
    login_id: int | None,
    cause: str,
    now: datetime,
) -> bool:
    """Add a line about a return that opened nothing; in a transaction of its own.

    Args:
        connection: Not the refused return's transaction: that is rolled back.
        state: What came as the state; the attempt that it belongs to is named, it is not kept.
        session_id: The browser's session, also where it has ended; None where it brought none.
        login_id: The login of that session.
        cause: Why (`CallbackRefused.cause`).
        now: The instant, aware, in UTC.

    Returns:
        False where there are too many of them already, or where it has neither a session nor an
        attempt: anybody can send such.
    """
    attempt_id = connection.execute(
        select(attempt.c.id).where(attempt.c.state_hash == hash_of_state(state))
    ).scalar_one_or_none()
    if session_id is None and attempt_id is None:
        return False
    if _too_many_refused(connection, session_id, login_id, attempt_id, now):
        return False
    connection.execute(
        insert(attempt_event).values(
            attempt_id=attempt_id,
            session_id=session_id,
            login_id=login_id,
            event="refused",
            cause=cause,
            at=now,
        )
    )
    return True


def _too_many_refused(
    connection: Connection,
    session_id: int | None,
    login_id: int | None,
    attempt_id: int | None,
    now: datetime,
) -> bool:
    """Tell whether enough is on record of this session, of this attempt, or of nobody."""
    columns = attempt_event.c
    of_nobody = columns.login_id.is_(None) & columns.attempt_id.is_(None)
    of_session, of_attempt, of_none = connection.execute(
        select(
            # Typed, so that None equals nothing.
            func.count().filter(columns.session_id == literal(session_id, BigInteger)),
            func.count().filter(columns.attempt_id == literal(attempt_id, BigInteger)),
            func.count().filter(of_nobody),
        ).where(columns.event == "refused", columns.at > now - _HOUR)
    ).one()
    nobody = login_id is None and attempt_id is None
    return bool(
        of_session >= MOST_REFUSED_OF_ONE
        or of_attempt >= MOST_REFUSED_OF_ONE
        or (nobody and of_none >= MOST_REFUSED_OF_NOBODY)
    )
