from datetime import UTC, date, datetime

import pytest

from web.formatting import counted, date_br, datetime_br, number_br


def test_an_instant_after_midnight_utc_is_still_the_day_before_in_brasilia() -> None:
    assert date_br(datetime(2020, 2, 17, 2, 59, 59, tzinfo=UTC)) == "16/02/2020"
    assert datetime_br(datetime(2020, 2, 17, 2, 59, 59, tzinfo=UTC)) == "16/02/2020 às 23:59"


def test_a_day_without_a_time_stays_that_day() -> None:
    assert date_br(date(2020, 6, 5)) == "05/06/2020"


def test_nothing_is_written_for_no_instant() -> None:
    assert date_br(None) == ""
    assert datetime_br(None) == ""


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="names no zone"):
        datetime_br(datetime(2020, 2, 17))  # noqa: DTZ001 - the mistake under test


def test_thousands_are_parted_by_points() -> None:
    assert number_br(1234567) == "1.234.567"


def test_a_noun_follows_its_number() -> None:
    assert counted(1, "processo", "processos") == "1 processo"
    assert counted(0, "processo", "processos") == "0 processos"
    assert counted(2000, "processo", "processos") == "2.000 processos"
