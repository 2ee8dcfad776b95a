"""The check at a link's end: none lost, none twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from orquestra.errors import CountMismatch
from orquestra.linking import ledger
from orquestra.linking.links import AccountLink, load
from orquestra.store.tables import open_task, process_record
from orquestra.work.processes import WorkCounts, count_where, counts_of_login


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a link began with beside what there is now.

    Args:
        expected: What the login had when the link began.
        present: What came from the login and is there now, whoever has it.
        moved: What of it is the person's now.
        not_moved: Rows, concluded tasks included, that are not the person's.
    """

    expected: WorkCounts
    present: WorkCounts
    moved: WorkCounts
    not_moved: int

    @property
    def matches(self) -> bool:
        """Whether everything has moved, and it is as much as was counted."""
        return self.moved == self.expected and not self.not_moved


def compare(connection: Connection, link: AccountLink) -> Comparison:
    """Compare a link's beginning with what there is now.

    Args:
        connection: The caller's transaction.
        link: The link.

    Returns:
        Both sides.
    """
    return Comparison(
        expected=link.before,
        present=counts_of_login(connection, link.login_id),
        moved=_moved(connection, link),
        not_moved=_not_moved(connection, link),
    )


def require_match(connection: Connection, link: AccountLink) -> WorkCounts:
    """Refuse an end that does not hold what the beginning counted.

    Args:
        connection: The caller's transaction, which holds the login's and the link's rows.
        link: The link.

    Returns:
        What has moved.

    Raises:
        CountMismatch: They differ, or something has not moved.
    """
    found = compare(connection, link)
    if not found.matches:
        raise CountMismatch(
            f"Link {link.id} of login {link.login_id} began with {found.expected} and ends with "
            f"{found.moved}, {found.not_moved} rows not moved; its processes stay frozen until "
            "staff have looked."
        )
    return found.moved


def note_mismatch(connection: Connection, *, link_id: int, now: datetime) -> None:
    """Keep in the ledger that an end was refused: its own transaction was rolled back.

    Args:
        connection: A transaction of its own.
        link_id: Which link.
        now: The instant.

    Raises:
        LinkNotFound: There is no such link.
    """
    found = compare(connection, load(connection, link_id))
    ledger.append(
        connection,
        link_id=link_id,
        kind="contagem_divergente",
        actor=ledger.SYSTEM,
        facts={
            "before": ledger.as_fact(found.expected),
            "after": ledger.as_fact(found.moved),
            "not_moved": found.not_moved,
        },
        now=now,
    )


def _moved(connection: Connection, link: AccountLink) -> WorkCounts:
    """Count what came from the login and is the person's now."""
    process, task = process_record.c, open_task.c
    return count_where(
        connection,
        processes=and_(
            process.login_id == link.login_id, process.owner_person_id == link.person_id
        ),
        tasks=and_(task.login_id == link.login_id, task.owner_person_id == link.person_id),
    )


def _not_moved(connection: Connection, link: AccountLink) -> int:
    """Count the login's rows that are not the person's."""
    return sum(
        connection.execute(
            select(func.count())
            .select_from(table)
            .where(
                table.c.login_id == link.login_id,
                or_(table.c.owner_person_id.is_(None), table.c.owner_person_id != link.person_id),
            )
        ).scalar_one()
        for table in (process_record, open_task)
    )
