"""Starts an instance of the newest version."""

from datetime import datetime

from engine.commands import StartInstance
from engine.errors import EngineError, UnknownProcess
from engine.handling.handler import Handler, Located, Scene
from engine.store import instances


class Starting(Handler[StartInstance]):
    """Adds the instance's row; its first tokens are made before anything is applied."""

    def locate(self, command: StartInstance, now: datetime) -> Located:
        """Add an empty instance, or nothing where the business key is taken."""
        return Located(
            which=instances.reserve(
                process=command.process,
                business_key=command.business_key,
                group_key=command.group,
                now=now,
            )
        )

    def missing(self, command: StartInstance) -> EngineError:
        """Nothing was added, for want of a definition."""
        return UnknownProcess(command.process)

    def apply(self, command: StartInstance, scene: Scene) -> str | None:
        """Change nothing: the tokens stand before the start event."""
        return None
