"""Lists of questions: all that wait for staff, a company's, a person's, a login's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from orquestra.ownership.asking import before_people
from orquestra.ownership.questions import QUESTIONS, Decision, read_question
from orquestra.ownership.representatives import waiting_for
from orquestra.ownership.rules import Doubt
from orquestra.paging import Page, page
from orquestra.store.tables import login, ownership_decision, person
from orquestra.text import matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which of the questions that wait.

    Args:
        doubt: Only with this doubt.
        search: Only where the login, its name, its CNPJ or the person's name has this.
        days: Only those that have waited so many days or longer.
    """

    doubt: Doubt | None = None
    search: str = ""
    days: int = 0

    def condition(self, now: datetime) -> ColumnElement[bool]:
        """Build the condition; login and person have to be joined.

        Args:
            now: The instant that ages are counted from.

        Returns:
            The condition.
        """
        found = before_people()
        if self.doubt is not None:
            found &= ownership_decision.c.doubt == self.doubt
        if self.search.strip():
            found &= _has(self.search.strip())
        if self.days > 0:
            found &= ownership_decision.c.asked_at <= now - timedelta(days=self.days)
        return found


def waiting_decisions(
    connection: Connection,
    *,
    which: Filter | None = None,
    now: datetime,
    limit: int = 50,
    offset: int = 0,
) -> Page[Decision]:
    """List the questions that staff may decide, the oldest on top.

    Args:
        connection: The caller's transaction.
        which: Only some of them.
        now: The instant that ages are counted from.
        limit: Rows on the page.
        offset: Rows before it.

    Returns:
        The page.

    Raises:
        InvalidPage: Limit or offset out of range.
    """
    return _page(connection, (which or Filter()).condition(now), limit=limit, offset=offset)


def waiting_for_company(
    connection: Connection,
    representative_id: int,
    *,
    now: datetime,
    limit: int = 50,
    offset: int = 0,
) -> Page[Decision]:
    """List the questions that a person may answer for their companies, the oldest on top.

    Args:
        connection: The caller's transaction.
        representative_id: The legal representative or partner.
        now: The instant.
        limit: Rows on the page.
        offset: Rows before it.

    Returns:
        The page.
    """
    theirs = waiting_for(representative_id, now)
    return _page(connection, theirs, limit=limit, offset=offset)


def may_answer(
    connection: Connection, question: Decision, representative_id: int, *, now: datetime
) -> bool:
    """Tell whether a person may answer a question for its login's company.

    Args:
        connection: The caller's transaction.
        question: The question.
        representative_id: The person.
        now: The instant.

    Returns:
        Whether it is among those that wait for them.
    """
    found = select(ownership_decision.c.id).where(
        ownership_decision.c.id == question.id, waiting_for(representative_id, now)
    )
    return connection.execute(found).first() is not None


def asked_by(connection: Connection, person_id: int, *, limit: int = 20) -> list[Decision]:
    """Read what a person asked for, the newest first.

    Args:
        connection: The caller's transaction.
        person_id: The person.
        limit: The most rows.

    Returns:
        Their questions; those that a rule settled are left out.
    """
    return _all(
        connection,
        (ownership_decision.c.person_id == person_id)
        & ownership_decision.c.verdict.is_distinct_from("por_regra"),
        limit=limit,
    )


def asked_about(connection: Connection, login_id: int, *, limit: int = 20) -> list[Decision]:
    """Read what was ever asked about a login, the newest first.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        limit: The most rows.

    Returns:
        The questions with their answers.
    """
    return _all(connection, ownership_decision.c.login_id == login_id, limit=limit)


def with_login_and_person(*columns: ColumnElement[Any]) -> Select[Any]:
    """Begin a query on questions whose conditions a `Filter` gives.

    Args:
        columns: What to select.

    Returns:
        The query with login and person joined.
    """
    return (
        select(*columns)
        .select_from(ownership_decision)
        .join(login, login.c.id == ownership_decision.c.login_id)
        .join(person, person.c.id == ownership_decision.c.person_id)
    )


def _has(search: str) -> ColumnElement[bool]:
    """Build the condition of a search; punctuation of a CNPJ does not count."""
    found = matches(search, login.c.login, login.c.name, person.c.name)
    bare = "".join(mark for mark in search if mark.isalnum()).upper()
    return found | login.c.cnpj.startswith(bare, autoescape=True) if bare else found


def _page(
    connection: Connection, condition: ColumnElement[bool], *, limit: int, offset: int
) -> Page[Decision]:
    """Read a page of questions."""
    statement = QUESTIONS.where(condition).order_by(
        ownership_decision.c.asked_at, ownership_decision.c.id
    )
    return page(connection, statement, read_question, limit=limit, offset=offset)


def _all(connection: Connection, condition: ColumnElement[bool], *, limit: int) -> list[Decision]:
    """Read questions, the newest first."""
    newest = QUESTIONS.where(condition).order_by(ownership_decision.c.id.desc()).limit(limit)
    return [read_question(row) for row in connection.execute(newest)]
