"""Access cases: opened, listed and read."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, func, insert, select

from orquestra import notices
from orquestra.access_cases import letters
from orquestra.access_cases.model import AccessCase, CaseRow, Claims, State
from orquestra.errors import AccessCaseNotFound
from orquestra.paging import Page, page
from orquestra.resets import reachable, subjects
from orquestra.resets.undoing import kept_if
from orquestra.store.tables import access_case
from orquestra.text import required

MOST_NUMBERS = 20
_LINE = 255
_STATEMENT = 4000


def open_case(
    connection: Connection,
    *,
    login_text: str,
    name: str,
    email: str,
    phone: str,
    claims: Claims,
    statement: str,
    now: datetime,
) -> int:
    """Put a case before staff, and warn the old mailbox, so that its owner can object in time.

    The same statements run whether somebody has the login or not, as in `resets.ask`.

    Args:
        connection: The caller's transaction.
        login_text: The login's name, as typed.
        name: Who asks.
        email: Where to answer.
        phone: Where to call; may be empty.
        claims: What they say they know.
        statement: What they tell.
        now: The instant.

    Returns:
        The case's number, which the asker may quote.

    Raises:
        InvalidText: Something is missing or too long.
    """
    found = subjects.by_name(connection, login_text)
    stand_in = subjects.stand_in(connection, login_text)
    case_id: int = connection.execute(
        insert(access_case)
        .values(
            login_text=required(login_text, what="login", limit=_LINE),
            login_id=found.id if found is not None else None,
            name=required(name, what="name", limit=_LINE),
            email=required(email, what="e-mail", limit=_LINE),
            phone=phone.replace("\0", "").strip()[:_LINE] or None,
            claims=as_json(claims),
            statement=required(statement, what="statement", limit=_STATEMENT),
            asked_at=now,
        )
        .returning(access_case.c.id)
    ).scalar_one()
    letter = letters.asked(found.login if found is not None else "")
    with kept_if(connection, found is not None and reachable(found.email)):
        notices.post(
            connection,
            key=f"acesso_pedido:{case_id}",
            kind="acesso_pedido",
            login_id=found.id if found is not None else stand_in,
            person_id=None,
            address=found.email if found is not None else "ninguem@example.invalid",
            subject=letter.subject,
            body=letter.body,
            now=now,
        )
    return case_id


def page_of(connection: Connection, *, state: State, limit: int, offset: int) -> Page[CaseRow]:
    """List cases: those that wait the oldest first, those answered the newest first.

    Args:
        connection: The caller's transaction.
        state: Which.
        limit: Rows on the page.
        offset: Rows before it.

    Returns:
        The page.
    """
    order = (
        (access_case.c.asked_at, access_case.c.id)
        if state == "aberto"
        else (access_case.c.decided_at.desc(), access_case.c.id.desc())
    )
    statement = select(access_case).where(access_case.c.state == state).order_by(*order)
    return page(connection, statement, _read_row, limit=limit, offset=offset)


def count_open(connection: Connection) -> int:
    """Count the cases that wait.

    Args:
        connection: The caller's transaction.

    Returns:
        How many.
    """
    return connection.execute(
        select(func.count()).select_from(access_case).where(access_case.c.state == "aberto")
    ).scalar_one()


def load(connection: Connection, case_id: int, *, hold: bool = False) -> AccessCase:
    """Read one case.

    Args:
        connection: The caller's transaction.
        case_id: Which.
        hold: Whether others must wait until the commit.

    Returns:
        The case.

    Raises:
        AccessCaseNotFound: There is none.
    """
    statement = select(access_case).where(access_case.c.id == case_id)
    row = connection.execute(statement.with_for_update() if hold else statement).one_or_none()
    if row is None:
        raise AccessCaseNotFound(f"There is no access case {case_id}.")
    told = row.claims
    return AccessCase(
        **_row_fields(row),
        login_id=row.login_id,
        email=row.email,
        phone=row.phone,
        claims=Claims(
            document=told["document"],
            process_numbers=tuple(told["process_numbers"]),
            old_email=told["old_email"],
            registered_year=told["registered_year"],
        ),
        statement=row.statement,
        reason=row.reason,
        staff_id=row.staff_id,
        first_staff_id=row.first_staff_id,
        new_email=row.new_email,
    )


def as_json(claims: Claims) -> dict[str, Any]:
    """Write claims as the column holds them.

    Args:
        claims: What somebody says they know.

    Returns:
        The column's value.
    """
    return {
        "document": claims.document.replace("\0", "").strip()[:_LINE],
        "process_numbers": list(claims.process_numbers[:MOST_NUMBERS]),
        "old_email": claims.old_email.replace("\0", "").strip()[:_LINE],
        "registered_year": claims.registered_year,
    }


def _read_row(row: Row[Any]) -> CaseRow:
    """Turn a row into a line of the list."""
    return CaseRow(**_row_fields(row))


def _row_fields(row: Row[Any]) -> dict[str, Any]:
    """Give what the list and the page both show."""
    return {
        "id": row.id,
        "login_text": row.login_text,
        "login_known": row.login_id is not None,
        "name": row.name,
        "state": cast("State", row.state),
        "first_granted": row.first_staff_id is not None and row.state == "aberto",
        "asked_at": row.asked_at,
        "decided_at": row.decided_at,
        "forgotten": row.name == "",
    }
