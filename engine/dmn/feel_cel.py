"""Translates FEEL to CEL, with FEEL's three values: what is null is neither true nor false.

CEL raises where FEEL gives null, so each condition is written with what must hold for it to be
asked at all: "is true" and "is false" are translated apart, and `not` changes one for the other.
"""

from engine.dmn.cel_text import (
    ADD,
    ALONE,
    FALSE,
    MULTIPLY,
    RELATION,
    TRUE,
    UNARY,
    Cel,
    either,
    every,
    some,
)
from engine.dmn.feel_functions import FUNCTIONS
from engine.dmn.feel_tests import about, literal
from engine.dmn.feel_tree import (
    Among,
    Arithmetic,
    Call,
    Comparison,
    If,
    In,
    Items,
    Literal,
    Logic,
    Minus,
    Node,
    Not,
    Path,
    Tested,
    Tests,
)
from engine.dmn.feel_types import known_type
from engine.errors import ExpressionError
from engine.expression_functions import ORDERED

#: Variables of a unary test: the value that it is about, and CEL's name of its type.
TESTED_VALUE, TESTED_TYPE = "tested_value", "tested_type"
_TAKEN = frozenset({TESTED_VALUE, TESTED_TYPE, "now"})

_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
_CONDITIONS = (Comparison, Logic, Not, In, Among)


def value(node: Node) -> Cel:
    """Return the CEL of a node's value; null where FEEL says so."""
    match node:
        case If(condition, then, otherwise):
            return either(truth(condition), value(then), value(otherwise))
        case Comparison("=" | "!="):
            return truth(node)
        case _ if _is_condition(node):
            return either(truth(node), TRUE, either(truth(node, holds=False), FALSE, Cel("null")))
        case Path((_,)) | Tested() | Literal():
            return _raw(node)
    guards = _guards(node)
    if isinstance(node, Path):
        guards = guards[:-1]
    return either(every(guards), _raw(node), Cel("null")) if guards else _raw(node)


def truth(node: Node, *, holds: bool = True) -> Cel:
    """Return the CEL of whether a node is true, or whether it is false."""
    return every(_terms(node, holds=holds))


def tests(cell: Tests, subject: Node) -> Cel:
    """Return the CEL of whether a value passes the tests of a cell."""
    if not cell.tests:
        return TRUE
    if cell.negated:
        terms = (term for test in cell.tests for term in _terms(about(test, subject), holds=False))
        return every(terms)
    literals = [literal(test) for test in cell.tests]
    if len(literals) > 1 and all(literal is not None for literal in literals):
        listed = ", ".join(literal.cel for literal in literals if literal is not None)
        return Cel(f"{value(subject).at(RELATION)} in [{listed}]", RELATION)
    return some(truth(about(test, subject)) for test in cell.tests)


def _terms(node: Node, *, holds: bool) -> list[Cel]:  # noqa: C901, PLR0911 — one for each kind of node
    """Return what must hold together for a node to be true, or to be false."""
    match node:
        case Literal(cel, "bool"):
            return [TRUE if (cel == "true") is holds else FALSE]
        case Not(inner):
            return _terms(inner, holds=not holds)
        case Logic(both, parts) if both is holds:
            return [term for part in parts for term in _terms(part, holds=holds)]
        case Logic(_, parts):
            return [some(truth(part, holds=holds) for part in parts)]
        case Comparison():
            return _comparison(node, holds=holds)
        case Among(subject, listed):
            return _among(subject, listed, holds=holds)
        case In(subject, cell):
            return _in(cell, subject, holds=holds)
        case If(condition, then, otherwise):
            chosen = (truth(then, holds=holds), truth(otherwise, holds=holds))
            return [either(truth(condition), *chosen)]
        case Call(name) if FUNCTIONS[name].condition:
            raw = _raw(node)
            return [*_guards(node), raw if holds else Cel(f"!({raw.text})", UNARY)]
        case Path() | Tested():
            wanted = "true" if holds else "false"
            return [*_guards(node)[:-1], Cel(f"{_raw(node).text} == {wanted}", RELATION)]
    return [FALSE]


def _comparison(node: Comparison, *, holds: bool) -> list[Cel]:
    """Return the terms of a comparison: equality knows null, order wants two of one type."""
    sign = "==" if node.sign == "=" else node.sign
    sign = sign if holds else _OPPOSITE[sign]
    if sign in {"==", "!="}:
        left, right = value(node.left), value(node.right)
        return [Cel(f"{left.at(ADD)} {sign} {right.at(ADD)}", RELATION)]
    left, right = _raw(node.left), _raw(node.right)
    return [
        *_guards(node.left),
        *_guards(node.right),
        *_comparable(node.left, node.right),
        Cel(f"{left.at(ADD)} {sign} {right.at(ADD)}", RELATION),
    ]


