"""The first phase of a link: the old way ends, and what the login has is counted."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from orquestra import portal_sessions, resets
from orquestra.documents import Cpf
from orquestra.errors import LinkNotFound, LoginAlreadyLinked
from orquestra.linking import ledger
from orquestra.linking.links import AccountLink, link_of_login, new_reference, read_link
from orquestra.linking.locks import lock_login
from orquestra.store.tables import account_link, login, person
from orquestra.work.holders import PersonHolder
from orquestra.work.processes import counts_of_login


def begin(
    connection: Connection,
    *,
    login_id: int,
    person_id: int,
    rule: str,
    now: datetime,
    attempt_id: int | None = None,
    decision_id: int | None = None,
) -> AccountLink:
    """Take a login out of use and count what it has.

    The login's row is locked against `work.conclude_task`: a task that is being concluded is in
    before the count, or is refused. The password is dropped with every link to choose another,
    and every browser that is in with it is out.

    Args:
        connection: The caller's transaction.
        login_id: The login.
        person_id: Whose it becomes.
        rule: "cpf_confere", "representante", "sem_documento", "decisao" or
            "representante_aprovou".
        now: The instant.
        attempt_id: The handshake at gov.br in which the person consented.
        decision_id: Who decided, if anybody had to.

    Returns:
        The link; the one that there is when it was begun before for the same person.

    Raises:
        LoginNotFound: There is no such login.
        LoginAlreadyLinked: It is another person's.
    """
    if lock_login(connection, login_id).state != "legacy":
        return _begun_before(connection, login_id, person_id)
    _take_out_of_use(connection, login_id, person_id, now)
    before = counts_of_login(connection, login_id)
    row = connection.execute(
        insert(account_link)
        .values(
            login_id=login_id,
            person_id=person_id,
            reference=new_reference(),
            state="linking",
            in_progress_before=before.in_progress,
            concluded_before=before.concluded,
            tasks_before=before.tasks,
            rule=rule,
            began_at=now,
            attempt_id=attempt_id,
            decision_id=decision_id,
        )
        .returning(account_link)
    ).one()
    link = read_link(row)
    _write_down(connection, link)
    return link


def _take_out_of_use(connection: Connection, login_id: int, person_id: int, now: datetime) -> None:
    """End the old way in: password, links to choose another, browsers that are in."""
    connection.execute(
        update(login)
        .where(login.c.id == login_id)
        .values(
            state="linking",
            person_id=person_id,
            linked_at=now,
            password_hash=None,
            password_format=None,
            password_salt=None,
            password_source=None,
            password_seen=None,
        )
    )
    resets.void_of_login(connection, login_id=login_id, now=now)
    portal_sessions.end_of_login(
        connection, login_id=login_id, reason=portal_sessions.LINKED, now=now
    )


def _write_down(connection: Connection, link: AccountLink) -> None:
    """Keep the evidence of a link that begins."""
    ledger.append(
        connection,
        link_id=link.id,
        kind="comecou",
        actor=PersonHolder(link.person_id).actor,
        facts={
            "rule": link.rule,
            "attempt_id": link.attempt_id,
            "decision_id": link.decision_id,
            "before": ledger.as_fact(link.before),
        },
        now=link.began_at,
    )


def _begun_before(connection: Connection, login_id: int, person_id: int) -> AccountLink:
    """Give the link that there is, if it is the same person's."""
    link = link_of_login(connection, login_id)
    if link is None:
        raise LinkNotFound(f"Login {login_id} is linked, but its link is not on record.")
    if link.person_id != person_id:
        holder = connection.execute(
            select(person.c.cpf).where(person.c.id == link.person_id)
        ).scalar_one()
        raise LoginAlreadyLinked(
            login_id, masked_holder=Cpf(holder).masked, linked_at=link.began_at
        )
    return link
