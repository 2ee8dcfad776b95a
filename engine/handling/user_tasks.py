"""Completes a user task."""

from datetime import datetime

from engine.commands import CompleteUserTask
from engine.errors import EngineError, TaskNotOpen
from engine.handling.handler import Handler, Located, Scene
from engine.store import instances


class Completing(Handler[CompleteUserTask]):
    """Brings someone's answers in."""

    def locate(self, command: CompleteUserTask, now: datetime) -> Located:
        """Find the instance by the task's row."""
        return Located(which=instances.by_wait("user_task", command.task_id))

    def missing(self, command: CompleteUserTask) -> EngineError:
        """The task is done, cancelled or never was."""
        return TaskNotOpen(command.task_id)

    def apply(self, command: CompleteUserTask, scene: Scene) -> str | None:
        """Put the answers into the token's data and let it go on."""
        if scene.uid is None:
            raise self.missing(command)
        element = scene.execution.element_of(scene.uid)
        scene.execution.complete_user_task(scene.uid, command.answers)
        return element
