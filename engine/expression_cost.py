"""How much work an expression may be for the values that it is given, before it is evaluated.

The evaluator cannot be interrupted, so its work is estimated. Measured: joining copies both sides;
`map` and `filter` copy the whole list of results for each entry, so that 10,000 objects took 70 s;
one copied value costs about 80 ns. The budget is some 0.1 s.
"""

from collections.abc import Mapping

from engine.errors import ExpressionError
from engine.expression_text import Macro, Parts

MAX_COST = 2_000_000

#: These collect their results in a list, which is copied for each of them.
_COLLECTING = frozenset({"map", "filter"})


def check_cost(expression: str, parts: Parts, *, weights: Mapping[str, int], longest: int) -> None:
    """Refuse an expression that would take too long on its values.

    Args:
        expression: For the error.
        parts: The same in tokens.
        weights: Of each variable, in values.
        longest: Entries of the longest list or object in them.

    Raises:
        ExpressionError: Says so.
    """
    joins = 1 + sum(token.text == "+" for token in parts.tokens if token.kind == "sign")
    outside = len(parts.tokens) + sum(weights.get(name, 1) for name in parts.read())
    cost = outside * joins
    if parts.macros:
        inner = [_signs(parts, macro) for macro in parts.macros]
        entries = max(longest, len(parts.tokens)) * (joins - sum(inner))
        carried = outside * (joins - sum(inner))
        for macro, signs in zip(parts.macros, inner, strict=True):
            outer = _outer(parts, macro, weights)
            rounds = entries * outer + carried * max(1, _bound(parts, macro))
            carried = rounds * (1 + signs)
            cost += carried * (entries // 2 if macro.name in _COLLECTING else 1)
    if cost > MAX_COST:
        raise ExpressionError(expression, "would take too long on values of this size.")


def _outer(parts: Parts, macro: Macro, weights: Mapping[str, int]) -> int:
    """Return what one round of a macro reads beside its own entry."""
    names = parts.read(macro.start + 1, macro.end)
    return sum(weights.get(name, 1) for name in names if name != macro.bound)


def _bound(parts: Parts, macro: Macro) -> int:
    """Return how often one round of a macro reads its own entry."""
    return list(parts.read(macro.start + 1, macro.end)).count(macro.bound)


def _signs(parts: Parts, macro: Macro) -> int:
    """Return how many joins stand in a macro's body."""
    return sum(token.text == "+" for token in parts.tokens[macro.start : macro.end])
