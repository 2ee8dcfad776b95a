"""Skips a step."""

from engine.handling.handler import Scene
from engine.handling.repairing import Repairing
from engine.repairs import SkipStep
from engine.spiff.repairing.skipping import skip


class Skipping(Repairing[SkipStep]):
    """Goes on as if what is waited for were done."""

    def apply(self, command: SkipStep, scene: Scene) -> str | None:
        """Complete it with the outputs that were given.

        Raises:
            NothingToSkip: Nothing is waited for there.
        """
        skip(scene.execution, command.element, command.outputs)
        return command.element
