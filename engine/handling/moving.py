"""Moves a token."""

from engine.handling.handler import Scene
from engine.handling.repairing import Repairing
from engine.repairs import MoveToken
from engine.spiff.repairing.moving import move


class Moving(Repairing[MoveToken]):
    """Takes a token away at one element and puts one before another."""

    def apply(self, command: MoveToken, scene: Scene) -> str | None:
        """Move it; the history's element is where it was put.

        Raises:
            RepairRefused: It does not fit; says why.
        """
        move(scene.execution.workflow, command.source, command.target)
        return command.target
