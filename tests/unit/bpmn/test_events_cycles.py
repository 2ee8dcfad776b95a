"""Repeating timers: how often, when, and what a downtime leaves out."""

from datetime import timedelta

import pytest

from .diagrams import ask, boundary, diagram, end, node, start, timer
from .walk import MORNING, Walk

HOUR = timedelta(hours=1)


def reminders(cycle: str) -> str:
    """A task whose edge reminds again and again while it is open."""
    return diagram(
        start()
        + ask("work")
        + boundary("remind", "work", timer(cycle, "timeCycle"), interrupting=False)
        + ask("told")
        + end()
        + end("heard"),
        flows="start>work>end;remind>told>heard",
    )


def due(walk: Walk) -> list[timedelta]:
    """How long after the start each timer is due."""
    return sorted(wait.due_at - MORNING for wait in walk.waits().timers.values())


@pytest.mark.cell("boundaryEvent/timer/cycle/non-interrupting")
def test_a_cycle_at_an_edge_fires_as_often_as_it_says_while_the_activity_goes_on() -> None:
    walk = Walk(diagram=reminders("R3/PT1H"))
    assert walk.start() == ["remind", "work"]
    assert due(walk) == [HOUR]
    assert walk.fire("remind") == ["remind", "told", "work"]
    assert due(walk) == [2 * HOUR]
    assert walk.fire("remind") == ["remind", "told", "told", "work"]
    assert walk.fire("remind") == ["told", "told", "told", "work"]
    assert walk.complete("work") == ["told", "told", "told"]


def test_a_cycle_without_end_stops_with_its_activity() -> None:
    walk = Walk(diagram=reminders("R/PT1H"))
    walk.start()
    for _ in range(5):
        walk.fire("remind")
        assert "remind" in walk.complete("told")
    assert due(walk) == [6 * HOUR]
    assert walk.complete("work") == []
    assert walk.completed


def test_what_a_downtime_missed_counts_and_is_left_out_and_no_lateness_adds_up() -> None:
    walk = Walk(diagram=reminders("R5/PT1H"))
    walk.start()
    walk.later(timedelta(hours=3, minutes=20))
    assert walk.fire("remind") == ["remind", "told", "work"]
    assert due(walk) == [4 * HOUR]
    walk.fire("remind")
    assert due(walk) == [5 * HOUR]
    assert walk.fire("remind") == ["told", "told", "told", "work"]


def test_a_cycle_with_a_first_time_begins_there() -> None:
    walk = Walk(diagram=reminders("R2/2026-03-11T09:00:00-03:00/P1D"))
    walk.start()
    assert due(walk) == [timedelta(days=1)]
    walk.fire("remind")
    assert due(walk) == [timedelta(days=2)]


@pytest.mark.cell("boundaryEvent/timer/cycle/interrupting")
def test_a_cycle_that_interrupts_comes_once() -> None:
    text = diagram(
        start()
        + ask("work")
        + boundary("out", "work", timer("R3/PT1H", "timeCycle"))
        + ask("late")
        + end(),
        flows="start>work>end;out>late>work",
    )
    walk = Walk(diagram=text)
    assert walk.start() == ["out", "work"]
    assert walk.fire("out") == ["late"]
    assert walk.complete("late") == ["out", "work"]
    assert due(walk) == [2 * HOUR]


@pytest.mark.cell("intermediateCatchEvent/timer/cycle")
def test_a_cycle_in_the_flow_is_waited_for_once() -> None:
    text = diagram(
        start()
        + node("intermediateCatchEvent", "wait", timer("R3/PT1H", "timeCycle"))
        + ask()
        + end(),
        flows="start>wait>ask>end",
    )
    walk = Walk(diagram=text)
    assert walk.start() == ["wait"]
    assert walk.fire("wait") == ["ask"]


def test_a_thousand_rounds_leave_nothing_behind() -> None:
    walk = Walk(diagram=reminders("R/PT1H"))
    walk.start()
    sizes = []
    for _ in range(40):
        walk.fire("remind")
        walk.complete("told")
        sizes.append(len(walk.tokens_saved))
    assert max(sizes[20:]) <= max(sizes[:20]) + 20


@pytest.mark.parametrize(("hours", "again"), [(1.5, [HOUR * 2]), (2.5, []), (9.0, [])])
def test_a_cycle_whose_last_times_were_missed_does_not_come_after_them(
    hours: float, again: list[timedelta]
) -> None:
    walk = Walk(diagram=reminders("R2/PT1H"))
    walk.start()
    walk.later(hours * HOUR)
    walk.fire("remind")
    assert due(walk) == again
    assert walk.complete("work") == ["told"]
