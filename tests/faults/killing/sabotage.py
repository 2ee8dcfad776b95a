"""Takes one of the engine's guards out of a process, to see that the campaign would notice.

Never in the program: the nursery's child applies these to its own copy.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.store import instances, jobs
from engine.sweep import Sweep


def _without_row_lock() -> None:
    """Let two commands load one instance at the same time."""
    for name in ("_BY_ID", "_BY_KEY", "_BY_WAIT"):
        text = getattr(instances, name)
        setattr(instances, name, text.replace("FOR UPDATE OF i", "").replace("FOR UPDATE", ""))


def _without_key_check() -> None:
    """Forget which commands were carried out."""
    instances._RECALL = instances._RECALL.replace("WHERE key", "WHERE false AND key")
    instances._REMEMBER += " ON CONFLICT DO NOTHING"


def _without_outbox() -> None:
    """Tell the broker once, and never look whether it still knows."""

    def nothing(*_sweep: Any, **_rest: Any) -> int:  # noqa: ANN401 — in its place
        return 0

    Sweep.announce = nothing  # type: ignore[method-assign, assignment]


def _without_fencing() -> None:
    """Take a result from whoever brings it, and let a lost lease be kept."""
    jobs._HELD = "SELECT 1 FROM engine.job WHERE id = %(id)s AND %(lease)s IS NOT NULL"


SABOTAGE: Mapping[str, Callable[[], None]] = {
    "row lock": _without_row_lock,
    "key check": _without_key_check,
    "outbox": _without_outbox,
    "fencing": _without_fencing,
}
