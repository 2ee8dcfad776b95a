"""No expression takes a fifth of a second, or ends the process, whatever it is given."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SECONDS = 0.2

NUMBERS = list(range(1_000))
OBJECTS = [{"id": number, "name": "abc" * 10, "more": {"z": 1}} for number in range(1_000)]


def _deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = {"a": value}
    return value


#: name → (expression, variables, what refuses it; None: it gives a value)
ATTACKS: Mapping[str, tuple[str, Mapping[str, Any], str | None]] = {
    # The text: what CEL's parser would recurse on.
    "chain": ("1" + "+1" * 499, {}, None),
    "chain of comparisons": ("1" + "<1" * 499, {}, "failed"),
    "chain of or": ("||".join(["a"] * 330), {"a": False}, None),
    "chain of paths": ("a" + ".a" * 499, {"a": {}}, "failed"),
    "chain of indexes": ("a" + "[0]" * 29, {"a": [1]}, "failed"),
    "chain of calls": ("a" + ".size()" * 29, {"a": "x"}, "failed"),
    "nots": ("!" * 990 + "true", {}, None),
    "minuses": ("-" * 990 + "1", {}, None),
    "minuses apart": ("- " * 490 + "1", {}, None),
    "nots and minuses": ("!-" * 490 + "1", {}, "does not compile"),
    "ternaries": ("a?" * 200 + "1" + ":1" * 200, {"a": True}, "does not compile"),
    "ternaries in a row": ("a ? 1 : " * 120 + "1", {"a": False}, "does not compile"),
    "brackets": ("(" * 30 + "1" + ")" * 30, {}, None),
    "more brackets": ("(" * 31 + "1" + ")" * 31, {}, "brackets"),
    "lists in lists": ("[" * 30 + "]" * 30, {}, None),
    "objects in objects": ("{" * 30 + "}" * 30, {}, "does not compile"),
    "unclosed": ("(" * 30, {}, "does not compile"),
    "quotes": ("'" * 999, {}, "stands for nothing|right behind"),
    "zero bytes": ("\x00" * 900, {}, "stands for nothing"),
    "letters of other alphabets": ("é" * 900, {}, "stands for nothing"),
    "too long": ("1" + "+1" * 20_000, {}, "longer than"),
    # The work: loops, and what grows.
    "macro in a macro": ("a.all(x, a.all(y, x == y))", {"a": NUMBERS}, "inside another"),
    "macro in a macro, behind a comment": (
        "a.all(x, a.all// \n(y, x == y))",
        {"a": NUMBERS},
        "comment",
    ),
    "macro in a raw text": (
        r"r'\' + a.all(x, a.all(y, true)) + '",
        {"a": NUMBERS},
        "behind a name",
    ),
    "macro in three quotes": ("'''' + a.all(x, a.all(y, true)) + ''''", {}, "another text"),
    "a list for each entry": ("a.map(x, a)", {"a": NUMBERS}, "too long"),
    "copies of objects": ("a.map(x, x)", {"a": OBJECTS}, "too long"),
    "filtered objects": ("a.filter(x, x.id > 3)", {"a": OBJECTS}, "too long"),
    "two macros": ("a.map(x, a).map(y, y + y)", {"a": NUMBERS[:300]}, "too long"),
    "joined and walked": ("(a+a+a+a).map(x, a)", {"a": NUMBERS[:100]}, "too long"),
    "searched for each entry": ("a.all(x, x in a)", {"a": NUMBERS}, None),
    "compared for each entry": ("a.all(x, a == a)", {"a": NUMBERS * 3}, "too long"),
    "a large list": ("a.exists(x, x == -1)", {"a": [0] * 25_000}, "over 20000 values"),
    "a deep object": ("a == a", {"a": _deep(400)}, "levels deep"),
    "a long text joined": ("+".join(["a"] * 500), {"a": "x" * 10_000}, "too long"),
    "a text joined": ("+".join(["a"] * 500), {"a": "x" * 100}, "over 10000 characters"),
    "a text joined for each entry": (
        "a.map(x, " + "+".join(["b"] * 400) + ")",
        {"a": NUMBERS, "b": "x" * 1_000},
        "too long",
    ),
    "a list joined": ("+".join(["a"] * 500), {"a": NUMBERS}, "too long"),
    "many texts": ("a.map(x, b)", {"a": NUMBERS[:60], "b": "x" * 9_000}, "together"),
    # Patterns.
    "catastrophic pattern": ("a.matches('(a+)+$')", {"a": "a" * 5_000 + "b"}, None),
    "repeats of repeats": ("a.matches('(a{100}){100}')", {"a": "a"}, "repeats"),
    "a large class repeated": (r"a.matches('\\pL{200}')", {"a": "a"}, None),
    "a pattern from outside": (
        "a.matches(b)",
        {"a": "a", "b": "(a{1000}){1000}"},
        "else than a text",
    ),
    "a pattern for each entry": (
        "a.all(x, b.matches('a'))",
        {"a": NUMBERS, "b": "a"},
        "inside a macro",
    ),
    "many patterns": (
        " || ".join([r"a.matches('\\w{200}')"] * 20),
        {"a": "a"},
        "more than 3 times",
    ),
    "a broken pattern": ("a.matches('(')", {"a": "a"}, "failed"),
    # Numbers and times that do not exist.
    "division by zero": ("1 / 0", {}, "no number"),
    "zero by zero": ("0 / 0", {}, "no number"),
    "not a number, deep in a list": ("[[{'a': 0 / 0}]]", {}, "no number"),
    "overflow": ("1e308 * 10", {}, "no number"),
    "a number that no double holds": ("9007199254740993", {}, "beyond 2"),
    "a variable that no double holds": ("a + 1", {"a": 2**53 + 1}, "beyond 2"),
    "a number of a thousand digits": ("a", {"a": 10**999}, "beyond 2"),
    "mod by zero": ("mod(1, 0)", {}, "failed"),
    "an endless duration": ("iso_duration('P99999999999999D')", {}, "failed"),
    "a duration over a thousand years": ("now + iso_duration('P9999999D')", {}, "failed"),
    "beyond the calendar": (
        "timestamp('9999-12-31T00:00:00Z') + iso_duration('P2D')",
        {},
        "failed",
    ),
    "the year zero": ("timestamp('0000-01-01T00:00:00Z')", {}, "failed"),
    "a time beyond the calendar in UTC": ("timestamp('9999-12-31T23:59:59-12:00')", {}, "failed"),
    # Functions: wrong types, none of ours.
    "size of a number": ("size(1)", {}, "failed"),
    "size of nothing": ("size(a)", {}, "failed"),
    "no argument": ("iso_duration()", {}, "failed"),
    "five arguments": ("mod(1, 2, 3, 4, 5)", {}, "failed"),
    "text as a list": ("a.all(x, true)", {"a": 5}, "failed"),
    "index of a text": ("'abc'[0]", {}, "failed"),
    "an index that is no whole number": ("[1, 2][0.5]", {}, "failed"),
    "bytes": ("b'abc'", {}, "behind a name"),
    "a function of CEL's that is not ours": ("bytes('abc')", {}, "no function here"),
    "our function under its inner name": ("json_index(1)", {}, "no function here"),
    "an optional": ("optional.none()", {}, "no function here"),
    "a type as a value": ("[int, string]", {}, None),
    "keys that are no texts": ("{1: 2}", {}, "failed"),
    "half a character": (r"'\ud800'", {}, "does not compile"),
}


@pytest.fixture(scope="module")
def outcomes() -> Mapping[str, Mapping[str, Any]]:
    """What came of each attack."""
    given = [[name, text, values] for name, (text, values, _) in ATTACKS.items()]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.security.hostile_expressions.attacked"],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "RUST_BACKTRACE": "0"},
        timeout=120,
        check=True,
    )
    found: Mapping[str, Mapping[str, Any]] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("name", list(ATTACKS))
def test_an_attack_by_expression_takes_no_time_and_ends_no_process(
    name: str, outcomes: Mapping[str, Mapping[str, Any]]
) -> None:
    outcome, refusal = outcomes[name], ATTACKS[name][2]
    assert outcome["kind"] == ("value" if refusal is None else "refused"), outcome
    assert outcome["seconds"] < SECONDS
    if refusal is not None:
        assert any(part in outcome["text"] for part in refusal.split("|")), outcome
