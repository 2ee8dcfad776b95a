"""How much work one argon2id hash is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How much work one argon2id hash is.

    Args:
        memory_kib: Memory, in KiB.
        time_cost: Passes over it.
        parallelism: Lanes.
    """

    memory_kib: int
    time_cost: int
    parallelism: int


#: OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
OWASP_MINIMUM = Profile(memory_kib=19_456, time_cost=2, parallelism=1)
#: For tests and generated sample bases only, where nothing is protected.
CHEAP = Profile(memory_kib=8, time_cost=1, parallelism=1)
