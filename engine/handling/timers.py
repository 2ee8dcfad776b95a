"""Fires a timer."""

from datetime import datetime

from engine.commands import FireTimer
from engine.errors import EngineError, TimerNotWaiting
from engine.handling.handler import Handler, Located, Scene
from engine.store import instances


class Firing(Handler[FireTimer]):
    """Fires a timer whose row says that it is due."""

    def locate(self, command: FireTimer, now: datetime) -> Located:
        """Find the instance by the timer's row, if that is due still."""
        return Located(which=instances.by_due_timer(command.timer_id, now))

    def missing(self, command: FireTimer) -> EngineError:
        """It has fired, was cancelled, or is not due any more."""
        return TimerNotWaiting(command.timer_id)

    def apply(self, command: FireTimer, scene: Scene) -> str | None:
        """Let the one timer go on; the history keeps when it was due, and who moved it there."""
        if scene.uid is None:
            raise self.missing(command)
        due_at, moved_by = scene.told
        scene.noted["due_at"] = due_at.isoformat()
        if moved_by is not None:
            scene.noted["moved_by"] = moved_by
        element = scene.execution.element_of(scene.uid)
        scene.execution.fire(scene.uid)
        return element
