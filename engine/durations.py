"""Dates and durations as diagrams write them (ISO 8601), and what they mean here."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.errors import ExpressionError

#: A date alone means the end of that day there.
LOCAL_ZONE = ZoneInfo("America/Sao_Paulo")

_DURATION = re.compile(
    r"^P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def parse_duration(text: str) -> timedelta:
    """Return an ISO 8601 duration of fixed length.

    Years and months are refused: how long they are depends on when they start.

    Args:
        text: For example `P7D`, `PT30M` or `P1DT12H`.

    Raises:
        ExpressionError: It is no such duration.
    """
    match = _DURATION.match(text.strip())
    if match is None or text.strip() == "P":
        raise ExpressionError(text, "is no duration of weeks, days, hours, minutes and seconds.")
    try:
        return timedelta(**{unit: float(value) for unit, value in match.groupdict("0").items()})
    except OverflowError as error:
        raise ExpressionError(text, "is longer than any duration that is kept here.") from error


def parse_instant(text: str) -> datetime:
    """Return the instant that a date, or a date with time and zone, stands for.

    Args:
        text: `2026-02-16` (the end of that day in America/Sao_Paulo: the first instant of the
            next) or `2026-02-16T12:00:00-03:00`.

    Raises:
        ExpressionError: It is neither, or a time without a zone.
    """
    stripped = text.strip()
    try:
        if _DATE.match(stripped):
            next_day = date.fromisoformat(stripped) + timedelta(days=1)
            return datetime.combine(next_day, time(), LOCAL_ZONE).astimezone(UTC)
        instant = datetime.fromisoformat(stripped)
    except ValueError:
        raise ExpressionError(text, "is no ISO 8601 date.") from None
    if instant.tzinfo is None:
        raise ExpressionError(
            text, "has a time but no zone: write it as 2026-02-16T12:00:00-03:00."
        )
    return instant.astimezone(UTC)
