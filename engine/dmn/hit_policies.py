"""Which of the rules that match count, and what they answer together (DMN 1.3, 8.2.10)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.dmn.model import Place, Rule, Table
from engine.errors import DecisionFailed

#: Policies that answer with a list.
MANY = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
SINGLE = frozenset({"UNIQUE", "FIRST", "PRIORITY", "ANY"})
#: Policies that need to know which answer is more important.
ORDERED = frozenset({"PRIORITY", "OUTPUT ORDER"})
AGGREGATIONS = frozenset({"SUM", "MIN", "MAX", "COUNT"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matches, and its answers in the order of the outputs."""

    rule: Rule
    answers: tuple[Any, ...]


Answered = Sequence[Sequence[Any]]


def choose(
    decision_id: str, table: Table, hits: Sequence[Hit], orders: Sequence[Sequence[Any]]
) -> Answered:
    """Return the answers that count, one sequence for each.

    Args:
        decision_id: For errors.
        table: Names the policy.
        hits: The rules that match, in the table's order.
        orders: Each output's answers, the most important first.

    Raises:
        DecisionFailed: More rules match than may, they answer differently, or cannot be aggregated.
    """
    if table.hit_policy == "COLLECT" and table.aggregation is not None:
        return _aggregated(decision_id, table.aggregation, hits)
    if table.hit_policy in ORDERED:
        hits = sorted(hits, key=lambda hit: _ranks(hit, orders))
    if table.hit_policy == "UNIQUE" and len(hits) > 1:
        raise refused(decision_id, _rules(hits), "only one rule may match (UNIQUE)")
    if table.hit_policy == "ANY" and any(hit.answers != hits[0].answers for hit in hits):
        raise refused(decision_id, _rules(hits), "the rules that match answer differently (ANY)")
    counting = hits[:1] if table.hit_policy in SINGLE else hits
    return [hit.answers for hit in counting]


def refused(decision_id: str, place: Place, reason: str) -> DecisionFailed:
    """Return the error of a decision that cannot be made, placed."""
    return DecisionFailed(decision_id, place, reason)


def _rules(hits: Sequence[Hit]) -> Place:
    """Return which rules match, as a place."""
    return ", ".join(hit.rule.place for hit in hits)


def _ranks(hit: Hit, orders: Sequence[Sequence[Any]]) -> list[int]:
    """Return where each answer stands in its output's order; what is not in it comes last."""
    return [
        order.index(answer) if answer in order else len(order)
        for answer, order in zip(hit.answers, orders, strict=True)
    ]


def _sum(numbers: Sequence[Any]) -> Any:  # noqa: ANN401 — any number
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in numbers):
        raise TypeError("an answer is no number")
    return sum(numbers)


_AGGREGATE: Mapping[str, Callable[[Sequence[Any]], Any]] = {"SUM": _sum, "MIN": min, "MAX": max}


def _aggregated(decision_id: str, aggregation: str, hits: Sequence[Hit]) -> Answered:
    """Return the one answer that the hits come to; null of none, but their count is 0."""
    answers = [hit.answers[0] for hit in hits if hit.answers[0] is not None]
    if aggregation == "COUNT":
        return [[len(hits)]]
    if not answers:
        return []
    try:
        return [[_AGGREGATE[aggregation](answers)]]
    except TypeError as error:
        reason = f"their answers have no {aggregation}: {error}"
        raise refused(decision_id, _rules(hits), reason) from error
