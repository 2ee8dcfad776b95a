"""The one source of time: a system clock, one that is shifted in development, one for tests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """The machine's clock plus an offset kept in a file, for development only.

    Every process of one installation reads the same file, so that all of them move together
    when someone advances the clock to see a deadline fire.

    Args:
        offset_file: Holds the offset in whole seconds; no file means none.
    """

    offset_file: Path

    def now(self) -> datetime:
        """Return the present instant plus the offset, in UTC."""
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        """Return how far this clock runs ahead of the machine's."""
        try:
            text = self.offset_file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return timedelta(0)
        return timedelta(seconds=int(text or 0))

    def advance(self, by: timedelta) -> None:
        """Move the clock forward for every process that reads the file.

        Args:
            by: How far; it is added to the offset that is there.
        """
        seconds = int((self.offset() + by).total_seconds())
        fresh = self.offset_file.with_suffix(".new")
        fresh.write_text(f"{seconds}\n", encoding="ascii")
        fresh.replace(self.offset_file)


@dataclass(slots=True)
class ManualClock:
    """A clock that stands still until a test moves it."""

    instant: datetime = field(default_factory=lambda: datetime(2026, 1, 5, 12, 0, tzinfo=UTC))

    def now(self) -> datetime:
        """Return the instant that was set last."""
        return self.instant

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self.instant += by
