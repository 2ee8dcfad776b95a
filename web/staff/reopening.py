"""What follows an undone link: a new road, a new way in, and word to both mailboxes."""

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from engine import reads
from engine.commands import CancelInstance, StartInstance
from engine.errors import InstanceNotRunning
from orquestra import campaign, linking, logins, notices, people, resets
from orquestra.errors import ResetRefused
from orquestra.linking import letters
from web.customer.road import PROCESS
from web.secret_links import sealed_for_notice
from web.services import current_services

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KIND: Final = "vinculo_desfeito"


def undo_and_reopen(
    connection: "Connection", *, link: linking.AccountLink, staff_id: int, reason: str
) -> bool:
    """Undo a link and open all that its login needs to be normalized again, in one transaction.

    The login's and the link's rows come first, then the process, as every job takes them.

    Args:
        connection: Of the runtime's `transaction()`.
        link: The link.
        staff_id: Who undoes it.
        reason: Why.

    Returns:
        Whether the old mailbox got a link to choose a new password.

    Raises:
        UndoRefused: It cannot be undone as it stands.
        SameStaffMember: With four eyes, the one who asked wants to do it.
        InvalidText: No reason is given.
    """
    services = current_services()
    old_road = linking.road_key(connection, link.login_id)
    undone = linking.undo(
        connection,
        link_id=link.id,
        staff_id=staff_id,
        reason=reason,
        four_eyes=services.settings.four_eyes,
        now=services.clock.now(),
    )
    actor = f"staff:{staff_id}"
    _end_road(connection, old_road, actor)
    _start_road(connection, undone, actor)
    _tell_person(connection, undone)
    return _tell_old_mailbox(connection, undone)


def _end_road(connection: "Connection", key: str, actor: str) -> None:
    """Cancel a process that is still linking or telling of it; what its jobs bring is dropped."""
    instance = reads.instance_by_key(connection, PROCESS, key)
    if instance is None or instance.state != "running":
        return
    command = CancelInstance(instance_id=instance.id, reason="vínculo desfeito", actor=actor)
    with suppress(InstanceNotRunning), connection.begin_nested():  # it may end at this moment
        current_services().runtime.execute(command, connection=connection)


def _start_road(connection: "Connection", link: linking.AccountLink, actor: str) -> None:
    """Start the login's next process, with the timers of the campaign that it is in."""
    services = current_services()
    campaign_id = logins.load(connection, link.login_id).campaign_id
    enrolled = campaign.load(connection, campaign_id) if campaign_id is not None else None
    services.runtime.execute(
        StartInstance(
            process=PROCESS,
            business_key=linking.road_key(connection, link.login_id),
            variables=campaign.first_variables(
                enrolled, login_id=link.login_id, now=services.clock.now()
            ),
            group=campaign.group_of(enrolled) if enrolled is not None else None,
            actor=actor,
        ),
        connection=connection,
    )


def _tell_old_mailbox(connection: "Connection", link: linking.AccountLink) -> bool:
    """Write to the login's old address, with the way to a new password where there is one."""
    login = logins.load(connection, link.login_id)
    token = _new_way_in(connection, login)
    key = f"{_KIND}:{link.id}:login"
    letter = letters.to_old_mailbox(login.login, link, with_link=token is not None)
    notices.post(
        connection,
        key=key,
        kind=_KIND,
        login_id=login.id,
        person_id=None,
        address=login.email,
        subject=letter.subject,
        body=letter.body,
        sealed_link=sealed_for_notice(token, key) if token is not None else None,
        now=current_services().clock.now(),
    )
    return token is not None


def _new_way_in(connection: "Connection", login: logins.LegacyLogin) -> str | None:
    """Make a link to a new password, where mail can bring it and the login may have one here."""
    if not resets.reachable(login.email):
        return None
    now = current_services().clock.now()
    token = resets.issue(connection, login_id=login.id, reason=_KIND, now=now)
    try:
        resets.standing(connection, token=token, now=now)
    except ResetRefused:
        return None
    return token


def _tell_person(connection: "Connection", link: linking.AccountLink) -> None:
    """Write to the person who had the login."""
    login = logins.load(connection, link.login_id)
    person = people.load(connection, link.person_id)
    letter = letters.to_person(login.login, link)
    notices.post(
        connection,
        key=f"{_KIND}:{link.id}:person",
        kind=_KIND,
        login_id=login.id,
        person_id=person.id,
        address=person.email,
        subject=letter.subject,
        body=letter.body,
        now=current_services().clock.now(),
    )
