"""Where people's decision on a question goes on: the user task that waits for it."""

from typing import TYPE_CHECKING, Final

from engine import reads
from engine.commands import CompleteUserTask
from engine.errors import TaskNotOpen
from orquestra import linking, ownership
from web.services import current_services

if TYPE_CHECKING:
    from sqlalchemy import Connection

_PROCESS: Final = "normalizacao"
_ELEMENT: Final = "decidir"


def go_on(connection: "Connection", decision: ownership.Decision, *, actor: str) -> None:
    """Complete the user task in the transaction that decided; a first approval leaves it open.

    Args:
        connection: A transaction of the runtime.
        decision: The question as it stands.
        actor: Who decided, as in "staff:2".

    Raises:
        TaskNotOpen: Nothing waits for a decision.
    """
    services = current_services()
    task_id = _task_of(connection, decision.login_id)
    if decision.verdict is None:
        return
    if decision.verdict == "aprovar":
        ownership.tell_approval(connection, decision, now=services.clock.now())
    services.runtime.execute(
        CompleteUserTask(task_id=task_id, answers=ownership.variables_of(decision), actor=actor),
        connection=connection,
    )


def _task_of(connection: "Connection", login_id: int) -> int:
    """Find the user task about a login."""
    task = reads.user_task_at(
        connection,
        process=_PROCESS,
        business_key=linking.road_key(connection, login_id),
        element_id=_ELEMENT,
    )
    if task is None:
        raise TaskNotOpen(0)
    return task.id
