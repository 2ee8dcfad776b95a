"""Many timers move in one statement, and back; each row keeps where it was before."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.commands import CompleteUserTask
from engine.errors import Busy, MoveNotFound, MoveNotLast, NothingChosen
from engine.repairs import HoldTimers, ReleaseTimers, SuspendInstance
from engine.store import timer_moves
from engine.store.tables import timer, timer_move
from engine.store.timer_moves import Moved, Preview, Selection, To

from .conftest import PROCESS, Engine, ask, boundary, diagram, end, start
from .conftest import timer as clock

HOUR = timedelta(hours=1)
CAMPAIGN = Selection(group_key="campaign:1")


@pytest.fixture
def campaign(engine: Engine) -> Engine:
    """Three instances of a campaign and one of another, each with a deadline in ten hours."""
    edges = boundary("deadline", "ask", clock("PT10H"), interrupting=False)
    edges += boundary("remind", "ask", clock("PT5H"), interrupting=False)
    engine.deploy(
        diagram(
            start() + ask() + edges + ask("blocked") + ask("reminded") + end(),
            flows="start>ask>end; deadline>blocked>end; remind>reminded>end",
        )
    )
    for number in range(3):
        engine.start(f"login:{number}", group="campaign:1")
    engine.start("login:9", group="campaign:2")
    return engine


def move(engine: Engine, chosen: Selection, to: To) -> Moved:
    """Move timers."""
    with engine.database.begin() as connection:
        return timer_moves.move(
            connection, chosen, to, reason="greve", actor="ana", now=engine.clock.now()
        )


def undo(engine: Engine, moved: Moved) -> int:
    """Move them back."""
    with engine.database.begin() as connection:
        return timer_moves.undo(connection, moved.id, actor="bia", now=engine.clock.now())


def due(engine: Engine) -> list[timedelta]:
    """Read how long after the start each timer is due, in the order of their rows."""
    began = engine.instance("login:9").started_at
    return [row.due_at - began for row in sorted(engine.rows(timer), key=lambda row: row.id)]


def test_a_move_and_its_undoing_leave_every_due_time_as_it_was(campaign: Engine) -> None:
    before = due(campaign)
    deadlines = Selection(group_key="campaign:1", elements=["deadline"])
    moved = move(campaign, deadlines, To(by=24 * HOUR))
    assert moved.timers == 3
    assert sorted(due(campaign)) == [*[5 * HOUR] * 4, 10 * HOUR, *[34 * HOUR] * 3]
    assert undo(campaign, moved) == 3
    assert due(campaign) == before
    assert {(row.due_before_move, row.moved_by) for row in campaign.rows(timer)} == {(None, None)}
    (kept,) = campaign.rows(timer_move)
    assert (kept.reason, kept.actor, kept.undone_by) == ("greve", "ana", "bia")
    assert kept.selection == {"group_key": "campaign:1", "elements": ["deadline"]}
    with pytest.raises(MoveNotFound, match=f"no move {moved.id}"):
        undo(campaign, moved)


def test_what_fired_in_between_stays_fired(campaign: Engine) -> None:
    moved = move(campaign, Selection(elements=["deadline"], process=PROCESS), To(by=-8 * HOUR))
    campaign.clock.advance(2 * HOUR)
    assert campaign.sweep() == 4
    assert undo(campaign, moved) == 0
    campaign.clock.advance(20 * HOUR)
    assert campaign.sweep() == 4, "the reminders; no deadline fires a second time"
    assert campaign.open_tasks().count("blocked") == 4


def test_only_the_last_move_of_a_timer_can_be_undone(campaign: Engine) -> None:
    before = due(campaign)
    first = move(campaign, CAMPAIGN, To(by=HOUR))
    other = move(campaign, Selection(group_key="campaign:2"), To(by=HOUR))
    one = campaign.rows(timer)[0].id
    second = move(campaign, Selection(timer_ids=[one]), To(by=HOUR))
    with pytest.raises(MoveNotLast, match=f"Move {second.id} moved timers of move {first.id}"):
        undo(campaign, first)
    assert undo(campaign, second) == 1
    with pytest.raises(MoveNotLast):
        undo(campaign, first)
    assert undo(campaign, other) == 2
    assert due(campaign) == [*[due + HOUR for due in before[:6]], *before[6:]]


def test_one_timer_moves_to_an_instant_and_back(campaign: Engine) -> None:
    before = due(campaign)
    one = campaign.rows(timer)[2].id
    target = campaign.clock.now() + 100 * HOUR
    moved = move(campaign, Selection(timer_ids=[one]), To(at=target))
    assert {row.id: row.due_at for row in campaign.rows(timer)}[one] == target
    assert campaign.rows(timer_move)[0].due_at == target
    undo(campaign, moved)
    assert due(campaign) == before


def test_a_preview_says_how_many_move_when_and_how_many_fire_at_once(campaign: Engine) -> None:
    now = campaign.clock.now()
    campaign.runtime.execute(
        HoldTimers(
            instance_id=campaign.instance("login:0").id,
            elements=("deadline",),
            reason="",
            actor="ana",
        )
    )
    campaign.runtime.execute(
        SuspendInstance(instance_id=campaign.instance("login:1").id, reason="", actor="ana")
    )
    before = due(campaign)
    with campaign.database.connect() as connection:
        seen = timer_moves.preview(connection, CAMPAIGN, To(by=-5 * HOUR), now=now)
        none = timer_moves.preview(connection, Selection(timer_ids=[0]), To(at=now), now=now)
    assert seen == Preview(
        timers=6, earliest=now, latest=now + 5 * HOUR, due_at_once=2, held=1, paused=2
    )
    assert none == Preview(timers=0, earliest=None, latest=None, due_at_once=0, held=0, paused=0)
    assert due(campaign) == before
    assert campaign.rows(timer_move) == []


def test_a_held_clock_has_more_left_after_a_postponement_and_undoing_takes_it_back(
    campaign: Engine,
) -> None:
    instance_id = campaign.instance("login:0").id
    named = {"instance_id": instance_id, "elements": ("deadline",), "reason": "", "actor": "ana"}
    campaign.clock.advance(4 * HOUR)
    campaign.runtime.execute(HoldTimers(**named))
    deadline = Selection(instance_ids=[instance_id], elements=["deadline"])
    moved = move(campaign, deadline, To(by=HOUR))
    campaign.clock.advance(50 * HOUR)
    campaign.runtime.execute(ReleaseTimers(**named))
    (left,) = _left(campaign, instance_id)
    assert left == 7 * HOUR
    undo(campaign, moved)
    (left,) = _left(campaign, instance_id)
    assert left == 6 * HOUR


def _left(engine: Engine, instance_id: int) -> list[timedelta]:
    """Read what is left of an instance's deadline."""
    return [
        row.due_at - engine.clock.now()
        for row in engine.rows(timer)
        if (row.instance_id, row.element_id) == (instance_id, "deadline")
    ]


