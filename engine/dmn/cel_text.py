"""Texts of CEL put together, with brackets only where an operator binds too loosely."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import ExpressionError

# How tightly CEL binds (CEL, "Operators").
TERNARY, OR, AND, RELATION, ADD, MULTIPLY, UNARY, ALONE = range(8)


#: More than any text that may be evaluated, so that what is left out in the end does no harm.
MAX_LENGTH = 5_000


@dataclass(frozen=True, slots=True)
class Cel:
    """A text of CEL, and how tightly its outermost operator binds."""

    text: str
    level: int = ALONE

    def __post_init__(self) -> None:
        """Stop what grows without end: conditions compared with conditions double at each level."""
        if len(self.text) > MAX_LENGTH:
            raise ExpressionError(self.text, "is too long.")

    def at(self, level: int) -> str:
        """Return the text for a place that binds so tightly, in brackets where it must be."""
        return self.text if self.level >= level else f"({self.text})"


TRUE, FALSE = Cel("true"), Cel("false")


def every(terms: Iterable[Cel]) -> Cel:
    """Join terms that must all hold; each once, and the surer ones first."""
    found = list(dict.fromkeys(terms))
    if FALSE in found:
        return FALSE
    found = [term for term in found if term != TRUE] or [TRUE]
    if len(found) == 1:
        return found[0]
    return Cel(" && ".join(term.at(AND) for term in found), AND)


def some(terms: Iterable[Cel]) -> Cel:
    """Join terms of which one must hold."""
    found = list(dict.fromkeys(terms))
    if TRUE in found:
        return TRUE
    found = [term for term in found if term != FALSE] or [FALSE]
    return found[0] if len(found) == 1 else Cel(" || ".join(t.at(OR) for t in found), OR)


def either(condition: Cel, then: Cel, otherwise: Cel) -> Cel:
    """Return one of two texts, or the one where the condition is known."""
    if condition in (TRUE, FALSE):
        return then if condition == TRUE else otherwise
    text = f"{condition.at(OR)} ? {then.at(OR)} : {otherwise.at(OR)}"
    return Cel(text, TERNARY)
