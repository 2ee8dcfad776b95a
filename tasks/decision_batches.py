"""Takes the questions of decision batches, each in a transaction of its own.

What was taken is on record with its result, so that a worker that was killed, or a second one,
goes on with the rest.
"""

import logging
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from engine import reads
from engine.commands import CompleteUserTask
from engine.errors import Busy, InstanceNotRunning, TaskNotOpen
from engine.runtime import Runtime
from orquestra import linking, ownership
from orquestra.errors import DecisionAlreadyMade, DecisionNotFound, SameStaffMember
from orquestra.ownership import Batch, Decision

_log = logging.getLogger(__name__)

PROCESS: Final = "normalizacao"
DECIDING: Final = "decidir"
#: Questions that one call takes at most, so that a long batch lets others to the worker.
MOST: Final = 500

# Result on record for each refusal; the screen has a sentence for each.
_REFUSALS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (DecisionAlreadyMade, "ja_decidida"),
    (SameStaffMember, "mesma_pessoa"),
    (DecisionNotFound, "nao_encontrada"),
    (TaskNotOpen, "sem_tarefa"),
    (InstanceNotRunning, "sem_tarefa"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionBatches:
    """Works through the open batches.

    Args:
        runtime: Executes the commands.
        four_eyes: Whether an approval takes two members of staff.
        most: Questions that one call takes at most.
    """

    runtime: Runtime
    four_eyes: bool
    most: int = MOST

    def run(self) -> int:
        """Take what waits.

        Returns:
            How many questions were taken.
        """
        with self.runtime.database.connect() as connection:
            waiting = [
                ownership.load_batch(connection, batch_id)
                for batch_id in ownership.open_batches(connection)
            ]
        taken = 0
        for batch in waiting:
            while taken < self.most and self._next(batch):
                taken += 1
        return taken

    def _next(self, batch: Batch) -> bool:
        """Take one question of a batch; the batch ends where none is left."""
        now = self.runtime.clock.now()
        with self.runtime.transaction() as connection:
            decision_id = ownership.claim_item(connection, batch.id)
            if decision_id is None:
                ownership.finish_batch(connection, batch_id=batch.id, now=now)
                return False
            result = self._decide(connection, batch, decision_id)
            ownership.record_item(
                connection, batch_id=batch.id, decision_id=decision_id, result=result, now=now
            )
        return True

    def _decide(self, connection: Connection, batch: Batch, decision_id: int) -> str:
        """Decide one question, all of it or nothing, and say what became of it.

        Raises:
            Busy: The instance is held by somebody else; the question is taken next time.
        """
        try:
            with connection.begin_nested():
                return self._apply(connection, batch, decision_id)
        except (Busy, OperationalError):
            raise
        except Exception as error:  # noqa: BLE001 — one question's failure must not stop the others
            for kind, result in _REFUSALS:
                if isinstance(error, kind):
                    return result
            _log.exception("A question could not be decided", extra=_facts(batch, decision_id))
            return "falhou"

    def _apply(self, connection: Connection, batch: Batch, decision_id: int) -> str:
        """Write the answer and let the process go on."""
        now = self.runtime.clock.now()
        decision = ownership.decide(
            connection,
            decision_id=decision_id,
            answer=batch.answer,
            staff_id=batch.staff_id,
            four_eyes=self.four_eyes,
            batch_id=batch.id,
            now=now,
        )
        if decision.verdict is None:
            return ownership.FIRST_APPROVAL
        if decision.verdict == "aprovar":
            ownership.tell_approval(connection, decision, now=now)
        self.runtime.execute(
            CompleteUserTask(
                task_id=_task_of(connection, decision),
                answers=ownership.variables_of(decision),
                actor=f"staff:{batch.staff_id}",
            ),
            connection=connection,
        )
        return ownership.DECIDED


def _facts(batch: Batch, decision_id: int) -> dict[str, object]:
    """Return the fields of a log line about a question."""
    return {"action": "decision_failed", "batch_id": batch.id, "decision_id": decision_id}


def _task_of(connection: Connection, decision: Decision) -> int:
    """Find the user task that waits for a decision."""
    task = reads.user_task_at(
        connection,
        process=PROCESS,
        business_key=linking.road_key(connection, decision.login_id),
        element_id=DECIDING,
    )
    if task is None:
        raise TaskNotOpen(0)
    return task.id
