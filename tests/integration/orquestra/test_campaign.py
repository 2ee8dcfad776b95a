from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, select, update

from orquestra import campaign
from orquestra.errors import (
    CampaignExists,
    CampaignNotFound,
    InvalidDeadline,
    InvalidReminder,
    InvalidText,
)
from orquestra.store import tables

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import Base

DAY = timedelta(days=1)


def opened(connection: Connection, now: datetime, name: str = "Fase 2") -> campaign.Campaign:
    return campaign.open_campaign(
        connection,
        name=name,
        opens_at=now,
        deadline_on=date(2026, 4, 30),
        reminders=["P1D", "P30D", "PT12H"],
        now=now,
    )


def test_a_campaign_ends_with_its_last_day_in_brasilia(
    connection: Connection, now: datetime
) -> None:
    assert campaign.current(connection, now) is None
    found = opened(connection, now)
    assert found.deadline_at == datetime(2026, 5, 1, 3, tzinfo=UTC)
    assert found.reminders == ("P30D", "P1D", "PT12H")
    assert campaign.load(connection, found.id) == found == campaign.current(connection, now)
    assert campaign.current(connection, now - DAY) is None
    assert campaign.current(connection, now + 365 * DAY) == found


def test_a_campaign_that_cannot_be_is_refused(connection: Connection, now: datetime) -> None:
    opened(connection, now)
    with pytest.raises(CampaignExists):
        opened(connection, now)
    fine = {"name": "Outra", "opens_at": now, "deadline_on": date(2026, 4, 30), "reminders": []}
    for wrong, error in (
        ({"name": "  "}, InvalidText),
        ({"deadline_on": date(2026, 3, 9)}, InvalidDeadline),
        ({"opens_at": datetime(2026, 5, 1, 3, tzinfo=UTC)}, InvalidDeadline),
        ({"reminders": ["P1M"]}, InvalidReminder),
    ):
        with pytest.raises(error):
            campaign.open_campaign(connection, **(fine | wrong), now=now)  # type: ignore[arg-type]
    with pytest.raises(CampaignNotFound):
        campaign.load(connection, 999)


def test_the_day_of_the_deadline_itself_has_not_ended(
    connection: Connection, now: datetime
) -> None:
    found = campaign.open_campaign(
        connection, name="Hoje", opens_at=now, deadline_on=now.date(), reminders=[], now=now
    )
    assert found.deadline_at > now


def test_every_active_legacy_login_is_enrolled_once(
    connection: Connection, base: "Base", now: datetime
) -> None:
    first, second = base.login(), base.login()
    base.login(active=False)
    linked = base.login()
    connection.execute(
        update(tables.login)
        .where(tables.login.c.id == linked)
        .values(state="linked", person_id=base.person(), linked_at=now, password_hash=None)
    )
    found = opened(connection, now)
    assert list(campaign.logins_to_enrol(connection, found.id)) == [first, second]
    assert campaign.mark_enrolled(connection, campaign_id=found.id, login_ids=[first]) == 1
    assert list(campaign.logins_to_enrol(connection, found.id)) == [second]
    assert campaign.mark_enrolled(connection, campaign_id=found.id, login_ids=[first, second]) == 1
    assert list(campaign.logins_to_enrol(connection, found.id)) == []
    with pytest.raises(CampaignNotFound):
        list(campaign.logins_to_enrol(connection, 999))


