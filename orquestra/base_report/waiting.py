"""What waits for the staff, each as a number: the first thing that their pages show."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from orquestra import linking
from orquestra.campaign.own_deadline import FOREIGNER
from orquestra.store.tables import access_case, account_link, login, ownership_decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How much waits, and since when the oldest does.

    Args:
        decisions: Decisions on whose login it is.
        oldest_decision: Since when the oldest waits.
        cases: People who ask for their way in.
        oldest_case: Since when the oldest waits.
        undos: Undos of links that need a second pair of eyes.
        oldest_undo: Since when the oldest waits.
        stuck: Links that stopped because their last count did not match their first.
        oldest_stuck: Since when the oldest is under way.
        unknown: Logins whose kind no rule could tell.
        foreigners: Foreign customers without a date of their own.
    """

    decisions: int
    oldest_decision: datetime | None
    cases: int
    oldest_case: datetime | None
    undos: int
    oldest_undo: datetime | None
    stuck: int
    oldest_stuck: datetime | None
    unknown: int
    foreigners: int

    @property
    def total(self) -> int:
        """How much waits in all."""
        links = self.undos + self.stuck
        return self.decisions + self.cases + links + self.unknown + self.foreigners


def waiting(connection: Connection) -> Waiting:
    """Count what waits for the staff.

    Args:
        connection: The caller's transaction.

    Returns:
        The counts.
    """
    decision, case, link = ownership_decision.c, access_case.c, account_link.c
    decisions = connection.execute(
        select(func.count(), func.min(decision.asked_at)).where(decision.verdict.is_(None))
    ).one()
    cases = connection.execute(
        select(func.count(), func.min(case.asked_at)).where(case.state == "aberto")
    ).one()
    undos = connection.execute(
        select(func.count(), func.min(link.undo_asked_at)).where(
            link.undo_asked_by.is_not(None), link.state != "undone"
        )
    ).one()
    stuck = connection.execute(
        select(func.count(), func.min(link.began_at)).where(linking.is_stuck())
    ).one()
    legacy = login.c.state == "legacy"
    kinds = connection.execute(
        select(
            func.count().filter(login.c.kind == "desconhecido"),
            func.count().filter(
                and_(legacy, login.c.kind == FOREIGNER, login.c.legacy_until.is_(None))
            ),
        )
    ).one()
    return Waiting(
        decisions=decisions[0],
        oldest_decision=decisions[1],
        cases=cases[0],
        oldest_case=cases[1],
        undos=undos[0],
        oldest_undo=undos[1],
        stuck=stuck[0],
        oldest_stuck=stuck[1],
        unknown=kinds[0],
        foreigners=kinds[1],
    )
