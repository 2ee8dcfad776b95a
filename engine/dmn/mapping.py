"""What of a decision a process keeps: Camunda 7's `mapDecisionResult`."""

from typing import Any

from engine.dmn.evaluating import Answers
from engine.dmn.hit_policies import refused

#: What `camunda:mapDecisionResult` may say; the first is what its absence means.
MAPPINGS = ("resultList", "singleEntry", "singleResult", "collectEntries")


def mapped(decision_id: str, answers: Answers, mapping: str) -> Any:  # noqa: ANN401 — any JSON value
    """Return the value for the process's variable.

    Args:
        decision_id: For errors.
        answers: What the decision came to.
        mapping: One of MAPPINGS.

    Raises:
        DecisionFailed: There are more hits, or more outputs, than the mapping has room for.
    """
    entries = answers.entries
    if mapping == "resultList":
        return [dict(entry) for entry in entries]
    if mapping != "singleResult" and any(len(entry) > 1 for entry in entries):
        raise refused(decision_id, mapping, "the decision has several outputs")
    if mapping == "collectEntries":
        return [answer for entry in entries for answer in entry.values()]
    if len(entries) > 1:
        raise refused(decision_id, mapping, f"{len(entries)} rules answered")
    if mapping == "singleResult":
        return dict(entries[0]) if entries else None
    return next(iter(entries[0].values())) if entries else None
