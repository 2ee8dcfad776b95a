"""Expressions stay inside their bounds, and say which one they passed."""

from datetime import UTC, datetime

import pytest

from engine.errors import ExpressionError
from engine.expressions import MAX_CHARACTERS, Evaluator, check, unwrap

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


def _value(expression: str, **variables: object) -> object:
    return Evaluator(NOW).evaluate(expression, variables)


@pytest.mark.parametrize(
    ("expression", "bound"),
    [
        ("1" + "+1" * (MAX_CHARACTERS // 2), "longer than"),
        ("(" * 31 + "1" + ")" * 31, "brackets"),
        ("[" * 31 + "]" * 31, "brackets"),
        ("a.all(x, x.exists(y, y > 1))", "inside another"),
        ("a.map(x, x) + a.filter(x, true) + a.map(x, x)", "more than 2 macros"),
        ("1 +", "does not compile"),
    ],
)
def test_an_expression_out_of_bounds_is_refused_before_it_is_compiled(
    expression: str, bound: str
) -> None:
    with pytest.raises(ExpressionError, match=bound):
        check(expression)
    with pytest.raises(ExpressionError, match=bound):
        _value(expression)


def test_two_macros_side_by_side_are_allowed() -> None:
    assert _value("a.all(x, x > 0) && a.exists(x, x == 2)", a=[1, 2]) is True


def test_brackets_and_macros_in_a_text_are_text() -> None:
    assert _value("'" + "(" * 40 + ".all(.all(.all('") == "(" * 40 + ".all(.all(.all("


def test_a_variable_that_is_missing_is_null() -> None:
    assert _value("decisao == null") is True
    assert _value('decisao == "aprovar" ? "decisao" : regra', regra="cpf_confere") == "cpf_confere"


def test_now_is_the_commands_instant() -> None:
    assert _value("now") == "2026-03-10T15:00:00+00:00"
    assert _value('now + iso_duration("P1D")') == "2026-03-11T15:00:00+00:00"


def test_an_expression_that_fails_on_its_values_says_so() -> None:
    with pytest.raises(ExpressionError, match="failed"):
        _value("1 / a", a=0)


def test_a_text_result_is_capped() -> None:
    with pytest.raises(ExpressionError, match="10000 characters"):
        _value("a + a", a="x" * 6_000)


@pytest.mark.parametrize(
    "expression", ["open('/etc/passwd')", "__import__('os')", "a.__class__", "eval('1')"]
)
def test_nothing_of_python_is_reached(expression: str) -> None:
    with pytest.raises(ExpressionError):
        _value(expression, a="text")


def test_only_what_stands_in_braces_is_an_expression() -> None:
    assert unwrap(" ${ a + 1 } ") == "a + 1"
    assert unwrap("PT30M") is None
