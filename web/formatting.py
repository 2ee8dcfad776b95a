"""How the pages write dates, times and numbers: Brazilian, in the time of Brasília.

The database keeps UTC; a deadline "23:59:59 of the day" means America/Sao_Paulo.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

ZONE = ZoneInfo("America/Sao_Paulo")


def date_br(moment: date | datetime | None) -> str:
    """Write a day as dd/mm/aaaa.

    Args:
        moment: A day, or an aware instant, which is first brought to the time of Brasília.

    Returns:
        The text; empty for None.

    Raises:
        ValueError: The instant names no zone, so nobody can say which day it is.
    """
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = _in_brasilia(moment)
    return moment.strftime("%d/%m/%Y")


def datetime_br(moment: datetime | None) -> str:
    """Write an instant as dd/mm/aaaa às hh:mm, in the time of Brasília.

    Args:
        moment: An aware instant.

    Returns:
        The text; empty for None.

    Raises:
        ValueError: The instant names no zone.
    """
    return "" if moment is None else _in_brasilia(moment).strftime("%d/%m/%Y às %H:%M")


def number_br(number: int) -> str:
    """Write a whole number with points between the thousands.

    Args:
        number: The number.

    Returns:
        The text: 1234567 becomes "1.234.567".
    """
    return f"{number:,}".replace(",", ".")


def counted(number: int, one: str, many: str) -> str:
    """Write a number with its noun in the right form.

    Args:
        number: How many.
        one: The noun for one.
        many: The noun for none or several.

    Returns:
        The text: "1 processo", "2 processos".
    """
    return f"{number_br(number)} {one if number == 1 else many}"


def register(app: Flask) -> None:
    """Give an application's templates these filters.

    Args:
        app: The application.
    """
    for filter_ in (date_br, datetime_br, number_br, counted):
        app.add_template_filter(filter_)


def _in_brasilia(moment: datetime) -> datetime:
    """Bring an instant to the time of Brasília."""
    if moment.tzinfo is None:
        raise ValueError(f"the instant {moment.isoformat()} names no zone: give an aware one")
    return moment.astimezone(ZONE)
