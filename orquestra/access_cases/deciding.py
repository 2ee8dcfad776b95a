"""Staff's answer to an access case: a grant by one or two of them, or a refusal."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from orquestra import campaign, kinds, notices
from orquestra.access_cases import letters
from orquestra.access_cases.cases import load
from orquestra.access_cases.comparing import granting
from orquestra.access_cases.model import AccessCase
from orquestra.errors import AccessCaseDecided, AccessCaseNotGrantable, SameStaffMember
from orquestra.resets import issue, reachable
from orquestra.store.tables import access_case, login
from orquestra.text import required

REASON_LIMIT = 2000


def grant(
    connection: Connection,
    *,
    case_id: int,
    staff_id: int,
    reason: str,
    four_eyes: bool,
    seal: Callable[[str, str], str],
    now: datetime,
    new_email: bool = False,
) -> bool:
    """Give the asker a link for one new password; with four eyes only once two members agree.

    Args:
        connection: The caller's transaction.
        case_id: Which case.
        staff_id: Who grants.
        reason: Why, for the record; the second member's stands beside the first's.
        four_eyes: Whether it takes two different members.
        seal: Makes the sealed address of a token, for the notice of the given key.
        now: The instant.
        new_email: Whether the contact address becomes the login's own; of two members both must
            want it. An import that brings the old base's address brings it back.

    Returns:
        Whether the link is on its way; False: a second member's grant is missing.

    Raises:
        AccessCaseNotFound: There is no such case.
        AccessCaseDecided: It was answered.
        AccessCaseNotGrantable: The login takes no password.
        SameStaffMember: The first grant was this member's too.
        InvalidText: No reason is given.
    """
    case = _waiting(connection, case_id)
    row = _grantable(connection, case, new_email=new_email)
    written = required(reason, what="reason", limit=REASON_LIMIT)
    if four_eyes and case.first_staff_id is None:
        _write(connection, case_id, first_staff_id=staff_id, reason=written, new_email=new_email)
        return False
    if four_eyes and case.first_staff_id == staff_id:
        raise SameStaffMember(f"Access case {case_id} waits for another staff member's grant.")
    if case.first_staff_id is not None:
        written = f"{case.reason}\n\n{written}"
        new_email = new_email and case.new_email
    answer = {"state": "atendido", "staff_id": staff_id, "reason": written, "decided_at": now}
    _write(connection, case_id, **answer, new_email=new_email)
    _send_link(connection, case, row, new_email=new_email, seal=seal, now=now)
    if new_email:
        _change_email(connection, row.id, case.email, now=now)
    return True


def refuse(
    connection: Connection, *, case_id: int, staff_id: int, reason: str, now: datetime
) -> None:
    """Refuse a case; the asker is told the reason. One member is enough, also after a first grant.

    Args:
        connection: The caller's transaction.
        case_id: Which case.
        staff_id: Who refuses.
        reason: Why; it goes to the contact address as written.
        now: The instant.

    Raises:
        AccessCaseNotFound: There is no such case.
        AccessCaseDecided: It was answered.
        InvalidText: No reason is given.
    """
    case = _waiting(connection, case_id)
    written = required(reason, what="reason", limit=REASON_LIMIT)
    _write(connection, case_id, state="recusado", staff_id=staff_id, reason=written, decided_at=now)
    letter = letters.refused(case_id, written)
    notices.post(
        connection,
        key=f"acesso_recusado:{case_id}",
        kind="acesso_recusado",
        login_id=None,
        person_id=None,
        address=case.email,
        subject=letter.subject,
        body=letter.body,
        now=now,
    )


def _waiting(connection: Connection, case_id: int) -> AccessCase:
    """Hold a case that waits, so that two members take turns."""
    case = load(connection, case_id, hold=True)
    if case.state != "aberto":
        raise AccessCaseDecided(f"Access case {case_id} was answered already.")
    return case


def _grantable(connection: Connection, case: AccessCase, *, new_email: bool) -> Row[Any]:
    """Hold the login of a case, if it can be given a password.

    Its address may decide its kind, and that its deadline: the campaign is held first, as always.
    """
    if new_email and case.login_id is not None:
        campaign.hold(connection, case.login_id)
    row = connection.execute(
        select(login).where(login.c.id == case.login_id).with_for_update(key_share=True)
    ).one_or_none()
    why = granting(row)
    if row is None or why != "pode":
        raise AccessCaseNotGrantable(case.id, reason=why)
    return row


def _write(connection: Connection, case_id: int, **values: object) -> None:
    """Change a held case."""
    connection.execute(update(access_case).where(access_case.c.id == case_id).values(**values))


def _change_email(connection: Connection, login_id: int, email: str, *, now: datetime) -> None:
    """Make the contact address the login's own; what the old one said of the login stays."""
    connection.execute(update(login).where(login.c.id == login_id).values(email=email))
    kinds.classify(connection, login_ids=[login_id], now=now)


def _send_link(
    connection: Connection,
    case: AccessCase,
    row: Row[Any],
    *,
    new_email: bool,
    seal: Callable[[str, str], str],
    now: datetime,
) -> None:
    """Mail the link to the contact address, and tell the old mailbox."""
    token = issue(connection, login_id=row.id, reason="equipe", now=now)
    key = f"acesso_atendido:{case.id}"
    letter = letters.granted_to_contact(
        case.id, row.login, blocked=row.blocked_at is not None, new_email=new_email
    )
    notices.post(
        connection,
        key=key,
        kind="acesso_atendido",
        login_id=row.id,
        person_id=None,
        address=case.email,
        subject=letter.subject,
        body=letter.body,
        sealed_link=seal(token, key),
        now=now,
    )
    if not reachable(row.email):
        return
    letter = letters.granted_to_old_mailbox(row.login, new_email=new_email)
    notices.post(
        connection,
        key=f"{key}:antigo",
        kind="acesso_atendido",
        login_id=row.id,
        person_id=None,
        address=row.email,
        subject=letter.subject,
        body=letter.body,
        now=now,
    )
