"""The translation of FEEL says what FEEL says, against a naive judge of the same texts."""

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.dmn import feel
from engine.dmn.feel_cel import TESTED_TYPE, TESTED_VALUE
from engine.errors import ExpressionError
from engine.expression_functions import type_name
from engine.expressions import Evaluator

from .feel_oracle import (
    CONDITIONS,
    TESTS,
    VALUES,
    Drawn,
    condition_text,
    judged,
    passes,
    written_tests,
)
from .instants import NOW

VARIABLES = st.fixed_dictionaries(
    {}, optional={"x": VALUES, "y": VALUES, "z": st.lists(VALUES, max_size=2)}
)


def _evaluated(cel: str, variables: dict[str, Any]) -> object:
    return Evaluator(NOW).evaluate(cel, variables)


@given(TESTS, VALUES, VARIABLES)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_cells_tests_pass_what_the_oracle_passes(
    tests: Drawn, value: object, variables: dict[str, Any]
) -> None:
    cel = feel.cell(written_tests(tests))
    assert cel is not None
    about = {**variables, TESTED_VALUE: value, TESTED_TYPE: type_name(value)}
    assert _evaluated(cel, about) is (passes(tests, value, variables) is True)


@given(CONDITIONS, VARIABLES)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_condition_is_true_where_the_oracles_is_and_has_its_three_values(
    node: Drawn, variables: dict[str, Any]
) -> None:
    text = condition_text(node)
    try:
        condition, value = feel.condition(text), feel.value(text)
    except ExpressionError as error:
        assume("in CEL" not in str(error))
        raise
    expected = judged(node, variables)
    assert _evaluated(condition, variables) is (expected is True)
    assert _evaluated(value, variables) is expected


@given(st.text(alphabet='ab1.+-*/<>=!?()[], "notinadr', max_size=40))
@settings(max_examples=150, deadline=None)
def test_any_text_is_translated_or_refused(text: str) -> None:
    for translate in (feel.cell, feel.value, feel.condition):
        with contextlib.suppress(ExpressionError):
            translate(text)


def test_a_forms_condition_is_written_behind_an_equals_sign() -> None:
    cel = feel.condition('=pais = "BR" and not(is defined(cpf))')
    assert _evaluated(cel, {"pais": "BR"}) is True
    assert _evaluated(cel, {"pais": "BR", "cpf": "1"}) is False
    assert _evaluated(cel, {}) is False


def test_a_text_is_the_same_in_both_languages() -> None:
    written = r'"a\"b\\c\n é \u00e7"'
    assert _evaluated(feel.value(written), {}) == 'a"b\\c\n é ç'
    with pytest.raises(ExpressionError, match="escape"):
        feel.value(r'"\q"')


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-(a - 1) * 2", -4),
        ("a - (2 - 1)", 2),
        ("8 / (a + 1) / 2", 1),
        ("a * -1", -3),
        ("modulo(a, 2) = 1", True),
        ('contains("abc", "b") and count([1, 2]) = 2', True),
        ('ends with("abc", a)', None),
        ("string(a) + 1", None),
        ("if a = 3 then if b then 1 else 2 else 3", 2),
    ],
)
def test_expressions_are_calculated(text: str, value: object) -> None:
    if text == "string(a) + 1":
        with pytest.raises(ExpressionError, match="failed"):
            _evaluated(feel.value(text), {"a": 3})
        return
    assert _evaluated(feel.value(text), {"a": 3}) == value


@pytest.mark.parametrize(
    ("tests", "passed"),
    [
        ("< 2", [1]),
        ("<= 2", [1, 2]),
        ("> 2", [3]),
        (">= 2", [2, 3]),
        ("[1..2]", [1, 2]),
        ("]1..2]", [2]),
        ("[1..2[", [1]),
        ("]1..3[", [2]),
        ("2", [2]),
        ("!= 2", [1, 3, None]),
        ("1,3", [1, 3]),
        ("null", [None]),
    ],
)
def test_ends_are_in_or_out_and_negation_passes_just_the_others(
    tests: str, passed: list[object]
) -> None:
    given_values = [1, 2, 3, None]
    ordered = any(sign in tests for sign in "<>.")
    others = [value for value in given_values if value not in passed]
    others = [value for value in others if value is not None] if ordered else others
    assert [value for value in given_values if _passes(tests, value)] == passed
    assert [value for value in given_values if _passes(f"not({tests})", value)] == others


def _passes(tests: str, value: object) -> object:
    cel = feel.cell(tests)
    assert cel is not None
    return _evaluated(cel, {TESTED_VALUE: value, TESTED_TYPE: type_name(value)})
