"""An authorization request while the browser is at it: begun, resumed, answered once."""

import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from govbr.simulator import storage
from govbr.simulator.context import Simulator
from govbr.simulator.errors import PageGone

_LIFETIME = 3600  # seconds


@dataclass(frozen=True)
class Authorization:
    """A request of the client that waits for a person's login and decision."""

    id: str
    query: dict[str, str]
    #: Whose password is being asked for; kept here so that no CPF is in a URL.
    cpf: str | None
    answer: str | None

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes asked for, each once."""
        return tuple(dict.fromkeys(self.query["scope"].split()))

    @property
    def client_id(self) -> str:
        """Who asks."""
        return self.query["client_id"]


def begin(simulator: Simulator, *, browser: str, query: dict[str, str]) -> Authorization:
    """Keep a request that was checked.

    Args:
        simulator: Where.
        browser: The mark of the browser that brought it.
        query: The request's parameters.

    Returns:
        The request under its new, unguessable id.
    """
    begun = Authorization(secrets.token_urlsafe(24), query, None, None)
    now, table = simulator.timestamp(), storage.authorization
    with simulator.store.writing() as connection:
        connection.execute(sa.delete(table).where(table.c.created_at < now - _LIFETIME))
        connection.execute(
            sa.insert(table).values(id=begun.id, browser=browser, query=query, created_at=now)
        )
    return begun


def find(simulator: Simulator, *, id: str | None, browser: str) -> Authorization:  # noqa: A002
    """Resume a request.

    Args:
        simulator: Where.
        id: From the page's address.
        browser: The mark of the present browser; another one's requests are not found.

    Returns:
        The request.

    Raises:
        PageGone: It is over, unknown or another browser's.
    """
    table = storage.authorization
    with simulator.store.reading() as connection:
        row = connection.execute(
            sa.select(table).where(table.c.id == id, table.c.browser == browser)
        ).one_or_none()
    if row is None or row.created_at < simulator.timestamp() - _LIFETIME:
        raise PageGone("This authorization request is over: begin again at the service.")
    return Authorization(row.id, row.query, row.cpf, row.answer)


def remember_cpf(simulator: Simulator, *, authorization: Authorization, cpf: str) -> None:
    """Note whose password the next page asks for."""
    table = storage.authorization
    with simulator.store.writing() as connection:
        connection.execute(sa.update(table).where(table.c.id == authorization.id).values(cpf=cpf))


def answer_once(simulator: Simulator, *, authorization: Authorization, location: str) -> str:
    """Note where the browser is sent; a second click gets the first one's answer.

    Args:
        simulator: Where.
        authorization: The request.
        location: The address that this click would lead to.

    Returns:
        The address to lead to.
    """
    table = storage.authorization
    mine = table.c.id == authorization.id
    with simulator.store.writing() as connection:
        connection.execute(
            sa.update(table).where(mine, table.c.answer.is_(None)).values(answer=location)
        )
        return str(connection.execute(sa.select(table.c.answer).where(mine)).scalar_one())
