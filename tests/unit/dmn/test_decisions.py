"""Decisions of tables and formulas, their types, and those that require others."""

import pytest

from engine.errors import DecisionFailed

from .dmn_files import answer, column, formula, made, table

# The table of applicant risk as the specification's chapter 8 prints it in several shapes.
RISK = table(
    column("idade", type_ref="integer")
    + column("historico", values='"bom","ruim"')
    + answer("risco"),
    [
        ([">= 60", '"bom"'], ['"medio"']),
        ([">= 60", '"ruim"'], ['"alto"']),
        (["[25..60[", "-"], ['"medio"']),
        (["< 25", '"bom"'], ['"baixo"']),
        (["< 25", '"ruim"'], ['"medio"']),
    ],
    name="risco",
)
#: Discounts by customer and order, as the specification's introduction to tables has them.
DISCOUNT = table(
    column("cliente") + column("pedido.tamanho") + answer("desconto"),
    [
        (['"Business"', "< 10"], ["0.05"]),
        (['"Business"', ">= 10"], ["0.10"]),
        (['"Private"', "-"], ["0"]),
    ],
)
#: Holidays: 22 days, 5 more for the young, the old and the long-serving, and so on; summed.
HOLIDAYS = table(
    column("idade") + column("servico") + answer("dias"),
    [
        (["-", "-"], ["22"]),
        (["< 18, >= 60", "-"], ["5"]),
        (["[18..60)", ">= 30"], ["5"]),
        (["-", "[15..30)"], ["2"]),
        ([">= 60", ">= 30"], ["3"]),
    ],
    hit="COLLECT",
    aggregation="SUM",
)


@pytest.mark.parametrize(
    ("age", "history", "risk"),
    [(60, "bom", "medio"), (60, "ruim", "alto"), (25, "ruim", "medio"), (24, "bom", "baixo")],
)
def test_the_applicants_risk_is_found(age: int, history: str, risk: str) -> None:
    assert made(RISK, ask="risco", idade=age, historico=history).value == risk


@pytest.mark.parametrize(
    ("customer", "size", "discount"),
    [("Business", 9, 0.05), ("Business", 10, 0.1), ("Private", 3, 0), ("Other", 3, None)],
)
def test_the_orders_discount_is_found(customer: str, size: int, discount: object) -> None:
    assert made(DISCOUNT, cliente=customer, pedido={"tamanho": size}).value == discount


@pytest.mark.parametrize(
    ("age", "service", "days"), [(16, 1, 27), (25, 5, 22), (25, 20, 24), (44, 30, 27), (60, 35, 30)]
)
def test_the_holidays_are_summed(age: int, service: int, days: int) -> None:
    assert made(HOLIDAYS, idade=age, servico=service).value == days


def test_a_variable_that_is_missing_is_null_and_matches_what_asks_for_null() -> None:
    rules = [(["null"], ['"none"']), (["< 5"], ['"few"']), (["not(null)"], ['"some"'])]
    decision = table(column("x.y") + answer("say"), rules, hit="FIRST")
    assert made(decision).value == "none"
    assert made(decision, x={}).value == "none"
    assert made(decision, x={"y": 4}).value == "few"
    assert made(decision, x={"y": "4"}).value == "some"


@pytest.mark.parametrize(
    ("type_ref", "given", "cell"),
    [
        ("string", 5, '"5"'),
        ("string", True, '"true"'),
        ("integer", "7", "7"),
        ("long", 7.0, "7"),
        ("double", "7.5", "[7..8]"),
        ("number", 7, "> 6"),
        ("boolean", "true", "true"),
        ("date", "2026-03-10", 'date("2026-03-10")'),
        ("date", "2026-03-10", '> date("2026-03-09")'),
        ("date", "2026-03-10", '[date("2026-03-01")..date("2026-03-31")]'),
        ("dateTime", "2026-03-10T12:00:00-03:00", '= date and time("2026-03-10T15:00:00Z")'),
        ("dateTime", "2026-03-10T12:00:00-03:00", '< date and time("2026-03-10T15:00:01Z")'),
        ("dayTimeDuration", "PT36H", '= duration("P1DT12H")'),
        ("Any", [1], "[1]"),
    ],
)
def test_a_value_is_brought_to_its_inputs_type(type_ref: str, given: object, cell: str) -> None:
    decision = table(column("x", type_ref=type_ref) + answer("say"), [([cell], ["true"])])
    expected = None if type_ref == "Any" else True
    assert made(decision, x=given).value is expected


@pytest.mark.parametrize(
    ("type_ref", "given"),
    [
        ("integer", 7.5),
        ("integer", "seven"),
        ("number", True),
        ("boolean", 1),
        ("boolean", "yes"),
        ("date", "10/03/2026"),
        ("dateTime", "2026-03-10"),
        ("dateTime", "2026-03-10T12:00:00"),
        ("dayTimeDuration", "P1M"),
        ("string", [1]),
    ],
)
def test_a_value_of_another_type_names_its_input(type_ref: str, given: object) -> None:
    decision = table(column("x", type_ref=type_ref) + answer("say"), [(["-"], ["true"])])
    with pytest.raises(DecisionFailed, match=rf"«d/in_x»: a .* is no {type_ref}"):
        made(decision, x=given)


