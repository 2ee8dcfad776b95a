"""What a legacy login may still do: work until the deadline, then look, and nothing once linked.

The rules are the "Observações importantes" of Inmetro's guide to the normalization.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select

from orquestra.campaign.own_deadline import own_deadline
from orquestra.campaign.waiting import waits_on_decision
from orquestra.errors import LoginNotFound, NotAllowed
from orquestra.store.tables import campaign, login
from orquestra.work.holders import Holder, LegacyHolder

_BY_STATE = {"linking": "em_vinculacao", "linked": "vinculado"}


class Access(StrEnum):
    """How far a legacy login goes at an instant; each refusal's value is its reason code."""

    WORK = "trabalha"
    BLOCKED = "bloqueado"
    LINKING = "em_vinculacao"
    LINKED = "vinculado"
    #: Of a person's work alone: the link that gave it to them was undone.
    UNLINKED = "desvinculado"


def access_of_login(connection: Connection, *, login_id: int, now: datetime) -> Access:
    """Say how far a legacy login goes now.

    The deadline counts from its instant on, also while the timer that writes the block down has
    not come round yet; it is the campaign's, or a foreign customer's own day. It does not count
    for whoever waits on people's decision.

    Args:
        connection: The caller's transaction.
        login_id: Which login.
        now: The instant.

    Returns:
        The access.

    Raises:
        LoginNotFound: There is none.
    """
    return _access(_row(connection, login_id, lock=False), now)


def require_look(connection: Connection, holder: Holder) -> None:
    """Refuse a look to a login that is being linked or is linked: its work is a person's by now.

    Args:
        connection: The caller's transaction.
        holder: Who looks.

    Raises:
        NotAllowed: With "em_vinculacao" or "vinculado".
        LoginNotFound: There is no such login.
    """
    if isinstance(holder, LegacyHolder):
        reason = _BY_STATE.get(_row(connection, holder.login_id, lock=False).state)
        if reason is not None:
            raise NotAllowed(reason, login_id=holder.login_id)


def lock_for_work(connection: Connection, *, login_id: int, by_person: bool, now: datetime) -> None:
    """Hold a login as it is until the commit, or refuse the work.

    The lock (FOR SHARE) stands against the one that begins a link: what is written under it is in
    before the link counts, or comes after it and is refused.

    Args:
        connection: The caller's transaction.
        login_id: The login that the work belongs to, or came from.
        by_person: Whether it is done through gov.br by the person it is linked to.
        now: The instant.

    Raises:
        NotAllowed: With the reason code.
        LoginNotFound: There is no such login.
    """
    access = _access(_row(connection, login_id, lock=True), now)
    allowed = Access.LINKED if by_person else Access.WORK
    if access is not allowed:
        if by_person and access is not Access.LINKING:
            access = Access.UNLINKED
        raise NotAllowed(str(access), login_id=login_id)


def _access(row: Row[Any, Any, Any, Any, Any, Any], now: datetime) -> Access:
    """Decide by state first: whoever normalizes is let in again whatever the deadline says."""
    if row.state in _BY_STATE:
        return Access(_BY_STATE[row.state])
    deadline_at = own_deadline(
        row.kind, legacy_until=row.legacy_until, campaign_deadline_at=row.deadline_at
    )
    overdue = deadline_at is not None and deadline_at <= now and not row.waits
    return Access.BLOCKED if overdue or row.blocked_at is not None else Access.WORK


def _row(connection: Connection, login_id: int, *, lock: bool) -> Row[Any, Any, Any, Any, Any, Any]:
    """Read what decides, with the login's row locked against a link if asked for."""
    deadline_at = (
        select(campaign.c.deadline_at)
        .where(campaign.c.id == login.c.campaign_id)
        .scalar_subquery()
        .label("deadline_at")
    )
    statement = select(
        login.c.state,
        login.c.blocked_at,
        login.c.kind,
        login.c.legacy_until,
        deadline_at,
        waits_on_decision(login.c.id).label("waits"),
    ).where(login.c.id == login_id)
    if lock:
        statement = statement.with_for_update(read=True, of=login)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise LoginNotFound(f"There is no login {login_id}.")
    return row
