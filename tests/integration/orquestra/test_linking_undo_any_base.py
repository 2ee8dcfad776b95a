"""Link then undo on drawn bases: however the work lies, every row is as it was."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orquestra import campaign, linking
from orquestra.store import tables

from .snapshots import snapshot
from .test_linking_undo import link, message, staff_member, undo

if TYPE_CHECKING:
    from .conftest import Base

_LOGINS = 3
_LOGIN = st.integers(0, _LOGINS - 1)
_DAYS = st.integers(-40, 40)
_TASK = st.fixed_dictionaries(
    {
        "login": st.none() | _LOGIN,
        "expires_in": st.none() | _DAYS,
        "concluded": st.booleans(),
    }
)
_PROCESS = st.fixed_dictionaries(
    {
        "login": _LOGIN,
        "situation": st.sampled_from(["em_andamento", "concluido"]),
        "tasks": st.lists(_TASK, max_size=3),
        "messages": st.lists(_LOGIN, max_size=2),
    }
)
_BASE = st.fixed_dictionaries(
    {
        "processes": st.lists(_PROCESS, max_size=5),
        "blocked": st.sets(_LOGIN),
        # Who has which login before: 0 the person of the link to come, 1 another one.
        "linked": st.dictionaries(st.integers(1, _LOGINS - 1), st.integers(0, 1)),
        "batches": st.integers(0, 9),
        "undone_after_days": st.integers(0, 40),
    }
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=_BASE)
def test_link_then_undo_leaves_any_base_as_it_was(base: "Base", drawn: dict[str, Any]) -> None:
    with base.connection.begin_nested() as savepoint:
        login_id, person_id, staff_id = _write(base, drawn)
        before = snapshot(base.connection)
        done = link(base.connection, login_id, person_id, base.now, batches=drawn["batches"])
        later = base.now + timedelta(days=drawn["undone_after_days"])
        undo(base.connection, done.id, staff_id, later)
        assert snapshot(base.connection) == before
        assert linking.link_of_login(base.connection, login_id) is None
        savepoint.rollback()


def _write(base: "Base", drawn: dict[str, Any]) -> tuple[int, int, int]:
    """Write a drawn base; answers with the login, the person and the staff member to come."""
    past = base.now - timedelta(days=50)
    deadline = base.campaign(base.now - timedelta(days=9))
    hashed = {"password_hash": None, "password_format": None}
    logins = [base.login(campaign_id=deadline, **hashed) for _ in range(_LOGINS)]
    people = [base.person(1), base.person(2)]
    for process in drawn["processes"]:
        _process(base, logins, process, past)
    for number in sorted(drawn["blocked"]):
        campaign.block(base.connection, login_id=logins[number], now=base.now - timedelta(days=8))
    for number, holder in sorted(drawn["linked"].items()):
        link(base.connection, logins[number], people[holder], past)
    return logins[0], people[0], staff_member(base.connection, "ana", base.now)


def _process(base: "Base", logins: list[int], drawn: dict[str, Any], past: datetime) -> None:
    """Write a process with its tasks and messages."""
    process_id = base.process(logins[drawn["login"]], drawn["situation"])
    for task in drawn["tasks"]:
        login_id = logins[task["login"]] if task["login"] is not None else None
        days = task["expires_in"]
        base.task(
            process_id,
            login_id,
            expires_at=base.now + timedelta(days=days) if days is not None else None,
            concluded_at=past if task["concluded"] else None,
            concluded_by=f"login:{login_id}" if task["concluded"] else None,
        )
    for author in drawn["messages"]:
        message(base.connection, process_id, f"login:{logins[author]}", past)


def test_the_drawn_bases_hold_held_clocks(base: "Base") -> None:
    drawn = {
        "processes": [
            {
                "login": 0,
                "situation": "em_andamento",
                "tasks": [{"login": 0, "expires_in": 5, "concluded": False}],
                "messages": [],
            }
        ],
        "blocked": {0},
        "linked": {1: 0},
    }
    _write(base, drawn)
    row = base.connection.execute(tables.open_task.select()).one()
    assert row.held_seconds is not None
