"""The last defence of a link: a rule, or an approval of this login for this person."""

from typing import Final, get_args

from sqlalchemy import Connection, select

from orquestra.errors import LinkNotAllowed
from orquestra.ownership.rules import Rule
from orquestra.store.tables import ownership_decision

#: The rules on a link that are decisions: staff's and the company's.
DECIDED_RULES: Final = ("decisao", "representante_aprovou")


def require_ground(
    connection: Connection, *, login_id: int, person_id: int, rule: str, decision_id: int | None
) -> int | None:
    """Refuse a link that stands on nothing, whatever a diagram says.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        person_id: Who is to have it.
        rule: What is said to allow it.
        decision_id: The decision that is said to allow it.

    Returns:
        The decision's number where the rule is a decision, else None.

    Raises:
        LinkNotAllowed: No such rule, or no approval of this login for this person.
    """
    if rule in get_args(Rule):
        return None
    approved: int | None = connection.execute(
        select(ownership_decision.c.id).where(
            ownership_decision.c.id == decision_id,
            ownership_decision.c.login_id == login_id,
            ownership_decision.c.person_id == person_id,
            ownership_decision.c.verdict == "aprovar",
        )
    ).scalar_one_or_none()
    if rule not in DECIDED_RULES or approved is None:
        raise LinkNotAllowed(f"Nothing allows login {login_id} to be linked to person {person_id}.")
    return approved
