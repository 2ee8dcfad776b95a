"""Asking for a new password, or for the names of one's logins: the same work whatever exists."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, func, select

from orquestra import notices
from orquestra.resets import letters, subjects, tokens
from orquestra.resets.mailboxes import reachable
from orquestra.resets.undoing import kept_if
from orquestra.store.tables import login, notice

#: The most names that one mail lists, so that a large mailbox is not told apart by its time.
MOST_NAMES = 30
#: The most mails about one login in the time that a link is good: who gets no further one has one
#: in the mailbox that still opens, or used one just now.
MOST_MAILS = 5

_KIND: Final = "senha_redefinir"
_LOCAL = "local"
_NOBODY = "ninguem@example.invalid"

Answer = Literal["link", "vinculado", "desativado", "outro_lugar", "nenhum"]


def ask(
    connection: Connection, *, login_text: str, seal: Callable[[str, str], str], now: datetime
) -> None:
    """Write the mail that a forgotten password leads to, if there is a mailbox to send it to.

    For every name the same statements run, on a stand-in where nobody has it; what must not stay
    is undone before the commit. The caller shows the same page for all, and lets its own count of
    requests be part of the transaction, so that there is always something to commit.

    A login that got `MOST_MAILS` within the time that a link is good gets no further one for now.
    The count is the login's, held by its row, and not that of names which only look like it: a
    stranger can fill the mailbox up to it, but not keep the owner from a good link.

    Args:
        connection: The caller's transaction.
        login_text: The login's name, as typed; never an e-mail address.
        seal: Makes the sealed address of a token, for the notice of the given key.
        now: The instant.
    """
    found = subjects.by_name(connection, login_text)
    stand_in = subjects.stand_in(connection, login_text)
    login_id = found.id if found is not None else stand_in
    if login_id is None:
        return  # an empty base has nothing to give away
    full = _mails_lately(connection, login_id, now) >= MOST_MAILS
    answer, token = "nenhum" if full else _answer(found), tokens.fresh()
    key = f"senha_redefinir:{tokens.hashed(token)}"
    sealed = seal(token, key)
    with kept_if(connection, answer == "link"):
        tokens.keep(connection, token=token, login_id=login_id, reason="esqueci", now=now)
    letter = _letter(answer, found)
    with kept_if(connection, answer != "nenhum"):
        notices.post(
            connection,
            key=key,
            kind=_KIND,
            login_id=login_id,
            person_id=None,
            address=found.email if found is not None else _NOBODY,
            subject=letter.subject,
            body=letter.body,
            sealed_link=sealed if answer == "link" else None,
            now=now,
        )


def ask_names(connection: Connection, *, email_text: str, now: datetime) -> None:
    """Write the mail that tells a mailbox its logins, if it has any.

    The mail goes to the address as the base has it, never as it was typed: two texts that fold
    into one may be two mailboxes.

    Args:
        connection: The caller's transaction.
        email_text: The mailbox, as typed.
        now: The instant.
    """
    typed = email_text.replace("\0", "\ufffd").strip()
    rows = connection.execute(
        select(login.c.id, login.c.email)
        .where(func.lower(login.c.email) == func.lower(typed))
        .order_by(login.c.login)
        .limit(MOST_NAMES)
    ).all()
    stand_in = subjects.stand_in(connection, typed)
    if stand_in is None:
        return
    known = bool(rows) and reachable(rows[0].email)
    letter = letters.names()
    with kept_if(connection, known):
        notices.post(
            connection,
            key=f"logins_da_caixa:{tokens.hashed(tokens.fresh())}",
            kind="logins_da_caixa",
            login_id=None,
            person_id=None,
            address=rows[0].email if known else _NOBODY,
            subject=letter.subject,
            body=letter.body,
            logins=[row.id for row in rows] or [stand_in],
            now=now,
        )


def _mails_lately(connection: Connection, login_id: int, now: datetime) -> int:
    """Count the mails about a login whose links, if they had one, can still be good."""
    return connection.execute(
        select(func.count())
        .select_from(notice)
        .where(
            notice.c.login_id == login_id,
            notice.c.kind == _KIND,
            notice.c.created_at > now - tokens.LIFETIMES["esqueci"],
        )
    ).scalar_one()


def _answer(found: Row[Any] | None) -> Answer:
    """Say which mail a login gets."""
    if found is None or not reachable(found.email):
        return "nenhum"
    if found.state != "legacy":
        return "vinculado"
    if not found.active:
        return "desativado"
    return "link" if found.auth_kind == _LOCAL else "outro_lugar"


def _letter(answer: Answer, found: Row[Any] | None) -> letters.Letter:
    """Write the mail; one is written for nobody too."""
    name = found.login if found is not None else ""
    if answer == "vinculado":
        return letters.linked(name)
    if answer == "desativado":
        return letters.inactive(name)
    if answer == "outro_lugar" and found is not None:
        return letters.elsewhere(name, found.auth_kind)
    return letters.new_password(name, blocked=found is not None and found.blocked_at is not None)
