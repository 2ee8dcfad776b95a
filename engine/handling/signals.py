"""Delivers a signal to one instance."""

from datetime import datetime

from engine.commands import DeliverSignal
from engine.errors import EngineError, InstanceNotFound, SignalNotExpected
from engine.handling.handler import Handler, Located, Scene
from engine.store import instances


class Signalling(Handler[DeliverSignal]):
    """Hands a signal to all that waits for it in one instance."""

    def locate(self, command: DeliverSignal, now: datetime) -> Located:
        """Find the instance by its number."""
        return Located(which=instances.by_id(command.instance_id))

    def missing(self, command: DeliverSignal) -> EngineError:
        """There is no such instance."""
        return InstanceNotFound(f"with id {command.instance_id}")

    def apply(self, command: DeliverSignal, scene: Scene) -> str | None:
        """Hand it over.

        Raises:
            SignalNotExpected: Nothing waits for it.
        """
        waits = [
            wait
            for wait in scene.execution.waits().messages.values()
            if (wait.kind, wait.message) == ("signal", command.name)
        ]
        if not waits:
            raise SignalNotExpected(command.name, command.instance_id)
        scene.execution.signal(command.name, command.payload)
        return waits[0].element_id
