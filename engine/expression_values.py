"""Values on their way into an expression and out of it: JSON on our side, doubles on CEL's."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.errors import ExpressionError
from engine.expression_text import MAX_INTEGER

MAX_DEPTH = 30
MAX_INPUT_WEIGHT = 20_000
MAX_TEXT_RESULT = 10_000
MAX_RESULT_VALUES = 10_000
MAX_RESULT_CHARACTERS = 100_000

#: Characters that cost as much as one value.
_CHARACTERS = 128


def weigh(value: Any) -> int:  # noqa: ANN401 — any JSON value
    """Return how many values a value is; counting stops beyond what any expression may read."""
    weight, ahead = 0, [value]
    while ahead and weight <= MAX_INPUT_WEIGHT:
        each = ahead.pop()
        weight += 1 + (len(each) // _CHARACTERS if isinstance(each, str) else 0)
        if isinstance(each, Mapping):
            ahead += each.values()
        elif isinstance(each, list | tuple):
            ahead += each
    return weight


@dataclass(slots=True)
class Reading:
    """Makes one expression's variables ready for CEL, and weighs them.

    Args:
        expression: For errors.
        weights: Of each variable: its values, and its texts by length.
        longest: Entries of the longest list or object in them.
    """

    expression: str
    weights: dict[str, int] = field(default_factory=dict)
    longest: int = 0
    _weight: int = 0
    _name: str = ""

    def read(self, names: Iterable[str], variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the variables that are read, numbers as doubles; one that is missing is null.

        Raises:
            ExpressionError: One is too large or too deep, or holds what JSON does not.
        """
        values = {}
        for name in names:
            self._name, before = name, self._weight
            values[name] = self._double(variables.get(name), 0)
            self.weights[name] = self._weight - before
        return values

    def _double(self, value: Any, depth: int) -> Any:  # noqa: ANN401 — any JSON value
        """Return one value as CEL is given it."""
        self._weight += 1 + (len(value) // _CHARACTERS if isinstance(value, str) else 0)
        if self._weight > MAX_INPUT_WEIGHT:
            raise self._refused(f"holds over {MAX_INPUT_WEIGHT} values with all that is read.")
        if depth > MAX_DEPTH:
            raise self._refused(f"is over {MAX_DEPTH} levels deep.")
        if value is None or isinstance(value, bool | str | datetime | timedelta):
            return value
        if isinstance(value, int | float):
            return self._number(value)
        if isinstance(value, Mapping):
            self.longest = max(self.longest, len(value))
            return {str(key): self._double(each, depth + 1) for key, each in value.items()}
        if isinstance(value, list | tuple):
            self.longest = max(self.longest, len(value))
            return [self._double(each, depth + 1) for each in value]
        raise self._refused(f"is a {type(value).__name__}, which JSON does not know.")

    def _number(self, value: Any) -> float:  # noqa: ANN401 — an integer or a double
        """Return a number as a double, if it is the same one."""
        if isinstance(value, int) and abs(value) > MAX_INTEGER:
            raise self._refused("is beyond 2^53: keep it as a text.")
        return float(value)

    def _refused(self, reason: str) -> ExpressionError:
        return ExpressionError(self.expression, f"reads «{self._name}», which {reason}")


@dataclass(slots=True)
class Result:
    """Makes what CEL gave JSON again, within the caps."""

    expression: str
    _values: int = 0
    _characters: int = 0

    def json(self, value: Any, depth: int = 0) -> Any:  # noqa: ANN401 — any value of CEL's
        """Return a result: whole numbers without a fraction, times and durations as ISO 8601.

        Raises:
            ExpressionError: It is over a cap, or JSON has nothing for it.
        """
        self._values += 1
        if self._values > MAX_RESULT_VALUES:
            raise self._refused(f"over {MAX_RESULT_VALUES} values")
        if depth > MAX_DEPTH:
            raise self._refused(f"values over {MAX_DEPTH} levels deep")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, list):
            return [self.json(each, depth + 1) for each in value]
        if isinstance(value, dict):
            return {self._key(key): self.json(each, depth + 1) for key, each in value.items()}
        return self._number(value) if isinstance(value, int | float) else self._text(value)

    def _number(self, value: float) -> float:
        """Return a number that JSON has; as an integer where it is one."""
        if not math.isfinite(value):
            raise self._refused("no number (a division by zero, or one that is too large)")
        if value == int(value) and abs(value) <= MAX_INTEGER:
            return int(value)
        return value

    def _text(self, value: Any) -> str:  # noqa: ANN401 — as above
        """Return a text, or what is written as one."""
        if isinstance(value, datetime):
            value = value.astimezone(UTC).isoformat()
        elif isinstance(value, timedelta):
            value = _iso_duration(value)
        if not isinstance(value, str):
            raise self._refused(f"a {type(value).__name__}, which JSON does not know")
        self._characters += len(value)
        if len(value) > MAX_TEXT_RESULT:
            raise self._refused(f"a text over {MAX_TEXT_RESULT} characters")
        if self._characters > MAX_RESULT_CHARACTERS:
            raise self._refused(f"texts over {MAX_RESULT_CHARACTERS} characters together")
        return value

    def _key(self, key: Any) -> str:  # noqa: ANN401 — as above
        if not isinstance(key, str):
            raise self._refused("an object whose keys are no texts")
        return self._text(key)

    def _refused(self, what: str) -> ExpressionError:
        return ExpressionError(self.expression, f"gave {what}.")


def _iso_duration(value: timedelta) -> str:
    """Return a duration in seconds, without a fraction where it has none."""
    whole, micro = divmod(value // timedelta(microseconds=1), 1_000_000)
    return f"PT{whole}S" if not micro else f"PT{whole}.{micro:06d}".rstrip("0") + "S"
