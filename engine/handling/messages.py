"""Delivers a message."""

from datetime import datetime

from engine.commands import DeliverMessage
from engine.errors import EngineError, InstanceNotFound, InstanceSuspended, MessageNotExpected
from engine.handling.handler import Handler, Located, Scene
from engine.store import inbox, instances


class Delivering(Handler[DeliverMessage]):
    """Hands a message to the instance with the business key.

    A suspended instance waits on for what it waits for: such a message is kept until it is resumed,
    with a time to live or without. A second one of that name is refused as it would be, had the
    first come in; with a time to live it is kept, as ever.
    """

    states = frozenset({"running", "suspended"})

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
            InstanceSuspended: Something does, but stands still: the message is to be kept.
        """
        waits = [
            wait
            for wait in scene.execution.waits().messages.values()
            if (wait.kind, wait.message) == ("message", command.name)
        ]
        if not waits:
            raise MessageNotExpected(command.name, command.business_key)
        if scene.row.state == "suspended":
            if inbox.other_is_kept(scene.connection, command):
                raise MessageNotExpected(command.name, command.business_key)
            raise InstanceSuspended(scene.row.id)
        scene.execution.deliver(command.name, dict(command.payload))
        return waits[0].element_id
