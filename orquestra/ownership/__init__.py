"""Whether a login is the person's who came back from gov.br: by rule, or by staff's decision."""

from orquestra.ownership.decisions import REASON_LIMIT, ask_decision, decide
from orquestra.ownership.questions import (
    Decision,
    Verdict,
    load_decision,
    waiting_decision,
    waiting_decisions,
)
from orquestra.ownership.rules import Doubt, Ownership, Rule, check

__all__ = [
    "REASON_LIMIT",
    "Decision",
    "Doubt",
    "Ownership",
    "Rule",
    "Verdict",
    "ask_decision",
    "check",
    "decide",
    "load_decision",
    "waiting_decision",
    "waiting_decisions",
]
