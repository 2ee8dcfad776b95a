"""Our part of FEEL, from its text to the CEL that is evaluated.

Decision tables and the conditions of forms are written in it; docs/decision-tables.md says what
may be written.
"""

from collections.abc import Callable

from engine import expressions
from engine.dmn import feel_cel, feel_parser, feel_tests
from engine.dmn.cel_text import Cel
from engine.dmn.feel_tree import Tested
from engine.errors import ExpressionError


def cell(text: str) -> str | None:
    """Return the CEL of a cell's unary tests; None where every value passes.

    Args:
        text: As the table's editor writes it: `-`, `"a","b"`, `[1..5[`, `not(< 3)`.

    Raises:
        ExpressionError: It is not in our part of FEEL, or too long in CEL.
    """
    tests = feel_parser.unary_tests(text)
    return _checked(text, lambda: feel_cel.tests(tests, Tested())) if tests.tests else None


def value(text: str) -> str:
    """Return the CEL of an expression's value.

    Raises:
        ExpressionError: As above.
    """
    node = feel_parser.expression(text)
    return _checked(text, lambda: feel_cel.value(node))


def condition(text: str) -> str:
    """Return the CEL of whether an expression is true; a form writes it with `=` before it.

    Raises:
        ExpressionError: As above.
    """
    node = feel_parser.expression(text.strip().removeprefix("="))
    return _checked(text, lambda: feel_cel.truth(node))


def listed(text: str) -> tuple[str, ...] | None:
    """Return the CEL of the values that a list of literals allows, in order; None for other tests.

    Raises:
        ExpressionError: As above.
    """
    tests = feel_parser.unary_tests(text)
    literals = [feel_tests.literal(test) for test in tests.tests]
    if tests.negated or not literals:
        return None
    found = tuple(literal.cel for literal in literals if literal is not None)
    return found if len(found) == len(literals) else None


def _checked(text: str, translate: Callable[[], Cel]) -> str:
    """Return CEL that is inside its own bounds."""
    try:
        cel = translate().text
        expressions.check(cel)
    except ExpressionError as error:
        raise ExpressionError(text, f"in CEL {error.reason}") from error
    return cel
