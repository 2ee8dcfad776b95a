"""Many decisions by one filter and one reason: fixed when asked for, taken one after the other."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Text,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from orquestra.errors import NothingToDecide, QuestionsChanged
from orquestra.ownership.answers import Answer
from orquestra.ownership.lists import Filter, with_login_and_person
from orquestra.store.tables import decision_batch, decision_batch_item, ownership_decision


def mark_of(connection: Connection, *, which: Filter, now: datetime) -> str:
    """Name the questions that a filter shows, so that a page can say later which ones it showed.

    Args:
        connection: The caller's transaction.
        which: The filter.
        now: The instant.

    Returns:
        A text that is another one as soon as one question comes or goes.
    """
    shown = with_login_and_person(ownership_decision.c.id).where(which.condition(now))
    return _mark(connection, shown)


def open_batch(
    connection: Connection,
    *,
    which: Filter,
    answer: Answer,
    staff_id: int,
    mark: str,
    now: datetime,
) -> int:
    """Fix which questions a batch decides: those that the filter shows, and showed on the page.

    Args:
        connection: The caller's transaction.
        which: The filter.
        answer: What is decided of each.
        staff_id: Who asks for it.
        mark: What `mark_of` said when the page was shown: nobody decides what they did not see.
        now: The instant.

    Returns:
        The batch's number.

    Raises:
        InvalidText: No reason is given.
        InvalidNextStep: A refusal names no known next step.
        NothingToDecide: No question fits.
        QuestionsChanged: Others fit than were shown.
    """
    answer = answer.checked()
    batch_id: int = connection.execute(
        insert(decision_batch)
        .values(
            doubt=which.doubt,
            search=which.search.strip(),
            verdict=answer.verdict,
            reason=answer.reason,
            next_step=answer.next_step,
            staff_id=staff_id,
            asked_at=now,
        )
        .returning(decision_batch.c.id)
    ).scalar_one()
    fitting = with_login_and_person(literal(batch_id, BigInteger), ownership_decision.c.id).where(
        which.condition(now)
    )
    taken = connection.execute(
        insert(decision_batch_item).from_select(["batch_id", "decision_id"], fitting)
    )
    if taken.rowcount == 0:
        raise NothingToDecide("No question that waits fits the filter any more.")
    taken_ones = select(decision_batch_item.c.decision_id.label("id")).where(
        decision_batch_item.c.batch_id == batch_id
    )
    if _mark(connection, taken_ones) != mark:
        raise QuestionsChanged("Other questions fit the filter than were shown.")
    return batch_id


def open_batches(connection: Connection) -> Sequence[int]:
    """Find the batches that are not through.

    Args:
        connection: The caller's transaction.

    Returns:
        Their numbers, the oldest first.
    """
    return connection.scalars(
        select(decision_batch.c.id)
        .where(decision_batch.c.finished_at.is_(None))
        .order_by(decision_batch.c.id)
    ).all()


def claim_item(connection: Connection, batch_id: int) -> int | None:
    """Take the next question of a batch until the commit; others take other ones.

    Args:
        connection: The caller's transaction.
        batch_id: Which batch.

    Returns:
        The decision's number; None when all are taken.
    """
    return connection.execute(
        select(decision_batch_item.c.decision_id)
        .where(decision_batch_item.c.batch_id == batch_id, decision_batch_item.c.result.is_(None))
        .order_by(decision_batch_item.c.decision_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()


def record_item(
    connection: Connection, *, batch_id: int, decision_id: int, result: str, now: datetime
) -> None:
    """Write down what became of one question, and the batch's end with its last one.

    Args:
        connection: The caller's transaction, in which it was claimed.
        batch_id: Which batch.
        decision_id: Which question.
        result: What became of it.
        now: The instant.
    """
    connection.execute(
        update(decision_batch_item)
        .where(
            decision_batch_item.c.batch_id == batch_id,
            decision_batch_item.c.decision_id == decision_id,
        )
        .values(result=result, done_at=now)
    )


def finish_batch(connection: Connection, *, batch_id: int, now: datetime) -> bool:
    """Close a batch whose every question was taken.

    Args:
        connection: The caller's transaction.
        batch_id: Which batch.
        now: The instant.

    Returns:
        Whether it is closed by this call.
    """
    waiting = select(decision_batch_item.c.decision_id).where(
        decision_batch_item.c.batch_id == batch_id, decision_batch_item.c.result.is_(None)
    )
    closed = connection.execute(
        update(decision_batch)
        .where(
            decision_batch.c.id == batch_id,
            decision_batch.c.finished_at.is_(None),
            ~waiting.exists(),
        )
        .values(finished_at=now)
    )
    return closed.rowcount == 1


def _mark(connection: Connection, questions: Select[int]) -> str:
    """Name a set of questions by their numbers."""
    number = cast(questions.subquery().c.id, Text)
    joined = func.string_agg(number, aggregate_order_by(literal(","), number))
    mark: str = connection.execute(select(func.md5(func.coalesce(joined, "")))).scalar_one()
    return mark
