import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, select, update

from orquestra import linking, portal_sessions
from orquestra.errors import SessionNotFound
from orquestra.store import tables

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import Base

MINUTE = timedelta(minutes=1)


def test_the_token_itself_is_stored_nowhere(connection: Connection, now: datetime) -> None:
    token, session = portal_sessions.create(connection, kind="anonymous", now=now)
    row = connection.execute(select(tables.portal_session)).one()
    assert token not in str(row)
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert portal_sessions.find(connection, token, now) == session
    for other in (row.token_hash, token + "x", "", "\0"):
        assert portal_sessions.find(connection, other, now) is None


def test_a_session_lives_while_it_is_used(
    connection: Connection, base: "Base", now: datetime
) -> None:
    token, _ = portal_sessions.create(connection, kind="legacy", login_id=base.login(), now=now)
    for minutes in range(0, 12 * 60, 29):
        found = portal_sessions.find(connection, token, now + minutes * MINUTE)
        assert found is not None
        assert found.ended_reason is None


def test_a_session_ends_after_thirty_idle_minutes(
    connection: Connection, base: "Base", now: datetime
) -> None:
    token, _ = portal_sessions.create(connection, kind="legacy", login_id=base.login(), now=now)
    found = portal_sessions.find(connection, token, now + 30 * MINUTE)
    assert found is not None
    assert found.ended_reason is None
    later = now + 60 * MINUTE + timedelta(seconds=1)
    found = portal_sessions.find(connection, token, later)
    assert found is not None
    assert (found.ended_reason, found.ended_at) == ("expirou", later)


def test_a_session_ends_after_twelve_hours_however_busy(
    connection: Connection, base: "Base", now: datetime
) -> None:
    token, _ = portal_sessions.create(connection, kind="legacy", login_id=base.login(), now=now)
    reasons = []
    for minutes in (*range(0, 720, 20), 720, 721):
        found = portal_sessions.find(connection, token, now + minutes * MINUTE)
        assert found is not None
        reasons.append(found.ended_reason)
    assert set(reasons[:-1]) == {None}
    assert reasons[-1] == "expirou"


def test_the_limits_are_what_they_are_set_to(
    connection: Connection, base: "Base", now: datetime
) -> None:
    limits = portal_sessions.Limits(idle=10 * MINUTE, age=15 * MINUTE)
    token, _ = portal_sessions.create(connection, kind="legacy", login_id=base.login(), now=now)
    for minutes, reason in ((9, None), (15, None), (16, "expirou")):
        found = portal_sessions.find(connection, token, now + minutes * MINUTE, limits)
        assert found is not None
        assert found.ended_reason == reason


def test_nobodys_session_outlives_a_long_stay_at_gov_br_and_ends_a_day_after_its_begin(
    connection: Connection, now: datetime
) -> None:
    token, session = portal_sessions.create(connection, kind="anonymous", now=now)
    assert session.ends_at(portal_sessions.Limits(), used_at=now) == now + timedelta(hours=24)
    for hours, reason in ((23, None), (24, None), (25, "expirou")):
        found = portal_sessions.find(connection, token, now + timedelta(hours=hours))
        assert found is not None
        assert found.ended_reason == reason


def test_a_promotion_gives_a_new_token_and_keeps_the_facts(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login()
    old_token, old = portal_sessions.create(
        connection, kind="anonymous", data={"csrf": "x"}, now=now
    )
    new_token = portal_sessions.promote(
        connection, session_id=old.id, kind="legacy", login_id=login_id, now=now
    )
    assert new_token != old_token
    new = portal_sessions.find(connection, new_token, now)
    assert new is not None
    assert (new.kind, new.login_id, new.data) == ("legacy", login_id, {"csrf": "x"})
    gone = portal_sessions.find(connection, old_token, now)
    assert gone is not None
    assert gone.ended_reason == "rodizio"
    with pytest.raises(SessionNotFound):
        portal_sessions.promote(connection, session_id=old.id, kind="anonymous", now=now)


def test_facts_are_kept_while_a_session_is_open(connection: Connection, now: datetime) -> None:
    token, session = portal_sessions.create(connection, kind="anonymous", now=now)
    portal_sessions.save_data(connection, session_id=session.id, data={"a": [1]}, now=now)
    found = portal_sessions.find(connection, token, now)
    assert found is not None
    assert found.data == {"a": [1]}
    assert portal_sessions.end(connection, session.id, "saiu", now)
    assert not portal_sessions.end(connection, session.id, "expirou", now)
    with pytest.raises(SessionNotFound):
        portal_sessions.save_data(connection, session_id=session.id, data={}, now=now)
    found = portal_sessions.find(connection, token, now)
    assert found is not None
    assert found.ended_reason == "saiu"


def test_a_link_ends_every_legacy_session_of_its_login_and_no_other(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id, other_id, person_id = base.login(), base.login(), base.person()
    mine = [
        portal_sessions.create(connection, kind="legacy", login_id=login_id, now=now)[0]
        for _ in range(3)
    ]
    others = portal_sessions.create(connection, kind="legacy", login_id=other_id, now=now)[0]
    persons = portal_sessions.create(connection, kind="person", person_id=person_id, now=now)[0]
    linking.begin(connection, login_id=login_id, person_id=person_id, rule="sem_documento", now=now)
    reasons = connection.scalars(
        select(tables.portal_session.c.ended_reason).where(
            tables.portal_session.c.login_id == login_id
        )
    ).all()
    assert reasons == ["vinculado"] * 3
    for token, reason in [
        *((token, "vinculado") for token in mine),
        (others, None),
        (persons, None),
    ]:
        found = portal_sessions.find(connection, token, now)
        assert found is not None
        assert found.ended_reason == reason


def test_a_legacy_session_that_slips_past_the_link_is_ended_when_it_is_seen(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id, person_id = base.login(), base.person()
    connection.execute(
        update(tables.login)
        .where(tables.login.c.id == login_id)
        .values(state="linking", person_id=person_id, linked_at=now, password_hash=None)
    )
    token, _ = portal_sessions.create(connection, kind="legacy", login_id=login_id, now=now)
    found = portal_sessions.find(connection, token, now)
    assert found is not None
    assert (found.ended_reason, found.ended_at) == ("vinculado", now)
