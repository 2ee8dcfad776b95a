"""Whether a login is the person's who came back from gov.br: by rule, or by people's decision."""

from orquestra.ownership.announcing import tell_approval, tell_doubt, tell_refusal
from orquestra.ownership.answers import REASON_LIMIT, Answer
from orquestra.ownership.asking import ask_decision, hand_to_people, settle_by_rule
from orquestra.ownership.asking_again import REFUSALS_LIMIT, may_ask
from orquestra.ownership.batch_progress import (
    DECIDED,
    FIRST_APPROVAL,
    Batch,
    failures_of,
    load_batch,
)
from orquestra.ownership.batches import (
    claim_item,
    finish_batch,
    mark_of,
    open_batch,
    open_batches,
    record_item,
)
from orquestra.ownership.decisions import decide, decide_for_company, variables_of
from orquestra.ownership.dossier import NETWORK_DAYS, Dossier, read_dossier
from orquestra.ownership.evidence import Finding, check, find, names_match
from orquestra.ownership.grounds import require_ground
from orquestra.ownership.lists import (
    Filter,
    asked_about,
    asked_by,
    may_answer,
    waiting_decisions,
    waiting_for_company,
)
from orquestra.ownership.next_steps import NEXT_STEPS
from orquestra.ownership.questions import (
    Decision,
    Verdict,
    load_decision,
    waiting_decision,
)
from orquestra.ownership.representatives import count_waiting_for
from orquestra.ownership.rules import Doubt, Evidence, Ownership, Rule, judge
from orquestra.ownership.warning import SharedUse, shared_use

__all__ = [
    "DECIDED",
    "FIRST_APPROVAL",
    "NETWORK_DAYS",
    "NEXT_STEPS",
    "REASON_LIMIT",
    "REFUSALS_LIMIT",
    "Answer",
    "Batch",
    "Decision",
    "Dossier",
    "Doubt",
    "Evidence",
    "Filter",
    "Finding",
    "Ownership",
    "Rule",
    "SharedUse",
    "Verdict",
    "ask_decision",
    "asked_about",
    "asked_by",
    "check",
    "claim_item",
    "count_waiting_for",
    "decide",
    "decide_for_company",
    "failures_of",
    "find",
    "finish_batch",
    "hand_to_people",
    "judge",
    "load_batch",
    "load_decision",
    "mark_of",
    "may_answer",
    "may_ask",
    "names_match",
    "open_batch",
    "open_batches",
    "read_dossier",
    "record_item",
    "require_ground",
    "settle_by_rule",
    "shared_use",
    "tell_approval",
    "tell_doubt",
    "tell_refusal",
    "variables_of",
    "waiting_decision",
    "waiting_decisions",
    "waiting_for_company",
]
