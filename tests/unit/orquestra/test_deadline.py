from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orquestra.campaign import end_of_day, reminder_offset
from orquestra.errors import InvalidReminder

BRASILIA = ZoneInfo("America/Sao_Paulo")


@given(st.dates(date(1900, 1, 1), date(2100, 12, 30)))
@example(date(2018, 11, 3))  # the next day began at 01:00
@example(date(2018, 11, 4))
@example(date(2018, 2, 17))  # this day's last hour came twice
@example(date(1913, 12, 31))  # local mean time ended
@example(date(1963, 12, 8))
def test_the_end_of_a_day_is_the_first_instant_of_the_next_one(day: date) -> None:
    end = end_of_day(day)
    assert end.utcoffset() == timedelta(0)
    assert end.astimezone(BRASILIA).date() == day + timedelta(days=1)
    assert (end - timedelta(microseconds=1)).astimezone(BRASILIA).date() == day


@given(st.dates(date(1900, 1, 1), date(2100, 12, 29)))
def test_a_later_day_ends_later(day: date) -> None:
    length = end_of_day(day + timedelta(days=1)) - end_of_day(day)
    assert timedelta(hours=22) < length < timedelta(hours=26)


def test_the_seeds_deadlines_end_at_three_in_the_morning_utc() -> None:
    assert end_of_day(date(2020, 2, 16)) == datetime(2020, 2, 17, 3, tzinfo=UTC)
    assert end_of_day(date(2020, 6, 5)) == datetime(2020, 6, 6, 3, tzinfo=UTC)


def test_a_day_under_daylight_saving_time_ends_an_hour_earlier_in_utc() -> None:
    assert end_of_day(date(2018, 12, 31)) == datetime(2019, 1, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("P30D", timedelta(days=30)),
        ("P2W", timedelta(weeks=2)),
        ("PT12H", timedelta(hours=12)),
        ("P1DT1H30M5S", timedelta(days=1, hours=1, minutes=30, seconds=5)),
    ],
)
def test_a_reminder_is_an_iso_8601_duration(text: str, offset: timedelta) -> None:
    assert reminder_offset(text) == offset


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "30D", "P1M", "P1Y", "P0D", "-P1D", "P٣D"])
def test_a_reminder_without_a_fixed_length_is_refused(text: str) -> None:
    with pytest.raises(InvalidReminder):
        reminder_offset(text)
