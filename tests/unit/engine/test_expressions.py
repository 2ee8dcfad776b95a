"""Expressions stay inside their bounds, and say which one they passed."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    with pytest.raises(ExpressionError, match="division by zero"):
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


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 1.5", 2.5),
        ("3 / 2", 1.5),
        ("10 / 5", 2),
        ("int(3 / 2)", 1),
        ("mod(7, 3)", 1),
        ("a + 1", 8),
        ("a == 7.0 && a in [7]", True),
        ("b[a - 6]", "second"),
        ("[1, 2][0] + size(b)", 3),
        ("{'n': a, 'half': a / 2}", {"n": 7, "half": 3.5}),
        ("9007199254740992", 2**53),
        ("-0.0", 0),
        ("0x10", 16),
        ("type(a) == 'double' && type(b) == 'list' && type(c) == 'null_type'", True),
    ],
)
def test_numbers_are_doubles_and_whole_ones_come_back_without_a_fraction(
    expression: str, value: object
) -> None:
    found = _value(expression, a=7, b=["first", "second"])
    assert (found, type(found)) == (value, type(value))


def test_a_duration_of_months_is_not_rounded() -> None:
    assert _value('iso_duration("P60DT1S")') == "PT5184001S"
    assert _value('iso_duration("PT0.25S")') == "PT0.25S"


def test_a_name_of_ours_is_never_a_variable_where_it_is_called_or_is_now() -> None:
    taken = {"now": "yesterday", "size": "mine", "iso_duration": 5, "json_size": 7}
    assert _value("now", **taken) == "2026-03-10T15:00:00+00:00"
    assert _value("size(size)", **taken) == 4
    assert _value("now + iso_duration('P1D')", **taken) == "2026-03-11T15:00:00+00:00"


def test_characters_are_counted_and_not_bytes() -> None:
    assert _value("size('São')") == 3


def test_all_that_is_read_is_named_when_it_is_too_large() -> None:
    with pytest.raises(ExpressionError, match="«pedidos»"):
        _value("size(pedidos)", pedidos=[0] * 30_000)
    assert _value("size(outros)", pedidos=[0] * 30_000, outros=[]) == 0


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53), 2**53)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    )
)
def test_a_variable_comes_back_as_the_same_json(value: object) -> None:
    assert _value("a", a=value) == value


@given(st.text(alphabet="ab1.+-*/%<>=!&|?:()[]{}'\", nmapfilter", max_size=60))
@settings(max_examples=300)
def test_any_text_is_a_value_or_an_expression_error(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        _value(text, a=[1, 2], b={"a": "text"})
