"""What somebody decides of a question, with its texts in order."""

from dataclasses import dataclass

from orquestra.ownership.next_steps import known_step
from orquestra.ownership.questions import Verdict
from orquestra.text import required

REASON_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody decides.

    Args:
        verdict: "aprovar" or "recusar".
        reason: Why, in a sentence; the person reads it after a refusal.
        next_step: What the person can do now, a code of `NEXT_STEPS`; only for a refusal.
    """

    verdict: Verdict
    reason: str
    next_step: str | None = None

    def checked(self) -> "Answer":
        """Give the answer with its texts in order.

        Raises:
            InvalidText: No reason is given.
            InvalidNextStep: A refusal names no known next step.
        """
        reason = required(self.reason, what="reason", limit=REASON_LIMIT)
        refused = self.verdict == "recusar"
        return Answer(
            verdict=self.verdict,
            reason=reason,
            next_step=known_step(self.next_step) if refused else None,
        )
