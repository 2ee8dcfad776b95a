"""Which variables decisions read, and how often."""

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.dmn.model import Cell, Decisions, Formula, Table
from engine.expressions import variables_of


def counted(logic: Table | Formula) -> Mapping[str, int]:
    """Return the variables that a decision's logic reads, and in how many cells."""
    return Counter(name for cell in _cells(logic) for name in variables_of(cell.cel))


def read_by(decisions: Decisions) -> frozenset[str]:
    """Return the names of all variables that decisions may read, those of each other included."""
    return frozenset(name for decision in decisions.values() for name in decision.reads)


def _cells(logic: Table | Formula) -> Iterator[Cell]:
    """Yield every cell of a decision that is not empty."""
    if isinstance(logic, Formula):
        yield logic.expression
        return
    for column in logic.inputs:
        yield column.expression
        yield from filter(None, [column.allowed])
    for output in logic.outputs:
        yield from filter(None, [output.allowed, output.default])
    for rule in logic.rules:
        yield from filter(None, [*rule.tests, *rule.answers])
