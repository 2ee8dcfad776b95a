"""Ends an instance before its end."""

from collections.abc import Sequence
from datetime import datetime

from engine.commands import CancelInstance
from engine.errors import EngineError, InstanceNotFound
from engine.handling.handler import Handler, Located, Scene
from engine.store import instances, jobs
from engine.store.pipeline import Statement


class Cancelling(Handler[CancelInstance]):
    """Ends an instance, and with it all that it waits for."""

    states = frozenset({"running", "suspended"})

    def locate(self, command: CancelInstance, now: datetime) -> Located:
        """Find the instance by its number."""
        return Located(which=instances.by_id(command.instance_id))

    def missing(self, command: CancelInstance) -> EngineError:
        """There is no such instance."""
        return InstanceNotFound(f"with id {command.instance_id}")

    def apply(self, command: CancelInstance, scene: Scene) -> str | None:
        """End everything that is open."""
        scene.execution.cancel()
        return None

    def state_after(self, command: CancelInstance, scene: Scene) -> str:
        """Say that it did not come to its own end."""
        return "cancelled"

    def writes(self, command: CancelInstance, scene: Scene) -> Sequence[Statement]:
        """Close its incidents: nobody shall repeat what is over."""
        return [jobs.close_incidents(scene.row.id, actor=command.actor, now=scene.now)]
