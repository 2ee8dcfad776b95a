"""Put a doubt before people: asked once, and closed by itself where gov.br answers after all.

Every change of a question takes the login's row first, as the deadline's block does: of the two
one is first, and the other sees it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from orquestra.errors import LoginNotFound
from orquestra.ownership.rules import Doubt
from orquestra.store.tables import login, ownership_decision

#: In a question's facts while gov.br is asked again: nobody decides it yet.
ASKING_GOVBR: Final = "asking_govbr"


def ask_decision(
    connection: Connection,
    *,
    login_id: int,
    person_id: int,
    doubt: Doubt,
    facts: Mapping[str, Any] | None = None,
    asking_govbr: bool = False,
    now: datetime,
) -> int:
    """Put a question to people; the same one while it waits is the same question.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        person_id: Who wants it.
        doubt: Why it is in doubt.
        facts: What was known: booleans, counts and codes.
        asking_govbr: Whether gov.br is asked again before anybody decides.
        now: The instant.

    Returns:
        The decision's number.

    Raises:
        LoginNotFound: There is no such login.
    """
    lock_login(connection, login_id)
    known = dict(facts or {}) | ({ASKING_GOVBR: True} if asking_govbr else {})
    asked = connection.execute(
        upsert(ownership_decision)
        .values(login_id=login_id, person_id=person_id, doubt=doubt, facts=known, asked_at=now)
        .on_conflict_do_update(
            index_elements=[ownership_decision.c.login_id, ownership_decision.c.person_id],
            index_where=ownership_decision.c.verdict.is_(None),
            set_={"doubt": doubt, "facts": known},
        )
        .returning(ownership_decision.c.id)
    )
    decision_id: int = asked.scalar_one()
    return decision_id


def hand_to_people(connection: Connection, decision_id: int) -> None:
    """Let people decide a question that gov.br did not answer.

    Args:
        connection: The caller's transaction.
        decision_id: Which question.
    """
    connection.execute(
        update(ownership_decision)
        .where(ownership_decision.c.id == decision_id, ownership_decision.c.verdict.is_(None))
        .values(facts=_no_longer_asking())
    )


def settle_by_rule(
    connection: Connection, *, login_id: int, person_id: int, now: datetime
) -> int | None:
    """Close the question that waits because a rule allows the link by now.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        person_id: Who wants it.
        now: The instant.

    Returns:
        The question's number; None when none waited.
    """
    return connection.execute(
        update(ownership_decision)
        .where(
            ownership_decision.c.login_id == login_id,
            ownership_decision.c.person_id == person_id,
            ownership_decision.c.verdict.is_(None),
        )
        .values(
            verdict="por_regra",
            decided_at=now,
            facts=_no_longer_asking(),
        )
        .returning(ownership_decision.c.id)
    ).scalar_one_or_none()


def before_people() -> ColumnElement[bool]:
    """Build the condition of the questions that people may decide now.

    Returns:
        The condition on `ownership_decision`: no answer yet, and gov.br is not being asked.
    """
    asking: ColumnElement[bool] = ownership_decision.c.facts.has_key(ASKING_GOVBR)
    return ownership_decision.c.verdict.is_(None) & ~asking


def lock_login(connection: Connection, login_id: int) -> None:
    """Take a login's row, so that its question and its block change one after the other.

    Args:
        connection: The caller's transaction.
        login_id: Which login.

    Raises:
        LoginNotFound: There is none.
    """
    found = connection.execute(
        select(login.c.id).where(login.c.id == login_id).with_for_update(key_share=True)
    ).one_or_none()
    if found is None:
        raise LoginNotFound(f"There is no login {login_id}.")


def _no_longer_asking() -> ColumnElement[Any]:
    """Give a question's facts without the mark that gov.br is asked again."""
    return ownership_decision.c.facts.op("-", return_type=JSONB())(ASKING_GOVBR)
