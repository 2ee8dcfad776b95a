"""What a FEEL text of our part of the language is made of (DMN 1.3, 10.3.1)."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written out, as CEL's text for it.

    Args:
        cel: The text.
        type: CEL's name of its type, as its function `type` gives it.
    """

    cel: str
    type: str


@dataclass(frozen=True, slots=True)
class Path:
    """A variable, or a field of one: `pedido.valor`."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tested:
    """The value that a unary test is about: `?`."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list that is written out."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers, texts or times calculated with: `+ - * /`."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Minus:
    """A number with its sign turned."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`= != < <= > >=`; null where the two are not of one type."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` or `or` of several, with three values (DMN 1.3, table 50)."""

    both: bool
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; null of null."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class If:
    """One of two values; the second where the condition is false or null."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """One of our functions."""

    name: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """A range of values, each end in it or not: `[1..10[`."""

    low: "Node"
    high: "Node"
    low_open: bool
    high_open: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A test against one value: `< 5`, or `5` alone for `= 5`."""

    sign: str
    node: "Node"


@dataclass(frozen=True, slots=True)
class Asked:
    """A test that is a condition about `?`."""

    node: "Node"


Test: TypeAlias = Interval | Compared | Asked


@dataclass(frozen=True, slots=True)
class Tests:
    """Tests of one value: one of them holds, or none where they are negated; no test is `-`."""

    tests: tuple[Test, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class In:
    """Whether a value passes tests: `x in [1..5]`, `x between 1 and 5`."""

    node: "Node"
    tests: Tests


@dataclass(frozen=True, slots=True)
class Among:
    """Whether a value is another, or one of its entries where that is a list."""

    node: "Node"
    listed: "Node"


Calculated: TypeAlias = Literal | Path | Tested | Items | Arithmetic | Minus | Call
Conditional: TypeAlias = Comparison | Logic | Not | In | Among
Node: TypeAlias = Calculated | Conditional | If
