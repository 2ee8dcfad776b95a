"""A deadline is a day on the screens and an instant to the timers; here one becomes the other."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orquestra.errors import InvalidReminder

#: Where Inmetro's days begin and end.
ZONE_NAME = "America/Sao_Paulo"

_DURATION = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,4})W)?(?:([0-9]{1,4})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,4})H)?(?:([0-9]{1,4})M)?(?:([0-9]{1,4})S)?)?"
)


def end_of_day(deadline_on: date) -> datetime:
    """Give the first instant after a day in Brasília, when what was allowed on that day ends.

    Until 2019 daylight saving time began at midnight, so that some days began at 01:00; the
    transition itself is then the first instant, which is what `fold=0` answers (PEP 495).

    Args:
        deadline_on: The last day.

    Returns:
        The instant, in UTC.
    """
    midnight = datetime.combine(
        deadline_on + timedelta(days=1), time(0), tzinfo=ZoneInfo(ZONE_NAME)
    )
    return midnight.astimezone(UTC)


def reminder_offset(text: str) -> timedelta:
    """Read a reminder's ISO 8601 duration; months and years have no fixed length and are refused.

    Args:
        text: As in `P30D` or `PT12H`.

    Returns:
        How long before the deadline the reminder goes out.

    Raises:
        InvalidReminder: Another text, or no time at all.
    """
    shape = _DURATION.fullmatch(text)
    weeks, days, hours, minutes, seconds = (
        (int(part or 0) for part in shape.groups()) if shape else (0, 0, 0, 0, 0)
    )
    offset = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not offset:
        raise InvalidReminder(
            "A reminder is an ISO 8601 duration before the deadline, for example P30D or PT12H."
        )
    return offset
