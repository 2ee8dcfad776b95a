"""Repeats a step."""

from engine.handling.handler import Scene
from engine.handling.repairing import Repairing
from engine.repairs import RepeatStep
from engine.spiff.repairing.repeating import repeat
from engine.store import repairs


class Repeating(Repairing[RepeatStep]):
    """Cancels what came after an element and does it again."""

    def apply(self, command: RepeatStep, scene: Scene) -> str | None:
        """Enter it again; where its visit was folded away, the history says whether it ran.

        Raises:
            RepairRefused: It does not fit; says why.
        """
        repeat(
            scene.execution.workflow,
            command.element,
            lambda: repairs.ran(scene.connection, scene.row.id, command.element),
        )
        return command.element
