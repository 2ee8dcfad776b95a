"""Unary tests as conditions about the value that they test."""

from engine.dmn.feel_tree import (
    Among,
    Asked,
    Compared,
    Comparison,
    Interval,
    Items,
    Literal,
    Logic,
    Node,
    Not,
    Path,
    Test,
)


def literal(test: Test) -> Literal | None:
    """Return what a test says the value equals, where that is written out."""
    if isinstance(test, Compared) and test.sign == "=" and isinstance(test.node, Literal):
        return test.node
    return None


def about(test: Test, subject: Node) -> Node:
    """Return a test as a condition about its subject."""
    match test:
        case Asked(node):
            return node
        case Interval(low, high, low_open, high_open):
            above = Comparison(">" if low_open else ">=", subject, low)
            below = Comparison("<" if high_open else "<=", subject, high)
            return Logic(both=True, parts=(above, below))
        case Compared("=", Items() | Path() as listed):
            return Among(subject, listed)
        case Compared("!=", Items() | Path() as listed):
            return Not(Among(subject, listed))
        case Compared(sign, node):
            return Comparison(sign, subject, node)
    raise TypeError(f"No test: {test!r}")
