"""What a link is, as the receipt prints it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, select

from orquestra.errors import LinkNotFound
from orquestra.store.tables import account_link
from orquestra.work.processes import WorkCounts

LinkState = Literal["linking", "done", "undone"]

# Crockford's base 32: nothing that reads like something else on paper.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLink:
    """The link of one login to one person.

    Args:
        id: Its number.
        login_id: The login.
        person_id: The person.
        reference: What the receipt is called; random, so that nobody can guess another's.
        state: "linking", "done", or "undone" by staff.
        before: What the login had when the link began.
        rule: "cpf_confere", "representante", "sem_documento", "decisao" or
            "representante_aprovou".
        began_at: When the old password went.
        finished_at: When everything had moved; None before.
        attempt_id: The handshake at gov.br in which the person consented, where it is on record.
        decision_id: The ownership decision that allowed it, if one had to.
        blocked_at_before: The login's block that the end of the link lifted.
        undo_asked_by: The staff member whose undo waits for a second pair of eyes.
        undo_asked_at: Since when it waits.
        undo_reason: Why the undo was asked for or done.
        undone_by: The staff member who did it.
        undone_at: When.
    """

    id: int
    login_id: int
    person_id: int
    reference: str
    state: LinkState
    before: WorkCounts
    rule: str
    began_at: datetime
    finished_at: datetime | None
    attempt_id: int | None = None
    decision_id: int | None = None
    blocked_at_before: datetime | None = None
    undo_asked_by: int | None = None
    undo_asked_at: datetime | None = None
    undo_reason: str | None = field(default=None, repr=False)
    undone_by: int | None = None
    undone_at: datetime | None = None


def load(connection: Connection, link_id: int) -> AccountLink:
    """Read one link.

    Args:
        connection: The caller's transaction.
        link_id: Which.

    Returns:
        The link.

    Raises:
        LinkNotFound: There is none.
    """
    found = _one(connection, account_link.c.id == link_id)
    if found is None:
        raise LinkNotFound(f"There is no link {link_id}.")
    return found


def link_of_login(connection: Connection, login_id: int) -> AccountLink | None:
    """Find a login's link; those that were undone do not count.

    Args:
        connection: The caller's transaction.
        login_id: Which login.

    Returns:
        The link, None while it has none.
    """
    return _one(
        connection, and_(account_link.c.login_id == login_id, account_link.c.state != "undone")
    )


def link_by_reference(connection: Connection, reference: str) -> AccountLink | None:
    """Find the link that a receipt is about; the caller checks who may see it.

    Args:
        connection: The caller's transaction.
        reference: As printed.

    Returns:
        The link, None when there is no such receipt.
    """
    if "\0" in reference:
        return None
    return _one(connection, account_link.c.reference == reference)


def links_of_person(connection: Connection, person_id: int) -> Sequence[AccountLink]:
    """Read a person's links, done and under way; those that were undone do not count.

    Args:
        connection: The caller's transaction.
        person_id: Whose.

    Returns:
        The links, in the order in which they began.
    """
    rows = connection.execute(
        select(account_link)
        .where(account_link.c.person_id == person_id, account_link.c.state != "undone")
        .order_by(account_link.c.began_at, account_link.c.id)
    )
    return [read_link(row) for row in rows]


def new_reference() -> str:
    """Make a receipt's reference: 60 random bits.

    Returns:
        As in `7K3F-9QXB-21MN`.
    """
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def read_link(row: Row[Any]) -> AccountLink:
    """Turn a row into a link.

    Args:
        row: A row of the table.

    Returns:
        The link.
    """
    return AccountLink(
        id=row.id,
        login_id=row.login_id,
        person_id=row.person_id,
        reference=row.reference,
        state=row.state,
        before=WorkCounts(
            in_progress=row.in_progress_before,
            concluded=row.concluded_before,
            tasks=row.tasks_before,
        ),
        rule=row.rule,
        began_at=row.began_at,
        finished_at=row.finished_at,
        attempt_id=row.attempt_id,
        decision_id=row.decision_id,
        blocked_at_before=row.blocked_at_before,
        undo_asked_by=row.undo_asked_by,
        undo_asked_at=row.undo_asked_at,
        undo_reason=row.undo_reason,
        undone_by=row.undone_by,
        undone_at=row.undone_at,
    )


def _one(connection: Connection, condition: ColumnElement[bool]) -> AccountLink | None:
    """Find one link."""
    row = connection.execute(select(account_link).where(condition)).one_or_none()
    return read_link(row) if row is not None else None
