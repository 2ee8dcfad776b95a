"""How far a batch of decisions is, and which questions could not be decided."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from orquestra.errors import NotFound
from orquestra.ownership.answers import Answer
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
