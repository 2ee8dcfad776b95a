"""Which rules count, and what they answer together (DMN 1.3, 8.2.10 and 8.2.11)."""

import pytest

from engine.errors import DecisionFailed

from .dmn_files import answer, column, made, result, table

X = column("x")
#: x → the rules that match: 1 → r1, r3; 2 → r2, r3; 3 → r3; 9 → none.
RULES = [(["1"], ['"one"']), (["2"], ['"two"']), (["<= 3"], ['"few"'])]
ORDERED = answer("say", values='"two","few","one"')


def _values(hit: str, x: object, *, output: str = "", aggregation: str = "") -> object:
    columns = X + (output or answer("say"))
    return made(table(columns, RULES, hit=hit, aggregation=aggregation), x=x).value


def test_unique_answers_with_the_one_rule_that_matches() -> None:
    assert _values("UNIQUE", 3) == "few"
    assert _values("UNIQUE", 9) is None


def test_unique_with_two_rules_names_the_decision_and_both() -> None:
    with pytest.raises(DecisionFailed, match=r"«d» .* «d/r1, d/r3»: only one rule may match"):
        _values("UNIQUE", 1)


def test_first_answers_with_the_first_in_the_tables_order() -> None:
    assert [_values("FIRST", x) for x in (1, 2, 3, 9)] == ["one", "two", "few", None]


def test_priority_answers_with_the_most_important_answer() -> None:
    assert [_values("PRIORITY", x, output=ORDERED) for x in (1, 2, 3, 9)] == [
        "few",
        "two",
        "few",
        None,
    ]


def test_priority_of_several_outputs_compares_them_from_the_left() -> None:
    outputs = answer("a", values='"high","low"') + answer("b", values="3,2,1")
    rules = [
        (["-"], ['"low"', "3"]),
        (["-"], ['"high"', "1"]),
        (["-"], ['"high"', "2"]),
    ]
    columns = X + outputs
    assert made(table(columns, rules, hit="PRIORITY"), x=1).value == {"a": "high", "b": 2}
    assert made(table(columns, rules, hit="OUTPUT ORDER"), x=1).value == [
        {"a": "high", "b": 2},
        {"a": "high", "b": 1},
        {"a": "low", "b": 3},
    ]


def test_any_takes_rules_that_agree_and_refuses_those_that_do_not() -> None:
    rules = [(["1"], ['"same"']), (["<= 3"], ['"same"']), (["2"], ['"other"'])]
    columns = X + answer("say")
    assert made(table(columns, rules, hit="ANY"), x=1).value == "same"
    with pytest.raises(DecisionFailed, match=r"«d/r2, d/r3»: .* differently"):
        made(table(columns, rules, hit="ANY"), x=2)


def test_rule_order_lists_the_answers_as_the_rules_stand() -> None:
    assert _values("RULE ORDER", 2) == ["two", "few"]
    assert _values("RULE ORDER", 9) == []


def test_output_order_lists_the_answers_as_the_output_values_stand() -> None:
    assert _values("OUTPUT ORDER", 1, output=ORDERED) == ["few", "one"]
    assert _values("OUTPUT ORDER", 2, output=ORDERED) == ["two", "few"]


def test_collect_lists_all_answers() -> None:
    assert _values("COLLECT", 1) == ["one", "few"]
    assert _values("COLLECT", 9) == []


@pytest.mark.parametrize(
    ("aggregation", "of_two", "of_none"),
    [("SUM", 12.5, None), ("MIN", 2.5, None), ("MAX", 10, None), ("COUNT", 2, 0)],
)
def test_collect_aggregates_numbers(aggregation: str, of_two: object, of_none: object) -> None:
    rules = [(["1"], ["10"]), (["<= 3"], ["2.5"])]
    columns = X + answer("fee")
    summed = table(columns, rules, hit="COLLECT", aggregation=aggregation)
    assert made(summed, x=1).value == of_two
    assert made(summed, x=9).value == of_none


def test_collect_finds_the_first_and_last_of_dates_and_texts() -> None:
    rules = [(["-"], ['date("2026-05-01")']), (["-"], ['date("2026-04-30")'])]
    columns = X + answer("day", type_ref="date")
    assert made(table(columns, rules, hit="COLLECT", aggregation="MIN"), x=1).value == "2026-04-30"


def test_a_sum_of_what_is_no_number_names_the_rules() -> None:
    rules = [(["-"], ['"a"']), (["-"], ["1"])]
    with pytest.raises(DecisionFailed, match=r"«d/r1, d/r2»: .*no SUM"):
        made(table(X + answer("say"), rules, hit="COLLECT", aggregation="SUM"), x=1)


def test_defaults_answer_where_no_rule_matches() -> None:
    columns = X + answer("say", default='"nothing"') + answer("more")
    rules = [(["1"], ['"one"', "true"])]
    assert made(table(columns, rules), x=1).value == {"say": "one", "more": True}
    assert made(table(columns, rules), x=2).value == {"say": "nothing", "more": None}


def test_an_empty_answer_is_null() -> None:
    assert made(table(X + answer("say"), [(["1"], [""])]), x=1).value is None


@pytest.mark.parametrize(
    ("mapping", "one", "none"),
    [
        ("singleEntry", "few", None),
        ("singleResult", {"say": "few"}, None),
        ("collectEntries", ["few"], []),
        ("resultList", [{"say": "few"}], []),
    ],
)
def test_a_process_keeps_what_its_mapping_says(mapping: str, one: object, none: object) -> None:
    decision = table(X + answer("say"), RULES, hit="COLLECT")
    assert result(decision, mapping=mapping, x=3) == one
    assert result(decision, mapping=mapping, x=9) == none


@pytest.mark.parametrize("mapping", ["singleEntry", "singleResult"])
def test_a_single_result_of_two_is_refused(mapping: str) -> None:
    decision = table(X + answer("say"), RULES, hit="COLLECT")
    with pytest.raises(DecisionFailed, match="2 rules answered"):
        result(decision, mapping=mapping, x=1)


@pytest.mark.parametrize("mapping", ["singleEntry", "collectEntries"])
def test_one_entry_of_two_outputs_is_refused(mapping: str) -> None:
    decision = table(X + answer("a") + answer("b"), [(["1"], ["1", "2"])])
    with pytest.raises(DecisionFailed, match="several outputs"):
        result(decision, mapping=mapping, x=1)
