"""What staff decide where the documents leave a doubt: asked once, decided once, with a reason."""

from datetime import datetime

from sqlalchemy import Connection, update
from sqlalchemy.dialects.postgresql import insert as upsert

from orquestra.errors import DecisionAlreadyMade
from orquestra.ownership.questions import Decision, Verdict, load_decision
from orquestra.ownership.rules import Doubt
from orquestra.store.tables import ownership_decision
from orquestra.text import required

REASON_LIMIT = 2000


def ask_decision(
    connection: Connection, *, login_id: int, person_id: int, doubt: Doubt, now: datetime
) -> int:
    """Put a question to staff; the same one while it waits is the same question.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        person_id: Who wants it.
        doubt: Why it is in doubt.
        now: The instant.

    Returns:
        The decision's number.
    """
    asked = connection.execute(
        upsert(ownership_decision)
        .values(login_id=login_id, person_id=person_id, doubt=doubt, asked_at=now)
        .on_conflict_do_update(
            index_elements=[ownership_decision.c.login_id, ownership_decision.c.person_id],
            index_where=ownership_decision.c.verdict.is_(None),
            set_={"doubt": doubt},
        )
        .returning(ownership_decision.c.id)
    )
    decision_id: int = asked.scalar_one()
    return decision_id


def decide(
    connection: Connection,
    *,
    decision_id: int,
    verdict: Verdict,
    reason: str,
    staff_id: int,
    now: datetime,
) -> Decision:
    """Answer a question; the customer is told the reason.

    Args:
        connection: The caller's transaction.
        decision_id: Which question.
        verdict: "aprovar" or "recusar".
        reason: Why, in a sentence.
        staff_id: Who decides.
        now: The instant.

    Returns:
        The decision.

    Raises:
        InvalidText: No reason is given.
        DecisionNotFound: There is no such question.
        DecisionAlreadyMade: Somebody has answered.
    """
    decided = connection.execute(
        update(ownership_decision)
        .where(ownership_decision.c.id == decision_id, ownership_decision.c.verdict.is_(None))
        .values(
            verdict=verdict,
            reason=required(reason, what="reason", limit=REASON_LIMIT),
            staff_id=staff_id,
            decided_at=now,
        )
        .returning(ownership_decision.c.id)
    ).one_or_none()
    decision = load_decision(connection, decision_id)
    if decided is None:
        raise DecisionAlreadyMade(
            f"Decision {decision_id} was made already, by staff member {decision.staff_id}."
        )
    return decision
