"""The undo of a link: staff put everything back as it was before, while nothing new was begun.

One transaction, whatever the login's size: nobody ever sees half of it, and a hundred thousand
rows take about a second. With four eyes one member of staff asks and another one does it.
"""

from datetime import datetime

from sqlalchemy import Connection, update

from orquestra import campaign
from orquestra.errors import (
    LinkAlreadyUndone,
    LinkNotUndoable,
    SameStaffMember,
    UndoAlreadyAsked,
    UndoNotAsked,
)
from orquestra.linking import ledger
from orquestra.linking.links import AccountLink, load, read_link
from orquestra.linking.locks import lock_link
from orquestra.linking.obstacles import obstacles
from orquestra.linking.restoring import restore
from orquestra.store.tables import account_link
from orquestra.text import required

REASON_LIMIT = 2000


def ask_undo(
    connection: Connection, *, link_id: int, staff_id: int, reason: str, now: datetime
) -> AccountLink:
    """Ask for an undo that another member of staff has to do.

    Args:
        connection: The caller's transaction.
        link_id: Which link.
        staff_id: Who asks.
        reason: Why.
        now: The instant.

    Returns:
        The link, with the request.

    Raises:
        InvalidText: No reason is given.
        LinkNotFound: There is no such link.
        LinkAlreadyUndone: It was undone.
        UndoAlreadyAsked: Somebody was faster.
        LinkNotUndoable: Something was begun under it.
    """
    text = required(reason, what="reason", limit=REASON_LIMIT)
    link = _hold(connection, link_id)
    if link.undo_asked_by is not None:
        raise UndoAlreadyAsked(f"The undo of link {link_id} waits for a second staff member.")
    _refuse_obstacles(connection, link)
    asked = _write(connection, link_id, undo_asked_by=staff_id, undo_asked_at=now, undo_reason=text)
    _note(connection, asked, "desfazer_pedido", staff_id, text, now=now)
    return asked


def withdraw_undo(
    connection: Connection, *, link_id: int, staff_id: int, reason: str, now: datetime
) -> AccountLink:
    """Take a request for an undo off the table: the one who asked, or another who disagrees.

    Args:
        connection: The caller's transaction.
        link_id: Which link.
        staff_id: Who withdraws it.
        reason: Why.
        now: The instant.

    Returns:
        The link, without a request.

    Raises:
        InvalidText: No reason is given.
        LinkNotFound: There is no such link.
        LinkAlreadyUndone: It was undone.
        UndoNotAsked: There is no request.
    """
    text = required(reason, what="reason", limit=REASON_LIMIT)
    link = _hold(connection, link_id)
    if link.undo_asked_by is None:
        raise UndoNotAsked(f"Nobody has asked for the undo of link {link_id}.")
    left = _write(connection, link_id, undo_asked_by=None, undo_asked_at=None, undo_reason=None)
    _note(connection, left, "desfazer_retirado", staff_id, text, now=now)
    return left


def undo(
    connection: Connection,
    *,
    link_id: int,
    staff_id: int,
    reason: str,
    four_eyes: bool,
    now: datetime,
) -> AccountLink:
    """Undo a link, done or still under way: the records are as they were before it began.

    The login is a legacy one again, without a password and with the block that it had, unless its
    deadline has moved meanwhile. The caller starts its new road and opens its new way in.

    Args:
        connection: The caller's transaction.
        link_id: Which link.
        staff_id: Who does it.
        reason: Why.
        four_eyes: Whether another member of staff must have asked for it.
        now: The instant.

    Returns:
        The link, undone.

    Raises:
        InvalidText: No reason is given.
        LinkNotFound: There is no such link.
        LinkAlreadyUndone: Somebody was faster.
        UndoNotAsked: With four eyes, nobody has asked for it.
        SameStaffMember: With four eyes, the one who asked wants to do it.
        LinkNotUndoable: Something was begun under it.
    """
    text = required(reason, what="reason", limit=REASON_LIMIT)
    link = _hold(connection, link_id)
    if four_eyes:
        _require_another(link, staff_id)
    _refuse_obstacles(connection, link)
    restored = restore(connection, link, now=now)
    undone = _write(
        connection,
        link_id,
        state="undone",
        undone_by=staff_id,
        undone_at=now,
        undo_reason=link.undo_reason or text,
    )
    facts = {**restored, "asked_by": link.undo_asked_by, "state_before": link.state}
    _note(connection, undone, "desfeito", staff_id, text, now=now, **facts)
    return undone


def _hold(connection: Connection, link_id: int) -> AccountLink:
    """Lock the campaign, the login and the link, in the order of all, and refuse an undone one."""
    campaign.hold(connection, load(connection, link_id).login_id)
    link = lock_link(connection, link_id)
    if link.state == "undone":
        raise LinkAlreadyUndone(f"Link {link_id} was undone already.")
    return link


def _require_another(link: AccountLink, staff_id: int) -> None:
    """Refuse a first and a same pair of eyes."""
    if link.undo_asked_by is None:
        raise UndoNotAsked(f"Link {link.id} takes two staff members: one has to ask first.")
    if link.undo_asked_by == staff_id:
        raise SameStaffMember(f"Staff member {staff_id} asked for the undo of link {link.id}.")


def _refuse_obstacles(connection: Connection, link: AccountLink) -> None:
    """Refuse an undo that would tear something new from its owner."""
    found = obstacles(connection, link)
    if found:
        raise LinkNotUndoable(link.id, found)


def _write(connection: Connection, link_id: int, **values: object) -> AccountLink:
    """Change the link's row."""
    return read_link(
        connection.execute(
            update(account_link)
            .where(account_link.c.id == link_id)
            .values(**values)
            .returning(account_link)
        ).one()
    )


def _note(
    connection: Connection,
    link: AccountLink,
    kind: ledger.EventKind,
    staff_id: int,
    reason: str,
    *,
    now: datetime,
    **facts: object,
) -> None:
    """Write down what a member of staff did."""
    ledger.append(
        connection,
        link_id=link.id,
        kind=kind,
        actor=f"staff:{staff_id}",
        reason=reason,
        facts={"rule": link.rule, **facts},
        now=now,
    )
