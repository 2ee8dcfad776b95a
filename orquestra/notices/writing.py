"""Write notices: each once, however often the job that writes it is repeated."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as upsert

from orquestra.notices.kinds import Kind
from orquestra.store.tables import notice, notice_login


def post(
    connection: Connection,
    *,
    key: str,
    kind: Kind,
    login_id: int | None,
    person_id: int | None,
    address: str | None,
    subject: str,
    body: str,
    now: datetime,
    sealed_link: str | None = None,
    due_at: datetime | None = None,
    logins: Sequence[int] = (),
) -> bool:
    """Write a notice; a repeated job finds that it is there.

    Args:
        connection: The caller's transaction.
        key: What makes it one, as in "lembrete:12:P30D".
        kind: What it is about.
        login_id: The login that it is about, if any.
        person_id: The person that it is about, if any.
        address: Where it goes; None: nowhere but the screen.
        subject: The subject.
        body: The text between greeting and signature, which the sender adds. "{link}" stands for
            the sealed link, "{logins}" for the list of the logins' names.
        now: The instant.
        sealed_link: An address that only the mail may show, sealed for `LINK_PURPOSE` and bound
            to `key`; wiped once sent, or after a day. Not kept where there is no address.
        due_at: Not to be sent before; None: at once.
        logins: The logins whose names the text lists.

    Returns:
        Whether it is new.
    """
    values = {
        "key": key,
        "kind": kind,
        "login_id": login_id,
        "person_id": person_id,
        "address": address,
        "subject": subject,
        "body": body,
        "sealed_link": None if address is None else sealed_link,
        "created_at": now,
        "due_at": due_at or now,
    }
    notice_id = connection.execute(
        upsert(notice)
        .values(values)
        .on_conflict_do_nothing(index_elements=[notice.c.key])
        .returning(notice.c.id)
    ).scalar_one_or_none()
    if notice_id is not None:
        attach(connection, notice_id=notice_id, logins=logins)
    return notice_id is not None


def attach(connection: Connection, *, notice_id: int, logins: Sequence[int]) -> int:
    """Have a notice be about more logins.

    Args:
        connection: The caller's transaction.
        notice_id: Which notice.
        logins: The logins.

    Returns:
        How many it was not about before.
    """
    if not logins:
        return 0
    return connection.execute(
        upsert(notice_login)
        .values([{"notice_id": notice_id, "login_id": login_id} for login_id in logins])
        .on_conflict_do_nothing()
    ).rowcount
