"""The record of what people released at gov.br, and of what they did not (LGPD, art. 8 and 37)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as upsert

from orquestra.store.tables import consent_record

Outcome = Literal["autorizado", "negado", "falhou", "nao_sou_eu", "expirado"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One result of one attempt at gov.br.

    Args:
        id: Its number.
        attempt_id: The attempt.
        login_id: The login that began it; None for a direct entry.
        person_id: Who was named; None where nobody was.
        outcome: What came of it.
        detail: A code, never a person's data.
        scopes_asked: Separated by blanks.
        scopes_granted: Separated by blanks.
        recorded_at: When.
    """

    id: int
    attempt_id: int
    login_id: int | None
    person_id: int | None
    outcome: Outcome
    detail: str | None
    scopes_asked: str
    scopes_granted: str
    recorded_at: datetime


def record(
    connection: Connection,
    *,
    attempt_id: int,
    login_id: int | None,
    person_id: int | None,
    outcome: Outcome,
    detail: str | None,
    scopes_asked: str,
    scopes_granted: str,
    now: datetime,
) -> bool:
    """Write down a result; the same result of the same attempt is written once.

    Args:
        connection: The caller's transaction.
        attempt_id: The attempt.
        login_id: The login that began it; None for a direct entry.
        person_id: Who was named; None where nobody was.
        outcome: What came of it.
        detail: A code, never a person's data.
        scopes_asked: Separated by blanks.
        scopes_granted: Separated by blanks.
        now: The instant.

    Returns:
        Whether it is new.
    """
    row = connection.execute(
        upsert(consent_record)
        .values(
            attempt_id=attempt_id,
            login_id=login_id,
            person_id=person_id,
            outcome=outcome,
            detail=detail,
            scopes_asked=scopes_asked,
            scopes_granted=scopes_granted,
            recorded_at=now,
        )
        .on_conflict_do_nothing(
            index_elements=[consent_record.c.attempt_id, consent_record.c.outcome]
        )
        .returning(consent_record.c.id)
    ).one_or_none()
    return row is not None


def records_of_attempt(connection: Connection, attempt_id: int) -> list[ConsentRecord]:
    """Read what is on record of an attempt.

    Args:
        connection: The caller's transaction.
        attempt_id: Which attempt.

    Returns:
        The records, oldest first.
    """
    rows = connection.execute(
        select(consent_record)
        .where(consent_record.c.attempt_id == attempt_id)
        .order_by(consent_record.c.id)
    )
    return [
        ConsentRecord(
            id=row.id,
            attempt_id=row.attempt_id,
            login_id=row.login_id,
            person_id=row.person_id,
            outcome=row.outcome,
            detail=row.detail,
            scopes_asked=row.scopes_asked,
            scopes_granted=row.scopes_granted,
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]
