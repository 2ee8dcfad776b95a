"""What failed, put where staff see it.

A job, a timer or a signal that fails is tried again, each time after a longer while, and then
given up with an incident. A command that the diagram refuses is undone, and whoever sent it is
told; the incident stays, in a transaction of its own.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from engine.commands import Command, CompleteUserTask, DeliverMessage
from engine.database_errors import said_without_rows
from engine.errors import DiagramFailed
from engine.handling.handler import Scene
from engine.store import incidents
from engine.store.incidents import Failed

_log = logging.getLogger(__name__)

_FAILED = "engine.failed"
#: Commands that nobody tries again by himself; the others' senders open incidents of their own.
_FROM_OUTSIDE = (CompleteUserTask, DeliverMessage)
_LONGEST = 2_000  # characters of a row

#: How often a timer or a signal is tried before it is given up.
MOST_ATTEMPTS = 4


class Jitter(Protocol):
    """Where the spread of retries comes from; a test seeds it."""

    def uniform(self, a: float, b: float) -> float:
        """Return a number between the two."""


#: How far the waits of many that failed together are spread.
SPREAD = (0.8, 1.2)


def said(error: BaseException) -> str:
    """Return what a failure says, short enough for a row, and nobody's data: staff read it."""
    return f"{type(error).__name__}: {said_without_rows(error)}"[:_LONGEST]


@contextmanager
def noted(connection: Connection, command: Command, scene: Scene) -> Iterator[None]:
    """Note that the diagram refuses a command, to be reported once it is undone.

    Args:
        connection: Of a transaction that reports (see `reported`).
        command: What is carried out.
        scene: On what.

    Raises:
        DiagramFailed: As it was raised inside.
    """
    try:
        yield
    except DiagramFailed as error:
        element = _element(command, scene)
        if isinstance(command, _FROM_OUTSIDE) and element is not None:
            failed = Failed(
                instance_id=scene.row.id, element_id=element, error=said(error), at=scene.now
            )
            connection.info[_FAILED].append(failed)
        raise


@contextmanager
def reported(connection: Connection) -> Iterator[None]:
    """Open incidents for what failed inside, once its transaction is over.

    Args:
        connection: In no transaction.
    """
    failed: list[Failed] = []
    connection.info[_FAILED] = failed
    try:
        yield
    finally:
        connection.info.pop(_FAILED, None)
        if failed:
            _report(connection, failed)


def attempts_are_used_up(attempts: int) -> bool:
    """Tell whether a timer or a signal that failed so often is given up."""
    return attempts >= MOST_ATTEMPTS


def _report(connection: Connection, failed: list[Failed]) -> None:
    """Write the incidents; what failed is told of whether they can be written or not."""
    try:
        with connection.begin():
            incidents.open_for_commands(connection, failed)
    except SQLAlchemyError:
        facts = {"action": "incident_lost", "instances": [each.instance_id for each in failed]}
        _log.exception("An incident could not be written", extra=facts)


def _element(command: Command, scene: Scene) -> str | None:
    """Return the element that a command was about, as the instance was before it."""
    before = scene.execution.waits_before
    if isinstance(command, DeliverMessage):
        waits = before.messages.values()
        return next((each.element_id for each in waits if each.message == command.name), None)
    task = before.user_tasks.get(scene.uid) if scene.uid is not None else None
    return task.element_id if task is not None else None
