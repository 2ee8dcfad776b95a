"""Expressions of diagrams: CEL, inside bounds of our own.

CEL (https://cel.dev) cannot import or call out, but its implementation has no bounds: nested
macros take seconds, and a long chain of operators ends the process. So each text is measured
before it is compiled, and its values before it is evaluated. docs/expressions.md says what may be
written, and what numbers mean.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import cel

from engine.errors import ExpressionError
from engine.expression_cost import check_cost
from engine.expression_functions import FUNCTIONS, cel_source
from engine.expression_text import MAX_CHARACTERS, Parts, read
from engine.expression_values import Reading, Result

__all__ = ["MAX_CHARACTERS", "Evaluator", "check", "unwrap", "variables_of"]

_WRAPPED = re.compile(r"^\s*\$\{(.*)\}\s*$", re.DOTALL)

#: What the evaluator raises for an expression that does not fit its values. Where it panics it
#: says ValueError; a warning is one of Python's about a time that it cannot hold.
_FAILURES = (ValueError, TypeError, RuntimeError, ArithmeticError, LookupError, Warning)


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
    _compile(expression)


def variables_of(expression: str) -> tuple[str, ...]:
    """Return the variables that an expression names.

    Raises:
        ExpressionError: It is outside the bounds or does not compile.
    """
    return _compile(expression).names


@dataclass(frozen=True, slots=True)
class _Compiled:
    """An expression that may be evaluated; holds no state."""

    program: cel.Program
    parts: Parts
    names: tuple[str, ...]


@lru_cache(maxsize=8_192)
def _compile(expression: str) -> _Compiled:
    """Compile once for each text."""
    parts = read(expression)
    source = cel_source(expression, parts)
    try:
        program = cel.compile(source)
    except (ValueError, RuntimeError) as error:
        raise ExpressionError(expression, f"does not compile: {_first(error)}") from error
    names = tuple(name for name in program.variables() if name != "now")
    return _Compiled(program, parts, names)


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates expressions at one instant.

    Args:
        now: The command's clock: what `now` means.
    """

    now: datetime

    def evaluate(self, expression: str, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401 — a variable is any JSON value
        """Return the value of an expression; a variable that is missing is null.

        Args:
            expression: The text inside `${…}`.
            variables: The token's data.

        Raises:
            ExpressionError: It is outside the bounds, or failed on these values.
        """
        compiled = _compile(expression)
        reading = Reading(expression)
        values = reading.read(compiled.names, variables)
        check_cost(expression, compiled.parts, weights=reading.weights, longest=reading.longest)
        context = cel.Context(variables={**values, "now": self.now}, functions=dict(FUNCTIONS))
        try:
            return Result(expression).json(compiled.program.execute(context))
        except _FAILURES as error:
            raise ExpressionError(expression, f"failed: {_first(error)}") from error


def _first(error: BaseException) -> str:
    """Return the first line of what the evaluator says: the rest is advice about its own API."""
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:300]