def test_a_move_says_of_which_timers_and_where_they_go(campaign: Engine) -> None:
    with pytest.raises(NothingChosen):
        move(campaign, Selection(), To(by=HOUR))
    for wrong in ({}, {"by": HOUR, "at": campaign.clock.now()}, {"by": HOUR / 7_000_000}):
        with pytest.raises(ValueError, match=r"Say by how much|whole seconds"):
            To(**wrong)


def test_a_command_that_waits_too_long_for_a_move_is_told_to_try_again(
    campaign: Engine,
) -> None:
    campaign.runtime.lock_wait = timedelta(milliseconds=50)
    with campaign.database.connect() as connection, connection.begin():
        timer_moves.move(
            connection, CAMPAIGN, To(by=HOUR), reason="", actor="ana", now=campaign.clock.now()
        )
        with pytest.raises(Busy):
            _complete(campaign, "login:1")
    assert _complete(campaign, "login:1") == "completed"


def _complete(engine: Engine, key: str) -> str:
    """Complete an instance's task, which takes its timers along."""
    with engine.database.connect() as connection:
        task = connection.execute(
            text("SELECT id FROM engine.user_task WHERE instance_id = :id AND element_id = 'ask'"),
            {"id": engine.instance(key).id},
        ).scalar_one()
    return engine.runtime.execute(CompleteUserTask(task_id=task, answers={}, actor="ana")).state
