"""Carries batches out, a few instances a transaction.

What was done stands with its result in the transaction that did it: a worker that is killed
leaves either both or neither, and the next one goes on.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from engine.batches.kinds import Asked, kind_of
from engine.database_errors import said_without_rows
from engine.errors import Busy, EngineError
from engine.operators import BpmnError
from engine.runtime import Runtime
from engine.store import batches
from engine.store.batches import BatchRow, Result

_log = logging.getLogger(__name__)

#: Tries that the database may end before an item counts as failed.
_MOST_TRIES = 3
_GONE = "The instance is not in the database any more."


class _Ended(Exception):
    """The database ended a transaction while one instance was in work."""

    def __init__(self, batch_id: int, instance_id: int, reason: str) -> None:
        super().__init__(reason)
        self.batch_id = batch_id
        self.instance_id = instance_id
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Batches:
    """Works on all batches that run, in turns.

    One worker at a time works on a batch, so that the largest one leaves the others free; any
    worker may do its next part.

    Args:
        runtime: Executes the commands.
        part: Instances that are repaired in one transaction.
        timer: Seconds that only grow, for `seconds` of `run`.
    """

    runtime: Runtime
    part: int = 25
    timer: Callable[[], float] = field(default=time.monotonic)

    def run(self, *, limit: int | None = None, seconds: float | None = None) -> int:
        """Repair instances until nothing is left that can be done now.

        Args:
            limit: How many at the most.
            seconds: After how long no new part is begun.

        Returns:
            How many instances have a result now.
        """
        until = self.timer() + seconds if seconds is not None else None
        settled, passed, after = 0, set[int](), dict[int, int]()
        while (limit is None or settled < limit) and (until is None or self.timer() < until):
            size = self.part if limit is None else min(self.part, limit - settled)
            try:
                done = self._part(size, passed, after)
            except _Ended as ended:
                self._blame(ended)
                break
            if done is None:
                break
            settled += done
        return settled

    def _part(self, size: int, passed: set[int], after: dict[int, int]) -> int | None:
        """Repair the next instances of the batch whose turn it is; None where none runs."""
        with self.runtime.transaction() as connection:
            row = batches.serve(connection, passed)
            if row is None:
                return None
            ids = batches.claim(connection, row.id, after=after.get(row.id, 0), limit=size)
            if not ids:
                passed.add(row.id)
                self._close(connection, row)
                return 0
            after[row.id] = ids[-1]
            results = [self._repair(connection, row, instance_id) for instance_id in ids]
            batches.settle(connection, row.id, results, self.runtime.clock.now())
        return len(results)

    def _repair(self, connection: Connection, row: BatchRow, instance_id: int) -> Result:
        """Repair one instance, all of it or nothing, and say what became of it."""
        command = Asked(
            kind=row.kind,
            parameters=row.parameters,
            reason=row.reason,
            actor=row.actor,
            batch_id=row.id,
        ).command(instance_id)
        try:
            with connection.begin_nested():
                self.runtime.execute(command, connection=connection)
        except (Busy, OperationalError) as error:
            raise _Ended(row.id, instance_id, _said(error)) from error
        except kind_of(row.kind).needless as error:
            return Result(instance_id=instance_id, state="skipped", reason=str(error))
        except (EngineError, BpmnError) as error:
            return Result(instance_id=instance_id, state="failed", reason=str(error))
        except Exception as error:  # noqa: BLE001 — one instance's failure must not stop the others
            facts = {"action": "batch_item_failed", "batch": row.id, "instance_id": instance_id}
            _log.exception("A repair failed", extra=facts)
            return Result(instance_id=instance_id, state="failed", reason=_said(error))
        return Result(instance_id=instance_id, state="done")

    def _close(self, connection: Connection, row: BatchRow) -> None:
        """End a batch of which nothing waits: never as completed while an instance failed."""
        now = self.runtime.clock.now()
        batches.settle_gone(connection, row.id, reason=_GONE, now=now)
        if batches.has(connection, row.id, "waiting"):
            return
        state = "failed" if batches.has(connection, row.id, "failed") else "completed"
        batches.set_state(connection, row.id, state, ended_at=now)
        _log.info("A batch is over", extra={"action": "batch_over", "batch": row.id, "is": state})

    def _blame(self, ended: _Ended) -> None:
        """Count the try of the instance at which a transaction ended; the others wait on."""
        with self.runtime.database.begin() as connection:
            batches.blame(
                connection,
                ended.batch_id,
                ended.instance_id,
                reason=ended.reason,
                most=_MOST_TRIES,
                now=self.runtime.clock.now(),
            )


def _said(error: Exception) -> str:
    """Return what a failure says, short and with nobody's data: staff read it."""
    return f"{type(error).__name__}: {said_without_rows(error)}"[:2_000]
