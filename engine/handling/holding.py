"""Stops the clocks of some timers of an instance, and lets them go on.

Hold is not suspend: the instance goes on meanwhile, and what was left of a held clock is left at
its release. A timer that starts to run while others of its element are held runs freely: a hold is
of clocks that run. The clocks of a suspended instance can be held and released, too; they do not
fire before it is resumed.
"""

from collections.abc import Sequence
from datetime import datetime

from engine.errors import EngineError, InstanceNotFound, NothingToHold, NothingToRelease
from engine.handling.handler import Handler, Located, Scene
from engine.repairs import HoldTimers, ReleaseTimers
from engine.store import holding, instances
from engine.store.holding import Clock


class Holding(Handler[HoldTimers]):
    """Stops clocks."""

    states = frozenset({"running", "suspended"})

    def locate(self, command: HoldTimers, now: datetime) -> Located:
        """Find the instance by its number."""
        return Located(which=instances.by_id(command.instance_id))

    def missing(self, command: HoldTimers) -> EngineError:
        """There is no such instance."""
        return InstanceNotFound(f"with id {command.instance_id}")

    def apply(self, command: HoldTimers, scene: Scene) -> str | None:
        """Stop them; the history keeps when each would have fired.

        Raises:
            NothingToHold: None of them runs.
        """
        held = holding.hold(scene.connection, scene.row.id, command.elements, scene.now)
        if not held:
            raise NothingToHold(scene.row.id, command.elements)
        return _note(scene, held)


class Releasing(Handler[ReleaseTimers]):
    """Lets held clocks go on."""

    states = frozenset({"running", "suspended"})

    def locate(self, command: ReleaseTimers, now: datetime) -> Located:
        """Find the instance by its number."""
        return Located(which=instances.by_id(command.instance_id))

    def missing(self, command: ReleaseTimers) -> EngineError:
        """There is no such instance."""
        return InstanceNotFound(f"with id {command.instance_id}")

    def apply(self, command: ReleaseTimers, scene: Scene) -> str | None:
        """Let them go on; the history keeps when each fires now.

        Raises:
            NothingToRelease: None of them is held.
        """
        released = holding.release(scene.connection, scene.row.id, command.elements, scene.now)
        if not released:
            raise NothingToRelease(scene.row.id, command.elements)
        return _note(scene, released)


def _note(scene: Scene, clocks: Sequence[Clock]) -> str | None:
    """Write the clocks into the step's inputs; return the element, where it is one alone."""
    scene.noted["clocks"] = [[clock.element, clock.due_at.isoformat()] for clock in clocks]
    elements = {clock.element for clock in clocks}
    return elements.pop() if len(elements) == 1 else None
