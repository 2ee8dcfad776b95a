from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, update

from orquestra import consent, notices, staff
from orquestra.errors import (
    LoginInactive,
    LoginUnknown,
    StaffExists,
    WeakPassword,
    WrongPassword,
)
from orquestra.passwords import CHEAP
from orquestra.store import tables

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import Base


def record(connection: Connection, outcome: consent.Outcome, now: datetime) -> bool:
    return consent.record(
        connection,
        attempt_id=7,
        login_id=None,
        person_id=None,
        outcome=outcome,
        detail=None,
        scopes_asked="openid email",
        scopes_granted="",
        now=now,
    )


def test_a_result_of_an_attempt_is_on_record_once(connection: Connection, now: datetime) -> None:
    assert record(connection, "negado", now)
    assert not record(connection, "negado", now + timedelta(hours=1))
    assert record(connection, "expirado", now)
    found = consent.records_of_attempt(connection, 7)
    assert [(r.outcome, r.recorded_at) for r in found] == [("negado", now), ("expirado", now)]


def post(connection: Connection, key: str, now: datetime, login_id: int | None = None) -> bool:
    return notices.post(
        connection,
        key=key,
        kind="lembrete",
        login_id=login_id,
        person_id=None,
        address="b@exemplo.br",
        subject="Lembrete",
        body="Sincronize sua conta.",
        now=now,
    )


def test_a_notice_goes_out_once(connection: Connection, base: "Base", now: datetime) -> None:
    login_id = base.login()
    assert post(connection, "lembrete:1:P30D", now, login_id)
    assert not post(connection, "lembrete:1:P30D", now, login_id)
    assert post(connection, "lembrete:2:P30D", now + timedelta(hours=1))
    assert [notice.key for notice in notices.recent(connection)] == [
        "lembrete:2:P30D",
        "lembrete:1:P30D",
    ]
    (found,) = notices.recent(connection, login_id=login_id)
    assert found.sent_at is None
    assert "exemplo.br" not in repr(found)
    assert notices.mark_sent(connection, key=found.key, now=now)
    assert not notices.mark_sent(connection, key=found.key, now=now)
    assert notices.recent(connection, login_id=login_id)[0].sent_at == now
    assert notices.recent(connection, person_id=999) == []
    assert len(notices.recent(connection, limit=1)) == 1


def test_staff_come_in_with_their_own_password_only(connection: Connection, now: datetime) -> None:
    added = staff.add(
        connection, username="ana", name="Ana", password="senha-da-ana", profile=CHEAP, now=now
    )
    assert staff.authenticate(connection, username=" ana", password="senha-da-ana") == added
    assert staff.load(connection, added.id) == added
    assert staff.load(connection, 999) is None
    with pytest.raises(WrongPassword):
        staff.authenticate(connection, username="ana", password="outra")
    for unknown in ("bia", "", "\0"):
        with pytest.raises(LoginUnknown):
            staff.authenticate(connection, username=unknown, password="senha-da-ana")
    connection.execute(update(tables.staff_member).values(active=False))
    with pytest.raises(LoginInactive):
        staff.authenticate(connection, username="ana", password="senha-da-ana")
    with pytest.raises(WrongPassword):
        staff.authenticate(connection, username="ana", password="outra")


def test_a_staff_account_needs_a_free_name_and_a_password(
    connection: Connection, now: datetime
) -> None:
    staff.add(connection, username="ana", name="Ana", password="x" * 8, profile=CHEAP, now=now)
    with pytest.raises(StaffExists):
        staff.add(connection, username="ana", name="A", password="x" * 8, profile=CHEAP, now=now)
    with pytest.raises(WeakPassword):
        staff.add(connection, username="bia", name="Bia", password="curta", profile=CHEAP, now=now)
