"""What people decide where the rules leave a doubt: once, with a reason, by who may."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from orquestra.errors import DecisionAlreadyMade, DecisionNotFound, SameStaffMember
from orquestra.ownership.answers import Answer
from orquestra.ownership.asking import ASKING_GOVBR, lock_login
from orquestra.ownership.questions import Decision, load_decision
from orquestra.ownership.representatives import require_representative
from orquestra.store.tables import ownership_decision


def decide(
    connection: Connection,
    *,
    decision_id: int,
    answer: Answer,
    staff_id: int,
    four_eyes: bool = False,
    batch_id: int | None = None,
    now: datetime,
) -> Decision:
    """Answer a question as staff.

    With four eyes the first approval only counts: the question waits on until somebody else
    approves too. A refusal takes one.

    Args:
        connection: The caller's transaction.
        decision_id: Which question.
        answer: What is decided.
        staff_id: Who decides.
        four_eyes: Whether an approval takes two members of staff.
        batch_id: The batch that it belongs to, if any.
        now: The instant.

    Returns:
        The question; its verdict is still None after a first approval.

    Raises:
        InvalidText: No reason is given.
        InvalidNextStep: A refusal names no known next step.
        DecisionNotFound: There is no such question.
        DecisionAlreadyMade: Somebody has answered.
        SameStaffMember: The first approval was this member's too.
    """
    answer = answer.checked()
    row = _lock(connection, decision_id)
    _require_waiting(row)
    if four_eyes and answer.verdict == "aprovar":
        if row.first_staff_id == staff_id:
            raise SameStaffMember(f"Decision {decision_id} waits for another staff member.")
        if row.first_staff_id is None:
            first = {"first_staff_id": staff_id, "first_reason": answer.reason, "first_at": now}
            return _write(connection, decision_id, first | {"batch_id": batch_id})
    return _write(
        connection,
        decision_id,
        _verdict(answer, now) | {"staff_id": staff_id, "batch_id": batch_id},
    )


def decide_for_company(
    connection: Connection,
    *,
    decision_id: int,
    answer: Answer,
    representative_id: int,
    now: datetime,
) -> Decision:
    """Answer a question as the legal representative or partner of the login's company.

    Whether they may is asked anew, under a lock that a new reading of their ties also takes.

    Args:
        connection: The caller's transaction.
        decision_id: Which question.
        answer: What is decided.
        representative_id: Who decides.
        now: The instant.

    Returns:
        The question, answered.

    Raises:
        InvalidText: No reason is given.
        InvalidNextStep: A refusal names no known next step.
        DecisionNotFound: There is no such question, or it is not theirs to answer.
        DecisionAlreadyMade: Somebody has answered.
    """
    answer = answer.checked()
    row = _lock(connection, decision_id)
    require_representative(
        connection,
        representative_id,
        asker_id=row.person_id,
        login_id=row.login_id,
        now=now,
    )
    _require_waiting(row)
    return _write(
        connection, decision_id, _verdict(answer, now) | {"representative_id": representative_id}
    )


def variables_of(decision: Decision) -> dict[str, Any]:
    """Give what the diagram reads of an answered question.

    Args:
        decision: The question, answered.

    Returns:
        The user task's answers.
    """
    by_company = decision.representative_id is not None
    return {
        "decisao": decision.verdict,
        "decisao_id": decision.id,
        "decidido_por": "empresa" if by_company else "equipe",
        "regra": "representante_aprovou" if by_company else "decisao",
        "motivo": decision.reason,
        "proximo_passo": decision.next_step,
    }


def _lock(connection: Connection, decision_id: int) -> Row[Any]:
    """Take a question: its login first, then itself."""
    question = select(ownership_decision).where(ownership_decision.c.id == decision_id)
    found = connection.execute(question).one_or_none()
    if found is None:
        raise DecisionNotFound(f"There is no decision {decision_id}.")
    lock_login(connection, found.login_id)
    return connection.execute(question.with_for_update(key_share=True)).one()


def _require_waiting(row: Row[Any]) -> None:
    """Refuse to answer what has an answer, or what gov.br may still answer."""
    if row.verdict is not None:
        raise DecisionAlreadyMade(f"Decision {row.id} was made already.")
    if row.facts.get(ASKING_GOVBR):
        raise DecisionNotFound(
            f"Decision {row.id} does not wait for people: gov.br is asked again."
        )


def _verdict(answer: Answer, now: datetime) -> dict[str, Any]:
    """Give the columns of an answer."""
    return {
        "verdict": answer.verdict,
        "reason": answer.reason,
        "next_step": answer.next_step,
        "decided_at": now,
    }


def _write(connection: Connection, decision_id: int, values: dict[str, Any]) -> Decision:
    """Write what was decided and give the question as it stands."""
    connection.execute(
        update(ownership_decision).where(ownership_decision.c.id == decision_id).values(**values)
    )
    return load_decision(connection, decision_id)
