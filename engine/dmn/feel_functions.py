"""The functions of FEEL that are in our part of it, and what each is in CEL.

A function that is given something of another type gives null, as FEEL's do (DMN 1.3, 10.3.4).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.dmn.feel_tree import Literal
from engine.durations import parse_duration
from engine.errors import ExpressionError
from engine.expression_functions import DURATION, TIMESTAMP

_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})')


@dataclass(frozen=True, slots=True)
class Function:
    """One function.

    Args:
        cel: Its text in CEL, with `{0}` and `{1}` for what it is given.
        types: What each of these must be, as CEL's `type` calls it; None: anything.
        condition: Whether it gives true or false.
    """

    cel: str
    types: tuple[str | None, ...]
    condition: bool = False


FUNCTIONS: Mapping[str, Function] = {
    "contains": Function("{0}.contains({1})", ("string", "string"), condition=True),
    "starts with": Function("{0}.startsWith({1})", ("string", "string"), condition=True),
    "ends with": Function("{0}.endsWith({1})", ("string", "string"), condition=True),
    "list contains": Function("{1} in {0}", ("list", None), condition=True),
    "is defined": Function("{0} != null", (None,), condition=True),
    "string length": Function("size({0})", ("string",)),
    "count": Function("size({0})", ("list",)),
    "modulo": Function("mod({0}, {1})", ("double", "double")),
    "string": Function("string({0})", (None,)),
    "now": Function("now", ()),
}

#: Functions of one text that is written out: they are literals (DMN 1.3, 10.3.3.3).
LITERALS = frozenset({"date", "date and time", "duration"})

#: Longest first, so that "date and time" is not taken for "date".
NAMES = sorted([*FUNCTIONS, *LITERALS], key=len, reverse=True)


def text_literal(text: str, token: str) -> Literal:
    """Return a text that is written out."""
    return Literal(json.dumps(_unescaped(text, token), ensure_ascii=False), "string")


def _unescaped(text: str, token: str) -> str:
    """Return what a text in quotes says."""
    if re.search(r"\\", _ESCAPE.sub("", token)):
        raise ExpressionError(text, f"has an escape in {token} that FEEL does not know.")
    found: str = json.loads(token)
    return found


def time_literal(text: str, name: str, token: str) -> Literal:
    """Return a date, an instant or a duration that is written out.

    A date is the first instant of its day in UTC: it is compared with other dates only.

    Raises:
        ExpressionError: It is none, or an instant without a zone.
    """
    given = _unescaped(text, token)
    if name == "duration":
        parse_duration(given)
        return Literal(f"iso_duration({json.dumps(given)})", DURATION)
    try:
        if name == "date":
            instant = f"{date.fromisoformat(given).isoformat()}T00:00:00Z"
        else:
            found = datetime.fromisoformat(given)
            if found.tzinfo is None:
                raise ExpressionError(text, f"has the time {token} without a zone.")
            instant = found.isoformat()
    except ValueError as error:
        raise ExpressionError(text, f"has {token}, which is no {name}.") from error
    return Literal(f"timestamp({json.dumps(instant)})", TIMESTAMP)