@pytest.mark.parametrize(
    ("type_ref", "cell", "found"),
    [
        ("date", 'date("2026-03-10")', "2026-03-10"),
        ("string", "5", "5"),
        ("integer", '"5"', 5),
        ("dateTime", "now()", "2026-03-10T15:00:00+00:00"),
        ("dayTimeDuration", 'duration("P1D")', "PT86400S"),
        ("", 'now() + duration("P1D")', "2026-03-11T15:00:00+00:00"),
        ("", "x * 2 + 0.5", 6.5),
        ("", '"a" + "b"', "ab"),
        ("", "[x, null]", [3, None]),
        ("", "y.z", None),
        ("", 'if x > 2 then "many" else "few"', "many"),
        ("", 'if y > 2 then "many" else "few"', "few"),
        ("", "y + 1", None),
        ("", "x in (1, 3)", True),
        ("", "x between 4 and 5", False),
        ("", "y < 5", None),
    ],
)
def test_an_answer_is_an_expression_of_its_outputs_type(
    type_ref: str, cell: str, found: object
) -> None:
    decision = table(column("x") + answer("say", type_ref=type_ref), [(["-"], [cell])])
    assert made(decision, x=3).value == found


def test_values_that_are_not_allowed_are_refused_with_their_place() -> None:
    columns = column("x", values='"a","b"') + answer("say", values="1,2")
    decision = table(columns, [(['"a"'], ["1"]), (['"b"'], ["3"])])
    assert made(decision, x="a").value == 1
    with pytest.raises(DecisionFailed, match="«d/in_x»: the value is not allowed"):
        made(decision, x="c")
    with pytest.raises(DecisionFailed, match="«d/r2/r2_o0»: the answer is not one of those"):
        made(decision, x="b")
    assert made(decision).value is None


def test_a_cell_that_fails_on_its_values_is_refused_with_its_place() -> None:
    decision = table(column("x") + answer("say"), [(["-"], ["x + 1"])])
    with pytest.raises(DecisionFailed, match="«d/r1/r1_o0»: failed"):
        made(decision, x="text")


def test_cells_that_would_read_too_much_together_are_refused_by_name() -> None:
    decision = table(column("x") + answer("say"), [(["lista"], ["1"])] * 300, hit="COLLECT")
    assert made(decision, x=-1, lista=list(range(800))).value == []
    with pytest.raises(DecisionFailed, match="«lista» is too large for the 300 cells"):
        made(decision, x=-1, lista=list(range(900)))


def test_the_tested_value_is_a_question_mark_in_its_cell() -> None:
    rules = [(['starts with(?, "a") and string length(?) > 2'], ["true"])]
    decision = table(column("x") + answer("say"), rules)
    assert made(decision, x="abc").value is True
    assert made(decision, x="ab").value is None
    assert made(decision, x=5).value is None


def test_cells_read_other_variables_and_lists() -> None:
    rules = [(["> limite"], ['"over"']), (["permitidos"], ['"listed"']), (["-"], ['"no"'])]
    decision = table(column("x") + answer("say"), rules, hit="FIRST")
    assert made(decision, x=5, limite=4).value == "over"
    assert made(decision, x=3, limite=4, permitidos=[1, 3]).value == "listed"
    assert made(decision, x=3, permitidos=3).value == "listed"
    assert made(decision, x=3, permitidos=[1]).value == "no"


def test_a_decision_reads_those_that_it_requires_by_name_and_output() -> None:
    season = table(
        column("mes") + answer("estacao"), [(["[3..5]"], ['"outono"']), (["-"], ['"outra"'])],
        hit="FIRST", name="da_estacao",
    )  # fmt: skip
    guests = formula("convidados * 2", name="pessoas", variable="total")
    dish = table(
        column("estacao") + column("total") + answer("prato"),
        [(['"outono"', "> 8"], ['"sopa"']), (["-", "-"], ['"pão"'])],
        hit="FIRST",
        requires=("da_estacao", "pessoas"),
    )
    assert made(season, guests, dish, mes=4, convidados=5).value == "sopa"
    assert made(season, guests, dish, mes=4, convidados=3).value == "pão"


def test_a_list_of_answers_is_read_as_a_list() -> None:
    tags = table(
        column("x") + answer("tag"), [(["> 1"], ['"a"']), (["> 2"], ['"b"'])],
        hit="COLLECT", name="tags",
    )  # fmt: skip
    counted = formula("count(tags) + count(tag)", requires=("tags",))
    assert made(tags, counted, x=3).value == 4


def test_what_two_decisions_require_is_made_once() -> None:
    base = formula("x + 1", name="base")
    left = formula("base * 2", name="left", requires=("base",))
    right = formula("base * 3", name="right", requires=("base",))
    assert (
        made(base, left, right, formula("left + right", requires=("left", "right")), x=1).value
        == 10
    )
