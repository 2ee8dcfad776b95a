# ruff: noqa: INP001 - scripts, not a package
"""What the 1,000th round of a loop costs beside the 10th.

SpiffWorkflow keeps every task that ever ran, so that a round costs more the later it comes.
"""

import statistics
import sys
import time
from datetime import UTC, datetime

import sqlalchemy
from harness import Claim, fresh_database, repeated, server
from looping import ROUNDS
from sqlalchemy import select

from engine.clock import SystemClock
from engine.commands import CompleteUserTask, StartInstance
from engine.definitions import deploy
from engine.operators import OperatorRegistry
from engine.runtime import Runtime
from engine.store.tables import user_task
from normaliza.private_servers import PrivatePostgres

EARLY, LATE = 10, 1_000
#: Pairs of rounds, measured one after the other so that a busy moment strikes both.
PAIRS = 25
DATA = {"note": "x" * 2_048}


def main() -> int:
    """Measure; fail above the bar. SCALE changes nothing: the rounds are the claim."""
    with server() as running:
        pairs = repeated(lambda: _measure(running))
    claim = Claim(name="loop_cost", unit="ms", bar=1.5, smaller_is_better=True)
    return 0 if claim.report(pairs) else 1


def _measure(running: PrivatePostgres) -> tuple[float, float]:
    """Return the milliseconds of a late round and of an early one, each the median of several."""
    with fresh_database(running) as url:
        runtime = Runtime(
            database=sqlalchemy.create_engine(url),
            operators=OperatorRegistry(),
            clock=SystemClock(),
            announce=lambda _: None,
        )
        with runtime.database.begin() as connection:
            files = {"rounds.bpmn": ROUNDS}
            operators, now = runtime.operators, datetime.now(UTC)
            deploy(connection, files, operators=operators, deployed_by="bench", now=now)
        old = _Loop(runtime, "old")
        for _ in range(LATE - 1):
            old.go_round()
        late, early = [], []
        for number in range(PAIRS):
            young = _Loop(runtime, f"young-{number}")
            for _ in range(EARLY - 1):
                young.go_round()
            early.append(young.go_round())
            late.append(old.go_round())
        runtime.database.dispose()
    return 1_000 * statistics.median(late), 1_000 * statistics.median(early)


class _Loop:
    """One instance that goes round and round."""

    def __init__(self, runtime: Runtime, key: str) -> None:
        self._runtime = runtime
        started = runtime.execute(StartInstance(process="rounds", business_key=key, variables=DATA))
        self._task = select(user_task.c.id).where(user_task.c.instance_id == started.instance_id)

    def go_round(self) -> float:
        """Complete the round's task; gives the seconds that the command took."""
        with self._runtime.database.connect() as connection:
            task = connection.execute(self._task).scalar_one()
        started = time.perf_counter()
        self._runtime.execute(CompleteUserTask(task_id=task, answers={"more": True}, actor="bench"))
        return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
