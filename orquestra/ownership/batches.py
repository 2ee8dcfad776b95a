"""Many decisions by one filter and one reason: fixed when asked for, taken one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Row, func, insert, literal, select, update

from orquestra.errors import NotFound, NothingToDecide
from orquestra.ownership.decisions import Answer
from orquestra.ownership.lists import Filter, with_login_and_person
from orquestra.store.tables import (
    decision_batch,
    decision_batch_item,
    login,
    ownership_decision,
    person,
    staff_member,
)

#: Results that are no failure.
DECIDED: Final = "decidida"
FIRST_APPROVAL: Final = "primeira_aprovacao"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch, and how far it is.

    Args:
        id: Its number.
        doubt: The filter's doubt, if any.
        search: The filter's search, if any.
        answer: What is decided of each.
        staff_id: Who asked for it.
        staff_name: Their name.
        asked_at: When.
        finished_at: When the last one was taken; None before.
        results: How many items have each result; None: they wait.
    """

    id: int
    doubt: str | None
    search: str = field(repr=False)
    answer: Answer
    staff_id: int
    staff_name: str = field(repr=False)
    asked_at: datetime
    finished_at: datetime | None
    results: dict[str | None, int]

    @property
    def total(self) -> int:
        """How many it has."""
        return sum(self.results.values())

    @property
    def done(self) -> int:
        """How many were taken."""
        return self.total - self.results.get(None, 0)

    @property
    def failed(self) -> int:
        """How many could not be decided."""
        return self.done - self.results.get(DECIDED, 0) - self.results.get(FIRST_APPROVAL, 0)


def open_batch(
    connection: Connection, *, which: Filter, answer: Answer, staff_id: int, now: datetime
) -> int:
    """Fix which questions a batch decides: those that the filter shows now.

    Args:
        connection: The caller's transaction.
        which: The filter.
        answer: What is decided of each.
        staff_id: Who asks for it.
        now: The instant.

    Returns:
        The batch's number.

    Raises:
        InvalidText: No reason is given.
        InvalidNextStep: A refusal names no known next step.
        NothingToDecide: No question fits.
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


def load_batch(connection: Connection, batch_id: int) -> Batch:
    """Read a batch and how far it is.

    Args:
        connection: The caller's transaction.
        batch_id: Which.

    Returns:
        The batch.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(
        select(decision_batch, staff_member.c.name.label("staff_name"))
        .join(staff_member, staff_member.c.id == decision_batch.c.staff_id)
        .where(decision_batch.c.id == batch_id)
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no batch {batch_id}.")
    counted = connection.execute(
        select(decision_batch_item.c.result, func.count())
        .where(decision_batch_item.c.batch_id == batch_id)
        .group_by(decision_batch_item.c.result)
    )
    return _read(row, {result: number for result, number in counted})  # noqa: C416


def failures_of(connection: Connection, batch_id: int, *, limit: int = 200) -> list[Row[Any]]:
    """Read the questions of a batch that could not be decided.

    Args:
        connection: The caller's transaction.
        batch_id: Which batch.
        limit: The most rows.

    Returns:
        Rows with `decision_id`, `result`, `login` and `person_name`.
    """
    return list(
        connection.execute(
            select(
                decision_batch_item.c.decision_id,
                decision_batch_item.c.result,
                login.c.login,
                person.c.name.label("person_name"),
            )
            .join(ownership_decision, ownership_decision.c.id == decision_batch_item.c.decision_id)
            .join(login, login.c.id == ownership_decision.c.login_id)
            .join(person, person.c.id == ownership_decision.c.person_id)
            .where(
                decision_batch_item.c.batch_id == batch_id,
                decision_batch_item.c.result.not_in((DECIDED, FIRST_APPROVAL)),
            )
            .order_by(decision_batch_item.c.decision_id)
            .limit(limit)
        )
    )


def _read(row: Row[Any], results: dict[str | None, int]) -> Batch:
    """Turn a row into a batch."""
    return Batch(
        id=row.id,
        doubt=row.doubt,
        search=row.search,
        answer=Answer(verdict=row.verdict, reason=row.reason, next_step=row.next_step),
        staff_id=row.staff_id,
        staff_name=row.staff_name,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        results=results,
    )
