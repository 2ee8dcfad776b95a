"""The functions of ours that expressions may call, and how a text is made to call them.

Every number of ours is a double, as in JSON. CEL has integers too and mixes the two nowhere, so
numbers are written and handed over as doubles, and CEL's functions that give integers are replaced.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.durations import parse_duration
from engine.errors import ExpressionError
from engine.expression_text import MACROS, MAX_INTEGER, PLAIN_FUNCTIONS, Parts, Token, closing

TIMESTAMP = "google.protobuf.Timestamp"
DURATION = "google.protobuf.Duration"
_TYPES = (
    (bool, "bool"),
    ((int, float), "double"),
    (str, "string"),
    (datetime, TIMESTAMP),
    (timedelta, DURATION),
    (list, "list"),
    (dict, "map"),
)

#: Types whose values have an order.
ORDERED = frozenset({"double", "string", TIMESTAMP, DURATION})

#: A thousand years: longer ones leave the calendar.
MAX_DURATION = timedelta(days=366_000)


def _size(value: Any) -> float:  # noqa: ANN401 — any JSON value
    """Return how many characters a text has, or entries a list or an object."""
    return float(len(value))


def _int(value: Any) -> float:  # noqa: ANN401 — as above
    """Return a number, or one in a text, without its fraction (towards zero)."""
    return float(math.trunc(float(value)))


def _mod(dividend: float, divisor: float) -> float:
    """Return the rest of a division; its sign is the divisor's."""
    return dividend % divisor


def _iso_duration(text: str) -> timedelta:
    """Return an ISO 8601 duration of fixed length (weeks, days, hours, minutes, seconds)."""
    duration = parse_duration(text)
    if duration > MAX_DURATION:
        raise ValueError("a duration over a thousand years")
    return duration


def type_name(value: object) -> str:
    """Return CEL's name of a value's type, as a text: CEL's own is equal to no text."""
    return next((name for kind, name in _TYPES if isinstance(value, kind)), "null_type")


def _comparable(left: object, right: object) -> bool:
    """Whether two values have an order: numbers, texts, instants or durations, both the same."""
    return type_name(left) == type_name(right) and type_name(left) in ORDERED


def _index(value: Any) -> Any:  # noqa: ANN401 — a number or a key
    """Return a whole number as CEL's lists are asked for it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


#: As CEL's context knows them: a name of its own where CEL has another function of ours' name.
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "json_size": _size,
    "json_int": _int,
    "json_index": _index,
    "json_type": type_name,
    "comparable": _comparable,
    "mod": _mod,
    "iso_duration": _iso_duration,
}
_NAMES = {
    "size": "json_size",
    "int": "json_int",
    "type": "json_type",
    "comparable": "comparable",
    "mod": "mod",
    "iso_duration": "iso_duration",
}


def cel_source(expression: str, parts: Parts) -> str:
    """Return the text that CEL compiles.

    Args:
        expression: As it was written, for errors.
        parts: The same in tokens.

    Raises:
        ExpressionError: It calls what is no function here, or holds a number that is no double.
    """
    texts = [_number(expression, token) for token in parts.tokens]
    for place, name in parts.called():
        if name in _NAMES:
            texts[place] = _NAMES[name]
        elif name not in PLAIN_FUNCTIONS | MACROS and name != "in":
            raise ExpressionError(expression, f"calls «{name}», which is no function here.")
    for place in _indexes(parts.tokens):
        texts[place] += "json_index("
        end = closing(parts.tokens, place)
        if end < len(texts):
            texts[end] = ")" + texts[end]
    return " ".join(texts)


def _number(expression: str, token: Token) -> str:
    """Return a token's text, its number as a double."""
    text = token.text
    hexadecimal = text[:2] in {"0x", "0X"}
    if token.kind != "number" or (not hexadecimal and any(sign in text for sign in ".eE")):
        return text
    if text[-1] in "uU":
        raise ExpressionError(expression, f"has the unsigned number «{text}»: leave the u out.")
    value = int(text, 16 if hexadecimal else 10)
    if value > MAX_INTEGER:
        raise ExpressionError(expression, f"holds {text}, beyond 2^53: write it as a text.")
    return f"{value}.0"


def _indexes(tokens: tuple[Token, ...]) -> list[int]:
    """Return the places of the brackets that ask a list or an object for an entry."""
    places = []
    for place, token in enumerate(tokens[1:], start=1):
        before = tokens[place - 1]
        value_before = before.text in {")", "]", "}"} or before.kind == "text"
        value_before |= before.kind == "name" and before.text != "in"
        if token == Token("sign", "[") and value_before:
            places.append(place)
    return places
