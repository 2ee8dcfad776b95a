"""Staff choose a login's kind, and until when a foreign customer keeps the old way in."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, update

from orquestra import campaign
from orquestra.errors import LoginNotFound, WayOnlyForForeigners
from orquestra.kinds.rules import BY_STAFF, Kind
from orquestra.store.tables import login
from orquestra.text import required

#: The most characters of a reason.
REASON_LIMIT: Final = 2000


def set_kind(
    connection: Connection,
    *,
    login_id: int,
    kind: Kind,
    reason: str,
    staff_id: int,
    now: datetime,
    legacy_until: date | None = None,
) -> None:
    """Give a login the kind that staff chose; no rule changes it any more.

    What the deadline has done is brought in line in the same transaction: a login that is no
    longer the campaign's, or whose own day is still to come, is opened again with what its tasks
    had left; one that is the campaign's again and late is blocked. It stays on the campaign's
    list, so that the way back needs no new enrolment.

    Args:
        connection: The caller's transaction.
        login_id: Which login.
        kind: The kind.
        reason: Why, for the record.
        staff_id: Who.
        now: The instant.
        legacy_until: The last day of a foreign customer's old way in; None: not decided yet.

    Raises:
        LoginNotFound: There is no such login.
        InvalidText: No reason is given, or an endless one.
        WayOnlyForForeigners: Another kind was given a day.
    """
    if legacy_until is not None and kind is not Kind.FOREIGNER:
        raise WayOnlyForForeigners("Only a foreign customer's old way in has a day of its own.")
    if not campaign.hold(connection, login_id):
        raise LoginNotFound(f"There is no login {login_id}.")
    connection.execute(
        update(login)
        .where(login.c.id == login_id)
        .values(
            kind=kind.value,
            kind_rule=BY_STAFF,
            kind_reason=required(reason, what="reason", limit=REASON_LIMIT),
            kind_staff_id=staff_id,
            legacy_until=legacy_until,
        )
    )
    campaign.settle(connection, login_id=login_id, now=now)
