"""Durations, instants and clocks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.clock import ShiftedClock
from engine.durations import parse_duration, parse_instant
from engine.errors import ExpressionError


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P7D", timedelta(days=7)),
        ("P2W", timedelta(weeks=2)),
        ("PT30M", timedelta(minutes=30)),
        ("P1DT12H", timedelta(hours=36)),
        ("PT0.5S", timedelta(milliseconds=500)),
    ],
)
def test_a_duration_of_fixed_length_is_read(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "P", "PT", "P1M", "P1Y", "1D", "P-1D", "P1DT", "R3/PT1S"])
def test_what_is_no_duration_of_fixed_length_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_duration(text)


def test_a_date_alone_is_the_end_of_that_day_in_sao_paulo() -> None:
    assert parse_instant("2026-02-16") == datetime(2026, 2, 17, 3, 0, tzinfo=UTC)


def test_a_time_with_a_zone_is_that_instant() -> None:
    assert parse_instant("2026-02-16T12:00:00-03:00") == datetime(2026, 2, 16, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-02-16T12:00:00", "2026-02-30", "tomorrow", ""])
def test_a_time_without_a_zone_or_no_date_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_instant(text)


def test_a_shifted_clock_moves_for_everyone_who_reads_its_file(tmp_path: Path) -> None:
    one, other = ShiftedClock(tmp_path / "offset"), ShiftedClock(tmp_path / "offset")
    assert one.offset() == timedelta(0)
    one.advance(timedelta(days=2))
    one.advance(timedelta(hours=1))
    assert other.offset() == timedelta(days=2, hours=1)
    ahead = other.now() - datetime.now(UTC)
    assert timedelta(days=2, minutes=59) < ahead <= timedelta(days=2, hours=1)
    assert other.now().tzinfo is UTC
