"""What is wrong with a decision is found at deploy, all at once, with decision, rule and cell."""

import pytest

from engine.dmn.reading import read

from .dmn_files import MODEL, answer, column, decision, dmn_file, formula, table, text, wrong

X, SAY = column("x"), answer("say")


def _said(*decisions: str) -> list[str]:
    return [str(finding) for finding in wrong(*decisions)]


def test_every_finding_is_told_at_once_with_its_place() -> None:
    rules = [(["< "], ['"a"']), (["1"], ["some x in y"]), (["2"], ["foo(1)"])]
    found = wrong(table(column("x y") + SAY, rules, name="tarifa"), formula("1 +", name="soma"))
    assert [finding.element_id for finding in found] == [
        "tarifa/in_x y",
        "tarifa/r1/r1_i0",
        "tarifa/r2/r2_o0",
        "tarifa/r3/r3_o0",
        "soma/literalExpression-1",
    ]
    assert "«some», which is not in our part of FEEL" in found[2].message
    assert "no function here is called so" in found[3].message


@pytest.mark.parametrize(
    "cell",
    [
        "for i in x return i",
        "function(a) a",
        "{a: 1}",
        "x instance of string",
        "2 ** 3",
        "'text'",
        'date and time("2026-01-01T10:00:00")',
        'date("01/02/2026")',
        'duration("P1Y2M")',
        "duration(x)",
        "today()",
        "x[1]",
        "now",
        "tested_value",
        "string length(x, y)",
        "a b",
        "é",
        "x.",
        '"open',
        "1 < 2 < 3",
        "(" * 21 + "1" + ")" * 21,
        "+".join(["x"] * 101),
        "x" * 1_001,
        " and ".join([f"a{at}.b.c < 5" for at in range(9)]),
        "(" * 18 + "a < b" + ") < c" * 18,
    ],
)
def test_what_is_not_in_our_part_of_feel_is_refused(cell: str) -> None:
    (finding,) = wrong(table(X + SAY, [(["-"], [cell])]))
    assert finding.element_id == "d/r1/r1_o0"
    assert finding.rule == "dmn-expression"


@pytest.mark.parametrize(
    "cell", ["<", "[1..", "[1..2", "not(1", "1,", "..", "? +", "= ", "[1..2..3]"]
)
def test_a_test_that_is_none_is_refused(cell: str) -> None:
    (finding,) = wrong(table(X + SAY, [([cell], ["1"])]))
    assert finding.element_id == "d/r1/r1_i0"


@pytest.mark.parametrize(
    ("logic", "said"),
    [
        (table(X + SAY, [], hit="MOSTLY"), "no hit policy «MOSTLY»"),
        (table(X + SAY, [], aggregation="SUM"), "«SUM» is no aggregation"),
        (table(X + SAY, [], hit="COLLECT", aggregation="AVG"), "«AVG» is no aggregation"),
        (table(X + SAY + answer("b"), [], hit="COLLECT", aggregation="SUM"), "has one output"),
        (table(X + SAY, [], hit="PRIORITY"), "orders by output values"),
        (table(X + answer("say", values="> 5"), [], hit="OUTPUT ORDER"), "orders by output values"),
        (table(X, []), "needs an output"),
        (table(X + SAY + SAY, []), "each its own name"),
        (table(column("x", type_ref="tMine") + SAY, []), "«tMine» is no type"),
        (table(column(" ") + SAY, []), "An input needs an expression"),
        (table(X + SAY, [(["1", "2"], ["1"])]), "not one cell for each"),
        (table(X + SAY, [(["1"], ["1"])] * 2_501), "over 5000 texts"),
        (table(X + SAY, [(["1"], ['"a"'.ljust(900)])] * 112), "100000 characters"),
        (decision(""), "a table or a literal expression"),
        (decision(text("literalExpression", "1", expressionLanguage="juel")), "«juel»"),
        (decision("<invocation/>" + text("literalExpression", "1")), "«invocation» is not"),
        (formula("1", requires=("other",)), "«other» is not there"),
        (formula("1", requires=("d",)), "in a circle: d → d"),
    ],
)
def test_a_decision_that_cannot_be_made_is_refused(logic: str, said: str) -> None:
    assert any(said in each for each in _said(logic))


def test_a_circle_is_told_once_with_its_way() -> None:
    circle = [
        formula("b", name="a", requires=("b",)),
        formula("c", name="b", requires=("c",)),
        formula("a", name="c", requires=("a",)),
        formula("a", name="outside", requires=("a",)),
    ]
    assert _said(*circle) == [
        "a: Decisions require one another in a circle: a → b → c → a. [dmn-required]"
    ]


def test_two_decisions_of_one_id_are_refused() -> None:
    assert "an id that no other one has" in _said(formula("1"), formula("2"))[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<definitions", "not well-formed"),
        ('<definitions xmlns="urn:other"/>', "no DMN 1.3 file"),
        (f'<decision xmlns="{MODEL}"/>', "no DMN 1.3 file"),
        ('<!DOCTYPE d [<!ENTITY a "b">]><d/>', "document type"),
    ],
)
def test_a_file_that_is_no_dmn_is_refused(content: str, said: str) -> None:
    _, (finding,) = read({"d.dmn": content})
    assert finding.element_id == "d.dmn"
    assert said in finding.message


def test_what_explains_is_kept_and_other_files_are_left_alone() -> None:
    explained = decision(
        "<description>why</description><question>?</question>"
        '<authorityRequirement><requiredAuthority href="#law"/></authorityRequirement>'
        + text("literalExpression", "1")
    )
    source = '<knowledgeSource id="law" name="law"/><inputData id="x" name="x"/>'
    decisions, findings = read({"d.dmn": dmn_file(source, explained), "form.json": "{"})
    assert (list(decisions), findings) == (["d"], [])
