"""The types that a decision's columns may have, and how a value is brought to one.

Between JSON and the table: a date is a text outside, and an instant where it is compared.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.durations import parse_duration, parse_instant
from engine.errors import ExpressionError
from engine.expression_functions import type_name

_MIDNIGHT = "T00:00:00+00:00"


class NotOfType(ValueError):
    """A value that is not of its column's type, and cannot be brought to it."""

    def __init__(self, value: object, type_ref: str) -> None:
        super().__init__(f"a {type_name(value)} is no {type_ref}")


def _string(value: Any) -> str:  # noqa: ANN401 — any JSON value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError


def _number(value: Any) -> float:  # noqa: ANN401 — as above
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError  # noqa: TRY004 — caught below as any value that does not fit
    return value if isinstance(value, int | float) else float(value)


def _integer(value: Any) -> int:  # noqa: ANN401 — as above
    number = _number(value)
    if number != int(number):
        raise ValueError
    return int(number)


def _boolean(value: Any) -> bool:  # noqa: ANN401 — as above
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}[value]


def _date(value: Any) -> datetime:  # noqa: ANN401 — as above
    day = date.fromisoformat(str(value).removesuffix(_MIDNIGHT))
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _instant(value: Any) -> datetime:  # noqa: ANN401 — as above
    if "T" not in str(value):
        raise ValueError
    return parse_instant(str(value))


def _duration(value: Any) -> timedelta:  # noqa: ANN401 — as above
    return parse_duration(str(value))


_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    "string": _string,
    "number": _number,
    "double": _number,
    "integer": _integer,
    "long": _integer,
    "boolean": _boolean,
    "date": _date,
    "dateTime": _instant,
    "date and time": _instant,
    "dayTimeDuration": _duration,
    "days and time duration": _duration,
}
#: All that a `typeRef` may say; "Any" and none at all leave a value as it is.
TYPES = frozenset({*_CONVERSIONS, "Any", "any"})


def tested(value: Any, type_ref: str | None) -> Any:  # noqa: ANN401 — as above
    """Return an input's value as the cells of its column test it; null stays null.

    Raises:
        NotOfType: It cannot be brought to the type.
    """
    if value is None or type_ref is None or type_ref not in _CONVERSIONS:
        return value
    try:
        return _CONVERSIONS[type_ref](value)
    except (ValueError, KeyError, TypeError, OverflowError, ExpressionError) as error:
        raise NotOfType(value, type_ref) from error


def answered(value: Any, type_ref: str | None) -> Any:  # noqa: ANN401 — as above
    """Return an output's value as JSON, of its column's type; null stays null.

    Raises:
        NotOfType: As above.
    """
    found = tested(value, type_ref)
    if not isinstance(found, datetime | timedelta):
        return found
    return str(value).removesuffix(_MIDNIGHT) if type_ref == "date" else value