def _among(subject: Node, listed: Node, *, holds: bool) -> list[Cel]:
    """Return the terms that a value is another, or one of its entries where that is a list."""
    one, other = value(subject).at(ADD), value(listed)
    entry = Cel(f"{one} in {_raw(listed).at(ADD)}", RELATION)
    if isinstance(listed, Items):
        return [entry if holds else Cel(f"!({entry.text})", UNARY)]
    inside = every([*_guards(listed), Cel(f'{_type_of(listed)} == "list"', RELATION), entry])
    if holds:
        return [some([Cel(f"{one} == {other.at(ADD)}", RELATION), inside])]
    return [Cel(f"{one} != {other.at(ADD)}", RELATION), Cel(f"!({inside.text})", UNARY)]


def _in(cell: Tests, subject: Node, *, holds: bool) -> list[Cel]:
    """Return the terms of `x in (…)`."""
    if holds or not cell.tests:
        return [tests(cell, subject)]
    if cell.negated:
        return [some(truth(about(test, subject)) for test in cell.tests)]
    return [term for test in cell.tests for term in _terms(about(test, subject), holds=False)]


def _comparable(left: Node, right: Node) -> list[Cel]:
    """Return the term that two values have an order, as far as it is not known."""
    known = {known_type(left), known_type(right)}
    if known == {None}:
        sides = f"{_raw(left).text}, {_raw(right).text}"
        return [Cel(f"comparable({sides})")]
    return _same_type(left, right) if known <= {None, *ORDERED} else [FALSE]


def _same_type(left: Node, right: Node) -> list[Cel]:
    """Return the term that two values are of one type, as far as it is not known."""
    known = known_type(left), known_type(right)
    if None not in known:
        return [] if known[0] == known[1] else [FALSE]
    texts = [f'"{name}"' if name else _type_of(node) for name, node in zip(known, (left, right))]  # noqa: B905 — two each
    return [Cel(f"{texts[0]} == {texts[1]}", RELATION)]


def _type_of(node: Node) -> str:
    """Return the CEL that asks for a value's type."""
    return TESTED_TYPE if isinstance(node, Tested) else f"type({_raw(node).text})"


def _raw(node: Node) -> Cel:  # noqa: PLR0911 — one for each kind of node
    """Return a node's CEL for values that pass its guards."""
    match node:
        case Literal(cel, _):
            return Cel(cel)
        case Path(names):
            if names[0] in _TAKEN:
                raise ExpressionError(".".join(names), "is no name that a variable may have here.")
            return Cel(".".join(names))
        case Tested():
            return Cel(TESTED_VALUE)
        case Items(items):
            return Cel(f"[{', '.join(value(item).text for item in items)}]")
        case Minus(inner):
            return Cel(f"-{_raw(inner).at(UNARY + 1)}", UNARY)
        case Arithmetic(sign, left, right):
            level = ADD if sign in {"+", "-"} else MULTIPLY
            sides = _raw(left).at(level), _raw(right).at(level + 1)
            return Cel(f"{sides[0]} {sign} {sides[1]}", level)
        case Call(name, arguments):
            wanted = FUNCTIONS[name].types
            given = [
                (_raw(each) if kind else value(each)).at(ALONE)
                for each, kind in zip(arguments, wanted, strict=True)
            ]
            level = RELATION if FUNCTIONS[name].condition else ALONE
            return Cel(FUNCTIONS[name].cel.format(*given), level)
    return value(node)


def _guards(node: Node) -> list[Cel]:  # noqa: PLR0911 — one for each kind of node
    """Return what must hold for a node to have a value; the last of a path's is that it has one."""
    match node:
        case Literal("null", _):
            return [FALSE]
        case Path(names):
            return [*_reaches(names), Cel(f"{_raw(node).text} != null", RELATION)]
        case Tested():
            return [Cel(f"{TESTED_VALUE} != null", RELATION)]
        case Minus(inner):
            return _guards(inner)
        case Arithmetic(_, left, right):
            return [*_guards(left), *_guards(right)]
        case Call(name, arguments):
            return [
                term
                for each, kind in zip(arguments, FUNCTIONS[name].types, strict=True)
                if kind
                for term in [*_guards(each), *_same_type(each, Literal("", kind))]
            ]
    return []


def _reaches(names: tuple[str, ...]) -> list[Cel]:
    """Return the terms that each object on a path is one, and has the next field."""
    terms = []
    for length in range(1, len(names)):
        owner = ".".join(names[:length])
        terms.append(Cel(f'type({owner}) == "map"', RELATION))
        terms.append(Cel(f"has({owner}.{names[length]})"))
    return terms


def _is_condition(node: Node) -> bool:
    """Whether a node gives true, false or null."""
    return isinstance(node, _CONDITIONS) or (
        isinstance(node, Call) and FUNCTIONS[node.name].condition
    )
