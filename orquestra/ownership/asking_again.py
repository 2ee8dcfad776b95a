"""Whoever was refused may ask again: not without end, and not with a letter each time."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select

from orquestra.ownership.questions import Decision
from orquestra.store.tables import access_case, notice, ownership_decision

#: So many refusals of one person for one login end the asking.
REFUSALS_LIMIT: Final = 3
#: Whoever was told of a person's question about a login hears of the next one after this time.
TOLD_AGAIN_AFTER: Final = timedelta(days=1)


def may_ask(connection: Connection, *, login_id: int, person_id: int) -> bool:
    """Tell whether a person may put one more question about a login to people.

    A granted access case for the login lets everybody begin anew: staff looked at evidence, and a
    new password shuts out whoever knew the old one only.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        person_id: Who wants it.

    Returns:
        False once they were refused `REFUSALS_LIMIT` times since the last granted case.
    """
    granted_at = (
        select(func.max(access_case.c.decided_at))
        .where(access_case.c.login_id == login_id, access_case.c.state == "atendido")
        .scalar_subquery()
    )
    refused = select(func.count()).where(
        _asked_by_the_same(login_id, person_id),
        ownership_decision.c.verdict == "recusar",
        or_(granted_at.is_(None), ownership_decision.c.decided_at > granted_at),
    )
    return connection.execute(refused).scalar_one() < REFUSALS_LIMIT


def told_lately(
    connection: Connection, question: Decision, *, suffix: str, address: str | None, now: datetime
) -> bool:
    """Tell whether a mailbox was told of an earlier question of the same person and login.

    Args:
        connection: The caller's transaction.
        question: The question.
        suffix: What follows the question's number in the notice's key.
        address: The mailbox; another one than the earlier is told all the same.
        now: The instant.

    Returns:
        Whether it was, less than `TOLD_AGAIN_AFTER` ago.
    """
    earlier = select(func.concat("decisao:", ownership_decision.c.id, literal(suffix))).where(
        _asked_by_the_same(question.login_id, question.person_id),
        ownership_decision.c.id != question.id,
    )
    told = select(notice.c.id).where(
        notice.c.key.in_(earlier),
        notice.c.address.is_not_distinct_from(address),
        notice.c.created_at > now - TOLD_AGAIN_AFTER,
    )
    return connection.execute(told.limit(1)).first() is not None


def _asked_by_the_same(login_id: int, person_id: int) -> ColumnElement[bool]:
    """Build the condition of the questions of one person about one login."""
    return and_(
        ownership_decision.c.login_id == login_id, ownership_decision.c.person_id == person_id
    )
