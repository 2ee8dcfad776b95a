"""A script task is a few assignments, and a duration one that can be kept."""

import pytest

from engine.durations import parse_duration
from engine.errors import ExpressionError
from engine.spiff.script_engine import MAX_LINES, assignments


def test_a_script_is_assignments_in_order() -> None:
    assert assignments("a = 1\n\n b = a == 1 \n") == [("a", "1"), ("b", "a == 1")]


def test_a_script_holds_so_many_lines_and_no_more() -> None:
    lines = [f"a{number} = {number}" for number in range(MAX_LINES)]
    assert len(assignments("\n".join(lines))) == MAX_LINES
    with pytest.raises(ExpressionError, match=f"line after {MAX_LINES}"):
        assignments("\n".join([*lines, "last = 1"]))


@pytest.mark.parametrize("line", ["a", "a == 1", "1 = a", "a.b = 1", "= 1"])
def test_a_line_that_assigns_nothing_is_refused(line: str) -> None:
    with pytest.raises(ExpressionError, match="no assignment"):
        assignments(line)


@pytest.mark.parametrize("text", ["P99999999999999D", f"P{'9' * 400}D", f"PT{'9' * 5_000}S"])
def test_a_duration_that_nobody_could_keep_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="longer than any duration"):
        parse_duration(text)
