"""The questions that people have before them, and how they were answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from orquestra.documents import Cpf
from orquestra.errors import DecisionNotFound
from orquestra.ownership.asking import ASKING_GOVBR
from orquestra.ownership.rules import Doubt
from orquestra.store.tables import login, ownership_decision, person

Verdict = Literal["aprovar", "recusar", "por_regra"]

#: Every question with its login and its person.
QUESTIONS = (
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
    """One question to people, and its answer.

    Args:
        id: Its number.
        login_id: The login.
        login: The name that is typed.
        login_name: How screens greet its holder.
        person_id: Who wants it.
        person_name: Their name at gov.br.
        masked_cpf: Their CPF, masked.
        doubt: Why it is in doubt.
        facts: What was known when it was asked.
        verdict: "aprovar", "recusar" or, without anybody, "por_regra"; None while it waits.
        reason: Why it was decided so.
        next_step: After a refusal, what the person can do.
        staff_id: Which member of staff decided.
        representative_id: Which representative of the company decided in staff's place.
        first_staff_id: With four eyes, who approved first.
        first_reason: And why.
        first_at: And when.
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
    facts: Mapping[str, Any]
    verdict: Verdict | None
    reason: str | None = field(repr=False)
    next_step: str | None
    staff_id: int | None
    representative_id: int | None
    first_staff_id: int | None
    first_reason: str | None = field(repr=False)
    first_at: datetime | None
    asked_at: datetime
    decided_at: datetime | None

    @property
    def asking_govbr(self) -> bool:
        """Whether gov.br is asked again before anybody decides."""
        return bool(self.facts.get(ASKING_GOVBR))


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
    row = connection.execute(QUESTIONS.where(ownership_decision.c.id == decision_id)).one_or_none()
    if row is None:
        raise DecisionNotFound(f"There is no decision {decision_id}.")
    return read_question(row)


def waiting_decision(connection: Connection, login_id: int) -> Decision | None:
    """Find the question about a login that waits.

    Args:
        connection: The caller's transaction.
        login_id: Which login.

    Returns:
        The newest waiting one, None when none waits.
    """
    row = connection.execute(
        QUESTIONS.where(
            ownership_decision.c.login_id == login_id, ownership_decision.c.verdict.is_(None)
        )
        .order_by(ownership_decision.c.id.desc())
        .limit(1)
    ).one_or_none()
    return read_question(row) if row is not None else None


def read_question(row: Row[Any]) -> Decision:
    """Turn a row of `QUESTIONS` into a question.

    Args:
        row: The row.

    Returns:
        The question.
    """
    return Decision(
        id=row.id,
        login_id=row.login_id,
        login=row.login_login,
        login_name=row.login_name,
        person_id=row.person_id,
        person_name=row.person_name,
        masked_cpf=Cpf(row.person_cpf).masked,
        doubt=row.doubt,
        facts=row.facts,
        verdict=row.verdict,
        reason=row.reason,
        next_step=row.next_step,
        staff_id=row.staff_id,
        representative_id=row.representative_id,
        first_staff_id=row.first_staff_id,
        first_reason=row.first_reason,
        first_at=row.first_at,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
    )
