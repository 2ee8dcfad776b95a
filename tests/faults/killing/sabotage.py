"""Takes one of the engine's guards out of a process, to see that the campaign would notice.

Never in the program: the nursery's child applies these to its own copy.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from engine.store import instances, jobs, waiting
from engine.store.pipeline import run
from engine.sweep import Sweep

_LOCK = re.compile(r"FOR UPDATE( OF \w+(, \w+)*)?")


def _without_row_lock() -> None:
    """Let two commands load one instance at the same time."""
    for name, text in list(vars(instances).items()):
        if isinstance(text, str):
            setattr(instances, name, _LOCK.sub("", text))


def _without_key_check() -> None:
    """Forget which commands were carried out."""
    instances._RECALL = instances._RECALL.replace("WHERE key", "WHERE false AND key")
    instances._REMEMBER += " ON CONFLICT DO NOTHING"


def _without_outbox() -> None:
    """Write jobs after the commit of the command that asked for them, in one of their own."""
    write = instances.write

    def later(connection: Connection, statements: Sequence[Any], *, commit: bool) -> list[Any]:
        asked = [statement[0] == waiting._ADD_JOB and commit for statement in statements]
        now = [each for each, is_job in zip(statements, asked, strict=True) if not is_job]
        answers = iter(write(connection, now, commit=commit))
        with connection.engine.begin() as other:
            jobs_asked = [each for each, is_job in zip(statements, asked, strict=True) if is_job]
            made = iter(run(other, jobs_asked))
        return [next(made) if is_job else next(answers) for is_job in asked]

    instances.write = later


def _without_announcing() -> None:
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
    "announcing": _without_announcing,
    "fencing": _without_fencing,
}
