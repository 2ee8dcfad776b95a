"""The ledger of links: what became of each one, by whom and why; only ever appended to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from orquestra.store.tables import link_event
from orquestra.work.processes import WorkCounts

EventKind = Literal[
    "comecou",
    "terminou",
    "contagem_divergente",
    "desfazer_pedido",
    "desfazer_retirado",
    "desfeito",
]

SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEvent:
    """One thing that happened to a link.

    Args:
        id: Its number; events of one instant keep their order by it.
        link_id: The link.
        kind: What happened.
        actor: "system", "person:3" or "staff:2".
        reason: Why, where a person gave a reason.
        facts: Numbers and codes that the evidence consists of, never personal data.
        happened_at: When.
    """

    id: int
    link_id: int
    kind: EventKind
    actor: str
    reason: str | None = field(repr=False)
    facts: Mapping[str, Any]
    happened_at: datetime


def append(
    connection: Connection,
    *,
    link_id: int,
    kind: EventKind,
    actor: str,
    now: datetime,
    reason: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write down what happened, in the transaction in which it happens.

    Args:
        connection: The caller's transaction.
        link_id: To which link.
        kind: What.
        actor: By whom.
        now: The instant.
        reason: Why, where a person gave a reason.
        facts: Numbers and codes, never personal data.
    """
    connection.execute(
        insert(link_event).values(
            link_id=link_id,
            kind=kind,
            actor=actor,
            reason=reason,
            facts=dict(facts or {}),
            happened_at=now,
        )
    )


def events(connection: Connection, link_id: int) -> list[LinkEvent]:
    """Read what happened to a link.

    Args:
        connection: The caller's transaction.
        link_id: Which link.

    Returns:
        The events, the first one first.
    """
    rows = connection.execute(
        select(link_event).where(link_event.c.link_id == link_id).order_by(link_event.c.id)
    )
    return [
        LinkEvent(
            id=row.id,
            link_id=row.link_id,
            kind=row.kind,
            actor=row.actor,
            reason=row.reason,
            facts=row.facts,
            happened_at=row.happened_at,
        )
        for row in rows
    ]


def as_fact(counts: WorkCounts) -> dict[str, int]:
    """Make counts fit to be kept in the ledger.

    Args:
        counts: How much work there is.

    Returns:
        The numbers by name.
    """
    return {
        "in_progress": counts.in_progress,
        "concluded": counts.concluded,
        "tasks": counts.tasks,
    }
