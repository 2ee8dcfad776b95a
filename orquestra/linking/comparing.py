"""The check at a link's end: none lost, none twice."""

from sqlalchemy import Connection, and_, func, or_, select

from orquestra.errors import CountMismatch
from orquestra.linking.links import AccountLink
from orquestra.store.tables import open_task, process_record
from orquestra.work.processes import WorkCounts, count_where


def compare(connection: Connection, link: AccountLink) -> None:
    """Refuse an end that does not hold what the beginning counted.

    Args:
        connection: The caller's transaction, which holds the login's and the link's rows.
        link: The link.

    Raises:
        CountMismatch: They differ, or something has not moved.
    """
    moved = _moved(connection, link)
    left = sum(
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
    if moved != link.before or left:
        raise CountMismatch(
            f"Link {link.id} of login {link.login_id} began with {link.before} and ends with "
            f"{moved}, {left} rows not moved; its processes stay frozen until staff have looked."
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
