"""Decisions as they are evaluated: read, checked, and every cell in CEL (DMN 1.3, chapters 6-8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

#: What a place in a decision is called in errors: "decision/rule/cell".
Place: TypeAlias = str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A text of the table in CEL, and where it stands."""

    cel: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One column that is asked about (DMN 1.3, 8.2.4).

    Args:
        label: What it is called in errors.
        expression: Gives the value that the column's cells test.
        type_ref: The type that the value is brought to; None: it stays as it is.
        allowed: The values that may come, as a test; None: any.
    """

    label: str
    expression: Cell
    type_ref: str | None
    allowed: Cell | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Output:
    """One column that answers (DMN 1.3, 8.2.5).

    Args:
        name: The result's name for it.
        type_ref: The type that an answer is brought to; None: it stays as it is.
        allowed: The answers that may be given, as a test; None: any.
        order: The same as a list of literals, most important first; None: they have no order.
        default: The answer where no rule matches.
    """

    name: str
    place: Place
    type_ref: str | None
    allowed: Cell | None
    order: tuple[Cell, ...] | None
    default: Cell | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One row: a test for each input, None where any value passes; an answer for each output."""

    number: int
    place: Place
    tests: tuple[Cell | None, ...]
    answers: tuple[Cell | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A decision table.

    Args:
        hit_policy: "UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER".
        aggregation: Of COLLECT: "SUM", "MIN", "MAX", "COUNT", or None for a list.
    """

    hit_policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Formula:
    """A literal expression (DMN 1.3, 7.3.1)."""

    expression: Cell
    type_ref: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One decision.

    Args:
        id: What `camunda:decisionRef` names.
        variable: The name under which other decisions read its result.
        required: The decisions that are made before it.
        logic: How it is made.
        reads: The variables that it reads, and how many of its cells do.
    """

    id: str
    variable: str
    required: tuple[str, ...]
    logic: Table | Formula
    reads: Mapping[str, int]


Decisions: TypeAlias = Mapping[str, Decision]
