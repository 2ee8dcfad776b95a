"""The types of FEEL's values, as far as their texts tell them."""

from engine.dmn.feel_tree import Arithmetic, Call, Literal, Minus, Node
from engine.expression_functions import DURATION, TIMESTAMP


def known_type(node: Node) -> str | None:  # noqa: PLR0911 — one for each kind of node
    """Return CEL's name of a node's type where it is known."""
    match node:
        case Literal(_, name):
            return name
        case Minus(inner):
            return known_type(inner)
        case Call("string length" | "count" | "modulo"):
            return "double"
        case Call("string"):
            return "string"
        case Call("now"):
            return TIMESTAMP
        case Arithmetic(_, left, right):
            return _type_of_arithmetic(known_type(left), known_type(right))
    return None


def _type_of_arithmetic(left: str | None, right: str | None) -> str | None:
    """Return the type of a calculation, where its sides tell: numbers and texts keep theirs."""
    times = {TIMESTAMP, DURATION}
    if left in times or right in times:
        return None
    return left or right
