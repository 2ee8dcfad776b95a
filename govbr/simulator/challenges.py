"""A six-digit code that somebody must type: the second factor, or before a new password."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Final, Literal

import sqlalchemy as sa

from govbr.simulator import mailbox, storage
from govbr.simulator.context import Simulator
from govbr.simulator.errors import PageGone
from govbr.simulator.people import Person

Purpose = Literal["segundo_fator", "recuperacao"]

LIFETIME: Final = 600  # seconds
TRIES: Final = 5
_SUBJECTS: Final = {
    "segundo_fator": "gov.br - Código de acesso",
    "recuperacao": "gov.br - Código para criar uma nova senha",
}


@dataclass(frozen=True)
class Challenge:
    """A code that is waited for.

    Attributes:
        id: In the page's address.
        authorization_id: The request that goes on afterwards.
        cpf: Whose code it is.
        purpose: What it opens.
        proven: Whether it was typed rightly.
    """

    id: str
    authorization_id: str
    cpf: str
    purpose: Purpose
    proven: bool


def begin(
    simulator: Simulator,
    *,
    browser: str,
    authorization_id: str,
    person: Person,
    purpose: Purpose,
    channel: str,
) -> Challenge:
    """Send a code; older ones of the same purpose are worth nothing any more.

    Args:
        simulator: Where.
        browser: The mark of the browser that must type it.
        authorization_id: The request that goes on afterwards.
        person: Whose account it is.
        purpose: What the code opens.
        channel: "app", "email" or "sms".

    Returns:
        What is waited for.
    """
    code, now = f"{secrets.randbelow(10**6):06}", simulator.timestamp()
    begun = Challenge(
        id=secrets.token_urlsafe(24),
        authorization_id=authorization_id,
        cpf=person.cpf,
        purpose=purpose,
        proven=False,
    )
    table = storage.challenge
    with simulator.store.writing() as connection:
        mine = (table.c.browser == browser, table.c.purpose == purpose)
        connection.execute(sa.delete(table).where(*mine))
        connection.execute(
            sa.insert(table).values(
                **vars(begun), browser=browser, code=code, tries=0, expires_at=now + LIFETIME
            )
        )
        mailbox.deliver(
            connection,
            channel=channel,
            address=address_of(person, channel),
            subject=_SUBJECTS[purpose],
            body=f"Seu código é {code}. Ele vale por 10 minutos e só pode ser usado uma vez.",
            code=code,
            now=now,
        )
    return begun


def address_of(person: Person, channel: str) -> str:
    """Name where a code goes; the application's messages go to whose account it is."""
    known = {"email": person.email, "sms": person.phone}.get(channel)
    return known or f"aplicativo de {person.name}"


def find(
    simulator: Simulator,
    *,
    id: str | None,  # noqa: A002 - as in the page's address
    browser: str,
    purpose: Purpose,
) -> Challenge:
    """Resume a page.

    Args:
        simulator: Where.
        id: From the page's address.
        browser: The mark of the present browser.
        purpose: What the page is for: a code that was sent for one thing opens no other.

    Returns:
        What is waited for.

    Raises:
        PageGone: It is over, unknown or another browser's.
    """
    table = storage.challenge
    with simulator.store.reading() as connection:
        row = connection.execute(
            sa.select(table).where(
                table.c.id == id, table.c.browser == browser, table.c.purpose == purpose
            )
        ).one_or_none()
    if row is None or row.expires_at < simulator.timestamp() - LIFETIME:
        raise PageGone("This code is over: begin again.")
    return Challenge(row.id, row.authorization_id, row.cpf, row.purpose, row.proven)


def prove(simulator: Simulator, challenge: Challenge, typed: str) -> bool:
    """Check a typed code; after five wrong ones, or ten minutes, only a new code helps.

    Args:
        simulator: Where.
        challenge: What is waited for.
        typed: What was typed.

    Returns:
        Whether it is right.
    """
    table = storage.challenge
    mine = table.c.id == challenge.id
    with simulator.store.writing() as connection:
        row = connection.execute(sa.select(table).where(mine)).one()
        in_time = simulator.timestamp() < row.expires_at and row.tries < TRIES
        given = "".join(typed.split()).encode()
        right = in_time and not row.proven and hmac.compare_digest(given, row.code.encode())
        values = {"proven": True} if right else {"tries": row.tries + 1}
        connection.execute(sa.update(table).where(mine).values(**values))
    return right


def finish(connection: sa.Connection, challenge: Challenge) -> None:
    """Let nobody come back to it."""
    connection.execute(sa.delete(storage.challenge).where(storage.challenge.c.id == challenge.id))
