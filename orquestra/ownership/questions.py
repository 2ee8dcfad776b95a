"""The questions that staff have before them, and how they were answered."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from orquestra.documents import Cpf
from orquestra.errors import DecisionNotFound
from orquestra.ownership.rules import Doubt
from orquestra.paging import Page, page
from orquestra.store.tables import login, ownership_decision, person

Verdict = Literal["aprovar", "recusar"]

_SELECT = (
    select(
        ownership_decision,
        login.c.login.label("login_login"),
        login.c.name.label("login_name"),
        person.c.name.label("person_name"),
        person.c.cpf.label("person_cpf"),
    )
    .join(login, login.c.id == ownership_decision.c.login_id)
    .join(person, person.c.id == ownership_decision.c.person_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One question to staff, and its answer.

    Args:
        id: Its number.
        login_id: The login.
        login: The name that is typed.
        login_name: How screens greet its holder.
        person_id: Who wants it.
        person_name: Their name at gov.br.
        masked_cpf: Their CPF, masked.
        doubt: Why it is in doubt.
        verdict: "aprovar" or "recusar"; None while it waits.
        reason: Why it was decided so.
        staff_id: Who decided.
        asked_at: Since when it waits.
        decided_at: When it was decided.
    """

    id: int
    login_id: int
    login: str = field(repr=False)
    login_name: str = field(repr=False)
    person_id: int
    person_name: str = field(repr=False)
    masked_cpf: str
    doubt: Doubt
    verdict: Verdict | None
    reason: str | None = field(repr=False)
    staff_id: int | None
    asked_at: datetime
    decided_at: datetime | None


def load_decision(connection: Connection, decision_id: int) -> Decision:
    """Read one question.

    Args:
        connection: The caller's transaction.
        decision_id: Which.

    Returns:
        The question, with its answer if there is one.

    Raises:
        DecisionNotFound: There is none.
    """
    row = connection.execute(_SELECT.where(ownership_decision.c.id == decision_id)).one_or_none()
    if row is None:
        raise DecisionNotFound(f"There is no decision {decision_id}.")
    return _read(row)


def waiting_decision(connection: Connection, login_id: int) -> Decision | None:
    """Find the question about a login that waits.

    Args:
        connection: The caller's transaction.
        login_id: Which login.

    Returns:
        The newest waiting one, None when none waits.
    """
    row = connection.execute(
        _SELECT.where(
            ownership_decision.c.login_id == login_id, ownership_decision.c.verdict.is_(None)
        )
        .order_by(ownership_decision.c.id.desc())
        .limit(1)
    ).one_or_none()
    return _read(row) if row is not None else None


def waiting_decisions(
    connection: Connection, *, limit: int = 50, offset: int = 0
) -> Page[Decision]:
    """List the questions that wait, the oldest on top.

    Args:
        connection: The caller's transaction.
        limit: Rows on the page.
        offset: Rows before it.

    Returns:
        The page.

    Raises:
        InvalidPage: Limit or offset out of range.
    """
    statement = _SELECT.where(ownership_decision.c.verdict.is_(None)).order_by(
        ownership_decision.c.asked_at, ownership_decision.c.id
    )
    return page(connection, statement, _read, limit=limit, offset=offset)


def _read(row: Row[Any]) -> Decision:
    """Turn a row into a decision."""
    return Decision(
        id=row.id,
        login_id=row.login_id,
        login=row.login_login,
        login_name=row.login_name,
        person_id=row.person_id,
        person_name=row.person_name,
        masked_cpf=Cpf(row.person_cpf).masked,
        doubt=row.doubt,
        verdict=row.verdict,
        reason=row.reason,
        staff_id=row.staff_id,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
    )
