"""Dates and durations as diagrams write them (ISO 8601), and what they mean here."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.errors import ExpressionError

#: A date alone means the end of that day there.
LOCAL_ZONE = ZoneInfo("America/Sao_Paulo")

_DURATION = re.compile(
    r"^P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)
_CYCLE = re.compile(r"^R(?P<times>\d{0,6})/(?:(?P<start>\d[^/]*)/)?(?P<every>P[^/]*)$")
#: Each round is a command: what comes faster is no deadline but a loop.
SHORTEST_CYCLE = timedelta(seconds=1)
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Cycle:
    """A repeating interval (ISO 8601, 5.6).

    Args:
        times: How often it comes; None for without end.
        start: The first time; None: one interval after the arrival.
        every: The time between two.
    """

    times: int | None
    start: datetime | None
    every: timedelta

    def first(self, now: datetime) -> datetime:
        """Return the first time for who arrives now; times that are past already are left out."""
        if self.start is None:
            return now + self.every
        return self.start if self.start >= now else self.start + self.every * self._past(now)

    def following(self, last: datetime, now: datetime) -> tuple[datetime, int]:
        """Return the time after one that has come, and how many were missed meanwhile.

        It counts from when the last one was due, so that no lateness adds up.

        Args:
            last: When the last one was due.
            now: The instant; times that are past by now are missed.
        """
        following = last + self.every
        missed = max(0, math.ceil((now - following) / self.every))
        return following + missed * self.every, missed

    def _past(self, now: datetime) -> int:
        """Return how many times lie before an instant."""
        return math.ceil((now - (self.start or now)) / self.every)


def parse_cycle(text: str) -> Cycle:
    """Return a repeating interval.

    Args:
        text: `R3/PT10M` (three times), `R/P1D` (without end) or `R5/2026-02-16T12:00:00-03:00/P7D`
            (five times, the first at that instant).

    Raises:
        ExpressionError: It is none, or its interval is no time at all.
    """
    match = _CYCLE.match(text.strip())
    if match is None:
        raise ExpressionError(text, "is no repeating interval: write it as R3/PT10M or R/P1D.")
    every = parse_duration(match["every"])
    if every < SHORTEST_CYCLE:
        raise ExpressionError(text, f"repeats faster than each {SHORTEST_CYCLE.seconds} seconds.")
    return Cycle(
        times=int(match["times"]) if match["times"] else None,
        start=parse_instant(match["start"]) if match["start"] else None,
        every=every,
    )
