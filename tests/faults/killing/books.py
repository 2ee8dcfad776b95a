"""Looks whether the books of a run balance: SQL that knows no code, and the outside world's log."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from killing.outside import log_of
from killing.world import World

_RULE = re.compile(r"^-- rule: (\w+) (lost|double)$", re.MULTILINE)
_CALLS = """
    SELECT f.key, count(*), (SELECT count(*) FROM engine.effect e WHERE e.idempotency_key = f.key)
    FROM faults.effect f JOIN engine.instance i ON i.id = f.instance_id
    WHERE f.element_id = 'call' AND i.business_key = ANY(%(keys)s) GROUP BY 1
"""


@dataclass(frozen=True, kw_only=True)
class Broken:
    """One row that breaks a rule.

    Args:
        rule: Its name.
        means: "lost" or "double".
        key: The instance's business key.
        said: What is wrong.
    """

    rule: str
    means: str
    key: str
    said: str


@lru_cache
def rules() -> tuple[tuple[str, str, str], ...]:
    """Give each rule's name, what breaking it means, and its statement."""
    text = Path(__file__).with_name("books.sql").read_text(encoding="utf-8")
    _, *parts = _RULE.split(text)
    return tuple(zip(parts[::3], parts[1::3], parts[2::3], strict=True))


def audit(world: World, keys: Sequence[str]) -> list[Broken]:
    """Find every row of a run that breaks a rule; empty when all is well."""
    found = [
        Broken(rule=rule, means=means, key=str(row[0]), said=str(row[1]))
        for rule, means, statement in rules()
        for row in world.rows(statement, keys=list(keys))
    ]
    return found + _outside(world, keys)


def _outside(world: World, keys: Sequence[str]) -> list[Broken]:
    """Compare with what the outside world says of itself."""
    log = log_of(world.outside_log)
    found = []
    for key, applied_here, asked in world.rows(_CALLS, keys=list(keys)):
        called, applied_there = log.get(key, (0, 0))
        if called < 1 or applied_there < 1:
            found.append(("lost", key, f"called {called}, applied there {applied_there}"))
        if asked < called:
            found.append(("lost", key, f"called {called}, in our ledger {asked}"))
        if applied_there > 1 or applied_here != 1:
            found.append(("double", key, f"applied there {applied_there}, here {applied_here}"))
    return [
        Broken(rule="each_call_was_applied_once", means=means, key=key, said=said)
        for means, key, said in found
    ]
