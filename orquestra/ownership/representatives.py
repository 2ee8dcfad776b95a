"""The people who act for the company of a login, and the questions that they may answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from orquestra.errors import DecisionNotFound
from orquestra.ownership.asking import before_people
from orquestra.people import ACTING_ROLES
from orquestra.people.persons import KNOWN
from orquestra.store.tables import company, company_tie, login, ownership_decision, person


def require_representative(
    connection: Connection, representative_id: int, *, asker_id: int, login_id: int, now: datetime
) -> None:
    """Refuse whoever may not answer for a login's company, in the transaction that answers.

    The person's row is locked against a new reading of their ties.

    Args:
        connection: The caller's transaction.
        representative_id: Who wants to answer.
        asker_id: Who asked for the login: nobody answers for themselves.
        login_id: The login.
        now: The instant.

    Raises:
        DecisionNotFound: They may not; the same as for a question that does not exist.
    """
    connection.execute(
        select(person.c.id).where(person.c.id == representative_id).with_for_update(read=True)
    )
    acting = connection.execute(
        _acting(now).where(
            person.c.id == representative_id, person.c.id != asker_id, login.c.id == login_id
        )
    ).first()
    if acting is None:
        raise DecisionNotFound(f"Person {representative_id} may not answer for this login.")


def representatives_of(
    connection: Connection, *, login_id: int, asker_id: int, now: datetime
) -> list[Row[Any]]:
    """Find the known people who may answer for a login's company.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        asker_id: Who asked for it.
        now: The instant.

    Returns:
        Rows with `id` and `email`.
    """
    statement = _acting(now).where(login.c.id == login_id, person.c.id != asker_id)
    return list(connection.execute(statement.order_by(person.c.id)))


def waiting_for(representative_id: int, now: datetime) -> ColumnElement[bool]:
    """Build the condition of the questions that a person may answer for a company.

    Args:
        representative_id: The person.
        now: The instant.

    Returns:
        The condition on `ownership_decision`.
    """
    theirs = (
        _acting(now)
        .with_only_columns(login.c.id)
        .where(person.c.id == representative_id, login.c.state == "legacy")
    )
    return (
        before_people()
        & (ownership_decision.c.person_id != representative_id)
        & ownership_decision.c.login_id.in_(theirs)
    )


def count_waiting_for(connection: Connection, representative_id: int, *, now: datetime) -> int:
    """Count the questions that a person may answer for their companies.

    Args:
        connection: The caller's transaction.
        representative_id: The person.
        now: The instant.

    Returns:
        How many wait.
    """
    counted = (
        select(func.count())
        .select_from(ownership_decision)
        .where(waiting_for(representative_id, now))
    )
    return connection.execute(counted).scalar_one()


def _acting(now: datetime) -> Select[Any]:
    """Build the query of people whose tie to a login's CNPJ lets them act: known, not expired."""
    return (
        select(person.c.id, person.c.email)
        .join(company_tie, company_tie.c.person_id == person.c.id)
        .join(company, company.c.id == company_tie.c.company_id)
        .join(login, login.c.cnpj == company.c.cnpj)
        .where(
            person.c.ties_state == KNOWN,
            company_tie.c.ended_at.is_(None),
            company_tie.c.role.in_(sorted(ACTING_ROLES)),
            or_(company_tie.c.expires_at.is_(None), company_tie.c.expires_at > now),
        )
    )
