"""Any commands and repairs on an instance of any diagram: rows, tokens and history agree."""

import os
from random import Random

import pytest

from .any_instance import Wanderer
from .conftest import Engine

FIRST, AFTER = os.environ.get("ANY_INSTANCE_SEEDS", "0-8").split("-")
STEPS = 14


@pytest.mark.parametrize("seed", range(int(FIRST), int(AFTER)))
def test_rows_tokens_and_history_agree_whatever_is_done(engine: Engine, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 — a test's own choices
    wanderer = Wanderer(engine, chance, size=chance.randrange(2, 10))
    for _ in range(STEPS):
        if chance.randrange(3) == 2:
            wanderer.repair()
        elif not wanderer.go_on():
            break
    wanderer.all_is_rebuilt()
