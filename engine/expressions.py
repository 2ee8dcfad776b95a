"""Expressions of diagrams: CEL, inside bounds of our own.

CEL (https://cel.dev) cannot import or call out, but its implementation has no bounds: nested
macros take seconds, and a long chain of operators ends the process. So each text is measured
before it is compiled. docs/expressions.md says what may be written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import cel

from engine.durations import parse_duration
from engine.errors import ExpressionError

MAX_CHARACTERS = 1_000
MAX_MACROS = 2
MAX_NESTING = 30
MAX_TEXT_RESULT = 10_000

_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
_MACRO = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(")
_WRAPPED = re.compile(r"^\s*\$\{(.*)\}\s*$", re.DOTALL)

#: Names that stand for our functions, never for variables.
FUNCTIONS = frozenset({"iso_duration"})


def unwrap(text: str) -> str | None:
    """Return what stands inside `${…}`, or None where the text is a plain literal."""
    match = _WRAPPED.match(text)
    return match.group(1).strip() if match else None


def check(expression: str) -> None:
    """Refuse an expression that is outside the bounds or does not compile.

    Args:
        expression: The text inside `${…}`.

    Raises:
        ExpressionError: Says which bound, or what the compiler said.
    """
    if len(expression) > MAX_CHARACTERS:
        raise ExpressionError(expression, f"is longer than {MAX_CHARACTERS} characters.")
    bare = _STRING.sub("''", expression)
    if bare.count("(") + bare.count("[") + bare.count("{") > MAX_NESTING:
        raise ExpressionError(expression, f"opens more than {MAX_NESTING} brackets.")
    _check_macros(expression, bare)
    _compile(expression)


def _check_macros(expression: str, bare: str) -> None:
    """Allow two macro calls at most, none inside another: each one multiplies the work."""
    starts = [match.end() for match in _MACRO.finditer(bare)]
    if len(starts) > MAX_MACROS:
        raise ExpressionError(expression, f"calls more than {MAX_MACROS} macros.")
    for start in starts:
        if _MACRO.search(bare[start : _closing(bare, start)]):
            raise ExpressionError(expression, "calls a macro inside another.")


def _closing(text: str, start: int) -> int:
    """Return where the bracket opened just before `start` closes."""
    depth = 1
    for position in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return position
    return len(text)


@lru_cache(maxsize=4_096)
def _compile(expression: str) -> cel.Program:
    """Compile once for each text; the program holds no state."""
    try:
        return cel.compile(expression)
    except (ValueError, RuntimeError) as error:
        raise ExpressionError(expression, f"does not compile: {error}") from error


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates expressions at one instant.

    Args:
        now: The command's clock: what `now` means.
    """

    now: datetime
    functions: Mapping[str, Any] = field(default_factory=lambda: {"iso_duration": _iso_duration})

    def evaluate(self, expression: str, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401 — a variable is any JSON value
        """Return the value of an expression; a variable that is missing is null.

        Args:
            expression: The text inside `${…}`.
            variables: The token's data.

        Raises:
            ExpressionError: It is outside the bounds, or failed on these values.
        """
        check(expression)
        program = _compile(expression)
        values = {name: variables.get(name) for name in program.variables()}
        context = cel.Context(variables={**values, "now": self.now}, functions=dict(self.functions))
        try:
            return _bounded(expression, program.execute(context))
        except (ValueError, TypeError, RuntimeError, ArithmeticError, KeyError) as error:
            raise ExpressionError(expression, f"failed: {error}") from error


def _bounded(expression: str, value: Any) -> Any:  # noqa: ANN401 — as above
    """Refuse a text result over the cap; give times and durations back as ISO 8601."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():g}S"
    if isinstance(value, str) and len(value) > MAX_TEXT_RESULT:
        raise ExpressionError(expression, f"gave a text over {MAX_TEXT_RESULT} characters.")
    return value


def _iso_duration(text: str) -> timedelta:
    """Return an ISO 8601 duration of fixed length (weeks, days, hours, minutes, seconds)."""
    return parse_duration(text)
