"""Delivers a message."""

from datetime import datetime

from engine.commands import DeliverMessage
from engine.errors import EngineError, InstanceNotFound, MessageNotExpected
from engine.handling.handler import Handler, Located, Scene
from engine.store import instances


class Delivering(Handler[DeliverMessage]):
    """Hands a message to the instance with the business key."""

    def locate(self, command: DeliverMessage, now: datetime) -> Located:
        """Find the instance by its business key."""
        return Located(which=instances.by_key(command.process, command.business_key))

    def missing(self, command: DeliverMessage) -> EngineError:
        """No instance has that business key."""
        return InstanceNotFound(f"of «{command.process}» with that business key")

    def apply(self, command: DeliverMessage, scene: Scene) -> str | None:
        """Hand it over where something waits for it.

        Raises:
            MessageNotExpected: Nothing does.
        """
        waits = [
            wait
            for wait in scene.execution.waits().messages.values()
            if wait.message == command.name
        ]
        if not waits:
            raise MessageNotExpected(command.name, command.business_key)
        scene.execution.deliver(command.name, dict(command.payload))
        return waits[0].element_id
