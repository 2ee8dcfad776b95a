"""FEEL's unary tests and conditions in naive Python, as the specification words them.

A test is drawn as a tree; it is written as a text for the translation, and judged here by itself.
Null is `None`; what cannot be compared is null, and null is neither true nor false.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from hypothesis import strategies as st

Drawn: TypeAlias = tuple[Any, ...]

VALUES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b", "3"])
LITERALS = VALUES | st.sampled_from([0.5, 1.5])

ORDERS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
ENDS = st.sampled_from([-2, 0, 1, 2, 2.5])

_one = st.one_of(
    st.tuples(st.just("is"), LITERALS),
    st.tuples(st.sampled_from(list(ORDERS)), st.sampled_from([-1, 0, 2, "a", 1.5])),
    st.tuples(st.just(".."), ENDS, ENDS, st.booleans(), st.booleans()),
    st.tuples(st.just("var"), st.sampled_from(["y", "z"])),
)
#: ("tests", negated, tests).
TESTS = st.tuples(st.just("tests"), st.booleans(), st.lists(_one, min_size=1, max_size=3))

_operand = st.tuples(st.just("var"), st.sampled_from(["x", "y", "z"])) | st.tuples(
    st.just("is"), LITERALS
)
_compared = st.tuples(st.sampled_from([*ORDERS, "=", "!="]), _operand, _operand)
CONDITIONS = st.recursive(
    _compared | st.tuples(st.just("in"), _operand, TESTS),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=4,
)


def written(value: object) -> str:
    """Write a literal."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f'"{value}"' if isinstance(value, str) else str(value)


def written_tests(tests: Drawn) -> str:
    """Write the tests of a cell."""
    inner = ", ".join(_one_text(each) for each in tests[2])
    return f"not({inner})" if tests[1] else inner


def _one_text(test: Drawn) -> str:
    match test:
        case ("is", value):
            return written(value)
        case ("var", name):
            return str(name)
        case ("..", low, high, low_open, high_open):
            return f"{']' if low_open else '['}{low}..{high}{'[' if high_open else ']'}"
        case (sign, value):
            return f"{sign} {written(value)}"
    raise AssertionError(test)


def condition_text(node: Drawn) -> str:
    """Write a condition."""
    match node:
        case ("var", name):
            return str(name)
        case ("is", value):
            return written(value)
        case ("not", inner):
            return f"not({condition_text(inner)})"
        case ("and" | "or" as word, parts):
            return "(" + f" {word} ".join(condition_text(part) for part in parts) + ")"
        case ("in", operand, (_, negated, tests)):
            inner = ", ".join(_one_text(each) for each in tests)
            return f"{condition_text(operand)} in {'not' if negated else ''}({inner})"
        case (sign, left, right):
            return f"{condition_text(left)} {sign} {condition_text(right)}"
    raise AssertionError(node)


def kind(value: object) -> str:
    """Name the type of a value, as far as comparing goes."""
    if value is None or isinstance(value, bool):
        return type(value).__name__
    return "number" if isinstance(value, int | float) else type(value).__name__


def equal(left: object, right: object) -> bool:
    """Whether two values are the same; of two types they are not."""
    return kind(left) == kind(right) and left == right


def ordered(sign: str, left: Any, right: Any) -> bool | None:  # noqa: ANN401 — any JSON value
    """Compare by order; null where the two have none."""
    if kind(left) not in {"number", "str"} or kind(left) != kind(right):
        return None
    return bool(ORDERS[sign](left, right))


def both(values: Sequence[bool | None]) -> bool | None:
    """Join with `and`, of three values."""
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def opposite(value: Any) -> bool | None:  # noqa: ANN401 — true, false or null
    """Negate; null stays null."""
    return None if value is None else not value


def either(values: Sequence[bool | None]) -> bool | None:
    """Join with `or`, of three values."""
    return opposite(both([opposite(value) for value in values]))


def passes(tests: Drawn, value: object, variables: dict[str, Any]) -> bool | None:
    """Judge the tests of a cell."""
    found = either([_passes_one(each, value, variables) for each in tests[2]])
    return opposite(found) if tests[1] else found


def _passes_one(test: Drawn, value: object, variables: dict[str, Any]) -> bool | None:
    match test:
        case ("is", wanted):
            return equal(value, wanted)
        case ("var", name):
            other = variables.get(name)
            entries = other if isinstance(other, list) else []
            return equal(value, other) or any(equal(value, each) for each in entries)
        case ("..", low, high, low_open, high_open):
            above = ordered(">" if low_open else ">=", value, low)
            return both([above, ordered("<" if high_open else "<=", value, high)])
        case (sign, wanted):
            return ordered(sign, value, wanted)
    raise AssertionError(test)


def judged(node: Drawn, variables: dict[str, Any]) -> Any:  # noqa: ANN401, PLR0911 — one for each kind
    """Judge a condition."""
    match node:
        case ("var", name):
            return variables.get(name)
        case ("is", value):
            return value
        case ("not", inner):
            return opposite(judged(inner, variables))
        case ("and" | "or" as word, parts):
            values = [judged(part, variables) for part in parts]
            return both(values) if word == "and" else either(values)
        case ("in", operand, tests):
            return passes(tests, judged(operand, variables), variables)
        case ("=" | "!=" as sign, left, right):
            same = equal(judged(left, variables), judged(right, variables))
            return same if sign == "=" else not same
        case (sign, left, right):
            return ordered(sign, judged(left, variables), judged(right, variables))
    raise AssertionError(node)