def test_a_block_holds_the_clocks_of_the_logins_own_open_tasks(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id, other_id = base.login(campaign_id=base.campaign(now)), base.login()
    process = base.process(login_id)
    held = base.task(process, login_id, expires_at=now + 10 * DAY)
    late = base.task(process, login_id, expires_at=now - DAY)
    # The longest that a file may name: more seconds than a 32-bit integer holds.
    far = base.task(process, login_id, expires_at=datetime(2199, 12, 31, tzinfo=UTC))
    untouched = [
        base.task(process, login_id, expires_at=None),
        base.task(process, login_id, concluded_at=now, expires_at=now + DAY),
        base.task(process, other_id, expires_at=now + DAY),
        base.task(process, None, expires_at=now + DAY),
    ]
    assert campaign.block(connection, login_id=login_id, now=now)
    assert not campaign.block(connection, login_id=login_id, now=now + DAY)
    assert base.row(tables.login, login_id).blocked_at == now
    seconds = [base.row(tables.open_task, task).held_seconds for task in (held, late)]
    assert seconds == [10 * 86_400, -86_400]
    for task in untouched:
        assert base.row(tables.open_task, task).held_seconds is None
    later = now + 30 * DAY
    assert campaign.unblock(connection, login_id=login_id, now=later)
    assert not campaign.unblock(connection, login_id=login_id, now=later)
    row = base.row(tables.open_task, held)
    assert (row.expires_at, row.held_seconds) == (later + 10 * DAY, None)
    assert base.row(tables.open_task, late).expires_at == later - DAY
    moved = datetime(2199, 12, 31, tzinfo=UTC) + 30 * DAY
    assert base.row(tables.open_task, far).expires_at == moved


def test_a_login_whose_deadline_has_not_come_is_not_blocked(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login(campaign_id=base.campaign(now + timedelta(seconds=1)))
    assert not campaign.block(connection, login_id=login_id, now=now)
    assert campaign.block(connection, login_id=login_id, now=now + timedelta(seconds=1))


def test_a_postponement_is_kept_and_opens_everything_that_was_blocked(
    connection: Connection, base: "Base", now: datetime
) -> None:
    campaign_id = base.campaign(now, deadline_on=date(2026, 3, 9))
    elsewhere = base.login(campaign_id=base.campaign(now))
    logins, tasks = [], []
    for _ in range(3):
        logins.append(base.login(campaign_id=campaign_id))
        tasks.append(base.task(base.process(logins[-1]), logins[-1], expires_at=now + 7 * DAY))
    for login_id in (*logins, elsewhere):
        assert campaign.block(connection, login_id=login_id, now=now)
    later = now + 20 * DAY
    old, new = campaign.postpone(
        connection,
        campaign_id=campaign_id,
        new_deadline_on=date(2026, 6, 5),
        reason=" Prorrogado ",
        actor="staff:1",
        now=later,
    )
    assert (old.deadline_on, old.deadline_at) == (date(2026, 3, 9), now)
    assert (new.deadline_on, new.deadline_at) == (
        date(2026, 6, 5),
        datetime(2026, 6, 6, 3, tzinfo=UTC),
    )
    assert campaign.load(connection, campaign_id) == new
    for login_id, task in zip(logins, tasks, strict=True):
        assert base.row(tables.login, login_id).blocked_at is None
        row = base.row(tables.open_task, task)
        assert (row.expires_at, row.held_seconds) == (later + 7 * DAY, None)
    assert base.row(tables.login, elsewhere).blocked_at == now
    history = connection.execute(select(tables.campaign_deadline_change)).one()
    assert (history.old_deadline_on, history.new_deadline_on) == (old.deadline_on, new.deadline_on)
    assert (history.reason, history.actor, history.changed_at) == ("Prorrogado", "staff:1", later)


@pytest.mark.parametrize(
    ("day", "reason", "error", "text"),
    [
        (date(2026, 3, 9), "motivo", InvalidDeadline, "2026-03-09 has ended"),
        (date(2026, 4, 30), "motivo", InvalidDeadline, "already"),
        (date(2026, 6, 5), "  ", InvalidText, "reason"),
    ],
)
def test_a_postponement_that_makes_no_sense_is_refused_and_changes_nothing(
    connection: Connection,
    now: datetime,
    *,
    day: date,
    reason: str,
    error: type[Exception],
    text: str,
) -> None:
    found = opened(connection, now)
    with pytest.raises(error, match=text):
        campaign.postpone(
            connection,
            campaign_id=found.id,
            new_deadline_on=day,
            reason=reason,
            actor="staff:1",
            now=now,
        )
    assert campaign.load(connection, found.id) == found
    assert connection.execute(select(tables.campaign_deadline_change)).all() == []


def test_a_campaign_that_is_not_there_is_not_postponed(
    connection: Connection, now: datetime
) -> None:
    with pytest.raises(CampaignNotFound):
        campaign.postpone(
            connection,
            campaign_id=999,
            new_deadline_on=date(2026, 6, 5),
            reason="motivo",
            actor="staff:1",
            now=now,
        )
