"""The links as staff look for them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, select, true

from orquestra.documents import Cpf
from orquestra.linking.links import LinkState
from orquestra.paging import Page, page
from orquestra.store.tables import account_link, link_event, login, person
from orquestra.text import fold, matches


class Filter(StrEnum):
    """Which links a list holds."""

    ALL = "todos"
    DONE = "concluidos"
    LINKING = "em_andamento"
    STUCK = "contagem_divergente"
    UNDO_ASKED = "desfazer_pedido"
    UNDONE = "desfeitos"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One line of the list.

    Args:
        reference: As the receipt prints it.
        state: "linking", "done" or "undone".
        stuck: Whether its last count did not match.
        undo_asked: Whether an undo waits for its second pair of eyes.
        login: The login's name.
        login_name: How screens greet its holder.
        person_name: The person's name at gov.br.
        masked_cpf: Their CPF, masked.
        began_at: When it began.
        ended_at: When it was finished, or undone.
    """

    reference: str
    state: LinkState
    stuck: bool
    undo_asked: bool
    login: str = field(repr=False)
    login_name: str = field(repr=False)
    person_name: str = field(repr=False)
    masked_cpf: str
    began_at: datetime
    ended_at: datetime | None


def search_links(
    connection: Connection,
    *,
    search: str = "",
    which: Filter = Filter.ALL,
    limit: int = 50,
    offset: int = 0,
) -> Page[LinkRow]:
    """List links, the newest on top.

    Args:
        connection: The caller's transaction.
        search: Part of a login, a reference, or a name; blank for all.
        which: Only these.
        limit: Rows on the page.
        offset: Rows before it.

    Returns:
        The page.

    Raises:
        InvalidPage: Limit or offset out of range.
    """
    statement = (
        select(
            account_link,
            is_stuck().label("stuck"),
            login.c.login,
            login.c.name.label("login_name"),
            person.c.name.label("person_name"),
            person.c.cpf,
        )
        .join(login, login.c.id == account_link.c.login_id)
        .join(person, person.c.id == account_link.c.person_id)
        .where(_condition(which))
        .order_by(account_link.c.began_at.desc(), account_link.c.id.desc())
    )
    if fold(search):
        columns = (login.c.login, login.c.name, person.c.name, account_link.c.reference)
        statement = statement.where(matches(search, *columns))
    return page(connection, statement, _read, limit=limit, offset=offset)


def is_stuck() -> ColumnElement[bool]:
    """Build the condition that a link ended in a count that does not match.

    Returns:
        The condition, on a row of `account_link`.
    """
    mismatch = exists().where(
        link_event.c.link_id == account_link.c.id, link_event.c.kind == "contagem_divergente"
    )
    return and_(account_link.c.state == "linking", mismatch)


def _condition(which: Filter) -> ColumnElement[bool]:
    """Build a filter's condition."""
    link = account_link.c
    conditions: dict[Filter, ColumnElement[bool]] = {
        Filter.DONE: link.state == "done",
        Filter.LINKING: link.state == "linking",
        Filter.STUCK: is_stuck(),
        Filter.UNDO_ASKED: and_(link.state != "undone", link.undo_asked_by.is_not(None)),
        Filter.UNDONE: link.state == "undone",
    }
    return conditions.get(which, true())


def _read(row: Row[Any]) -> LinkRow:
    """Turn a row into a line."""
    return LinkRow(
        reference=row.reference,
        state=row.state,
        stuck=row.stuck,
        undo_asked=row.state != "undone" and row.undo_asked_by is not None,
        login=row.login,
        login_name=row.login_name,
        person_name=row.person_name,
        masked_cpf=Cpf(row.cpf).masked,
        began_at=row.began_at,
        ended_at=row.undone_at or row.finished_at,
    )
