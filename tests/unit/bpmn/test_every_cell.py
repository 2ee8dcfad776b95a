"""The allow-list keeps its word: what it calls executed has a scenario, the rest is refused."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.allowlist import findings
from engine.allowlist.cell import Cell, Treatment
from engine.allowlist.cells import BY_ID, FAMILIES
from engine.errors import Finding
from engine.operators import Operator, OperatorRegistry
from engine.xml_input import read_diagram

from .cell_examples import bare, example

_TESTS = Path(__file__).parents[2]
#: Where scenarios may stand.
_FOLDERS = ("unit/bpmn", "unit/engine", "integration/engine")


def _marked() -> Iterator[tuple[str, str]]:
    """Yield (cell, file) of each `pytest.mark.cell("…")` without importing a test."""
    for folder in _FOLDERS:
        for path in sorted((_TESTS / folder).rglob("test_*.py")):
            for called in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(called, ast.Call) and getattr(called.func, "attr", "") == "cell":
                    for argument in called.args:
                        if isinstance(argument, ast.Constant):
                            yield str(argument.value), path.name


def _cells(treatment: Treatment) -> list[Cell]:
    return [cell for cell in BY_ID.values() if cell.treatment is treatment]


def _found(text: str) -> list[Finding]:
    operators = OperatorRegistry()
    operators.add(
        Operator(topic="t", function=dict, inline=False, queue="background", inputs={}, summary="")
    )
    return list(findings(read_diagram(text, "p.bpmn"), operators))


def test_no_cell_is_written_down_twice() -> None:
    assert sum(map(len, FAMILIES.values())) == len(BY_ID)


def test_each_executed_cell_has_a_scenario() -> None:
    marked = {cell for cell, _ in _marked()}
    missing = sorted(cell.id for cell in _cells(Treatment.EXECUTED) if cell.id not in marked)
    assert not missing, f"{len(missing)} cells without a scenario:\n" + "\n".join(missing)


def test_each_scenario_is_of_a_cell_that_is_executed() -> None:
    strange = [
        f"{file}: {cell}"
        for cell, file in _marked()
        if cell not in BY_ID or not BY_ID[cell].executed
    ]
    assert not strange, "\n".join(strange)


@pytest.mark.parametrize("cell", _cells(Treatment.REFUSED), ids=lambda cell: cell.id)
def test_what_is_not_executed_is_refused_with_its_place_and_what_to_do(cell: Cell) -> None:
    found = _found(example(cell))
    wanted = ("x", cell.rule, f"«{cell.label}»: {cell.refusal}")
    assert wanted in [(each.element_id, each.rule, each.message) for each in found]


@pytest.mark.parametrize("cell", _cells(Treatment.KEPT), ids=lambda cell: cell.id)
def test_what_is_kept_changes_no_finding(cell: Cell) -> None:
    told = _found(example(cell))
    assert not [each for each in told if f"«{cell.label}»" in each.message]
    if cell.attribute:
        assert told == _found(bare(cell))


def test_each_refusal_says_what_to_do_instead() -> None:
    for cell in _cells(Treatment.REFUSED):
        assert cell.refusal.endswith("."), cell
        assert ": " in cell.refusal, f"{cell.id} says only that it is refused"
