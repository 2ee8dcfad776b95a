"""No decision table takes a second to refuse or to read, or a fifth of one to decide."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest

from engine.dmn.evaluating import decide
from engine.dmn.reading import read
from engine.errors import DecisionFailed
from engine.expressions import Evaluator

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
READ_SECONDS, DECIDE_SECONDS = 1.0, 0.2

#: name → (rows, each row's answer)
TABLES = {
    "conditions compared with conditions": (110, "(" * 18 + "a" + "< c)" * 18 + "= 1"),
    "a deep list": (110, "[" * 19 + "a" + "]" * 19),
    "nots in nots": (110, "not(" * 19 + "a" + ")" * 19),
    "tests in tests": (110, "a in (" * 19 + "a" + ")" * 19),
    "a long chain": (220, "+".join(["a"] * 100)),
    "a long logic": (110, " and ".join(["a.b = 1"] * 25)),
    "choices in choices": (110, "if a then " * 19 + "a" + " else b" * 19),
    "as many texts as there may be": (2_400, "a.b * 2 + 1"),
    "more texts than there may be": (20_000, "1"),
    "more characters than there may be": (1_000, '"' + "x" * 990 + '"'),
}


def _table(rows: int, answer: str, cell: str = "-") -> str:
    rule = (
        f"<rule><inputEntry><text>{escape(cell)}</text></inputEntry>"
        f"<outputEntry><text>{escape(answer)}</text></outputEntry></rule>"
    )
    asked = "<input><inputExpression><text>x</text></inputExpression></input>"
    return (
        f'<definitions xmlns="{MODEL}"><decision id="d"><decisionTable hitPolicy="COLLECT">'
        f'{asked}<output name="o"/>{rule * rows}</decisionTable></decision></definitions>'
    )


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Hold what is done to a time of this thread's; as in timeit, no garbage of others is swept."""
    swept = gc.isenabled()
    gc.disable()
    begun = time.thread_time()
    try:
        yield
        took = time.thread_time() - begun
    finally:
        if swept:
            gc.enable()
    assert took < seconds


@pytest.mark.parametrize("name", list(TABLES))
def test_a_hostile_table_is_read_or_refused_within_a_second(name: str) -> None:
    text = _table(*TABLES[name])
    with within(READ_SECONDS):
        decisions, findings = read({"d.dmn": text})
    assert decisions or findings


def test_a_large_variable_in_many_cells_is_refused_at_once() -> None:
    decisions, findings = read({"d.dmn": _table(2_400, "1", "lista")})
    assert findings == []
    variables = {"x": -1, "lista": list(range(15_000))}
    with within(DECIDE_SECONDS), pytest.raises(DecisionFailed, match="«lista» is too large"):
        decide(decisions, "d", variables, Evaluator(NOW))


def test_the_largest_table_decides_in_time() -> None:
    decisions, _ = read({"d.dmn": _table(2_400, "x + 1", "< 5")})
    with within(DECIDE_SECONDS):
        found = decide(decisions, "d", {"x": 1}, Evaluator(NOW))
    assert len(found.entries) == 2_400
