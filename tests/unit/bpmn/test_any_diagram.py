"""Any diagram, walked in any way: never stuck, nothing left behind, saved and rebuilt."""

import os
from random import Random

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from engine.spiff import deltas

from .any_walk import Steps, any_walk

EXAMPLES = int(os.environ.get("ANY_DIAGRAM_EXAMPLES", "60"))
ROUNDS = 12
#: Without what makes a failure's diagram smaller: that takes minutes; raise it by hand.
PHASES = (Phase.explicit, Phase.generate)
CHANCE = st.randoms(use_true_random=False)
RUN = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    phases=PHASES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def described(steps: Steps) -> None:
    """Let whoever reads a failure see the diagrams and the way."""
    note(steps.walk.diagram)
    note(str(steps.walk.called))
    note(str(steps.done))


@given(chance=CHANCE)
@RUN
def test_any_way_through_any_diagram_can_be_gone_to_its_end(chance: Random) -> None:
    steps = Steps(any_walk(chance), chance)
    try:
        went = steps.start()
        for _ in range(12 if went else 0):
            if steps.walk.completed:
                break
            steps.step()
        left = 150
        while went and not steps.walk.completed and left:
            went, left = steps.step(ending=True), left - 1
        assert left, "it does not come to an end"
    finally:
        described(steps)


@given(chance=CHANCE)
@settings(RUN, max_examples=EXAMPLES // 4)
def test_any_round_of_a_loop_costs_what_the_first_ones_did(chance: Random) -> None:
    steps = Steps(any_walk(chance, 4, rounds=True), chance)
    sizes = [1]
    try:
        went = steps.start()
        first = next((w.element_id for w in steps.walk.waits().user_tasks.values()), "")
        while went and len(sizes) <= ROUNDS:
            went = steps.round(first, len(sizes) % 2)
            sizes.append(len(deltas.decompress(steps.walk.tokens_saved)))
        early, late = sizes[: ROUNDS // 2], sizes[ROUNDS // 2 :]
        assert not went or max(late) <= 1.2 * max(early) + 500, sizes
    finally:
        described(steps)
