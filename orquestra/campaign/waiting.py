"""Who waits on people's decision: the deadline holds nobody back who can do nothing more."""

from typing import Any

from sqlalchemy import ColumnElement, exists, select

from orquestra.store.tables import account_link, ownership_decision


def waits_on_decision(login_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a column or a value
    """Build the condition that a login's question waits, or was approved and its link is near.

    Args:
        login_id: The login's number, or the column that holds it.

    Returns:
        The condition.
    """
    linked = select(account_link.c.id).where(account_link.c.decision_id == ownership_decision.c.id)
    waits = ownership_decision.c.verdict.is_(None) | (
        (ownership_decision.c.verdict == "aprovar") & ~linked.exists()
    )
    return exists().where(ownership_decision.c.login_id == login_id, waits)
