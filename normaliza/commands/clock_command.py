"""`normaliza clock advance`."""

import re
from datetime import timedelta

import click

from engine.clock import ShiftedClock
from normaliza.commands import current_settings
from normaliza.errors import DevelopmentOnly

_DURATION = re.compile(r"(\d{1,6})([dhms])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


@click.group("clock")
def command() -> None:
    """Move the program's clock, in development."""


@command.command("advance")
@click.argument("duration")
def advance(duration: str) -> None:
    """Move the clock ahead by DURATION (30d, 12h, 5m, 10s), for all processes at once."""
    settings = current_settings()
    if not settings.development:
        raise DevelopmentOnly(
            "With NORMALIZA_ENV=production the clock is the machine's; it cannot be advanced."
        )
    settings.home.mkdir(parents=True, exist_ok=True)
    clock = ShiftedClock(settings.clock_offset_file)
    clock.advance(_parse(duration))
    click.echo(f"It is now {clock.now().isoformat(timespec='seconds')}")


def _parse(duration: str) -> timedelta:
    """Read a duration as it is typed."""
    read = _DURATION.fullmatch(duration)
    if read is None:
        raise click.BadParameter(f"{duration!r} is not a number with d, h, m or s: write 30d.")
    return timedelta(**{_UNITS[read.group(2)]: int(read.group(1))})
