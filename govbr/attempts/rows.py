"""The row of an attempt, read without any of its sealed values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Row, null, select

from govbr.errors import AttemptMoved, AttemptNotFound
from govbr.store.tables import attempt

Status = Literal["started", "returned", "exchanged", "identified", "closed", "failed"]
Failure = Literal[
    "codigo_recusado",
    "govbr_fora_do_ar",
    "id_token_invalido",
    "negado",
    "expirado",
    "resposta_invalida",
    "procuracao",
]

OPEN: Final = ("started", "returned", "exchanged", "identified")

SEALED: Final = (
    "nonce_sealed",
    "verifier_sealed",
    "code_sealed",
    "tokens_sealed",
    "facts_sealed",
)


@dataclass(frozen=True)
class Attempt:
    """One attempt, as the record shows it; the instants are aware, in UTC."""

    id: int
    session_id: int
    login_id: int | None
    purpose: str
    status: Status
    failure: Failure | None
    outcome: str | None
    person_id: int | None
    scopes_asked: str
    scopes_granted: str
    created_at: datetime
    expires_at: datetime
    returned_at: datetime | None
    exchanged_at: datetime | None
    identified_at: datetime | None
    closed_at: datetime | None


_COLUMNS = tuple(attempt.c[name] for name in Attempt.__dataclass_fields__)


def load(connection: Connection, attempt_id: int) -> Attempt:
    """Read an attempt.

    Args:
        connection: The caller's transaction.
        attempt_id: Its number.

    Returns:
        The attempt, without anything sealed.

    Raises:
        AttemptNotFound: When there is none.
    """
    row = connection.execute(select(*_COLUMNS).where(attempt.c.id == attempt_id)).mappings().first()
    if row is None:
        raise AttemptNotFound(attempt_id)
    return Attempt(**row)


def row_in(
    connection: Connection,
    attempt_id: int,
    statuses: tuple[Status, ...],
    *,
    step: str,
    lock: bool,
) -> Row[Any]:
    """Read an attempt's row for a step that is right in some states only.

    Args:
        connection: The caller's transaction.
        attempt_id: Its number.
        statuses: The states in which the step is right.
        step: What the step does, for the error.
        lock: Whether the step writes, so that the row must stay as it is.

    Returns:
        The whole row.

    Raises:
        AttemptNotFound: When there is none.
        AttemptMoved: When it is in another state.
    """
    statement = select(attempt).where(attempt.c.id == attempt_id)
    row = connection.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise AttemptNotFound(attempt_id)
    if row.status not in statuses:
        raise AttemptMoved(attempt_id, status=row.status, step=step)
    return row


def wiped() -> dict[str, ColumnElement[None]]:
    """Give the values that forget everything sealed, so that nothing is asked with it any more.

    Returns:
        For an UPDATE of the table.
    """
    return {name: null() for name in (*SEALED, "companies_due_at")}
