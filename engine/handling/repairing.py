"""What all repairs of one instance have in common."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from engine.errors import EngineError, InstanceNotFound
from engine.handling.handler import Handler, Located, Scene
from engine.repairs import ChangeVariables, MoveToken, RepeatStep, RetryJobs, SkipStep
from engine.store import instances, repairs
from engine.store.pipeline import Statement

R = TypeVar("R", MoveToken, RepeatStep, SkipStep, ChangeVariables, RetryJobs)


class Repairing(Handler[R]):
    """A repair comes to a running instance as to a suspended one, which stays suspended.

    What it enters is entered at once, up to the next wait; on a suspended instance its timers
    and jobs then wait for the resumption like all others.
    """

    states = frozenset({"running", "suspended"})

    def locate(self, command: R, now: datetime) -> Located:
        """Find the instance by its number."""
        return Located(which=instances.by_id(command.instance_id))

    def missing(self, command: R) -> EngineError:
        """There is no such instance."""
        return InstanceNotFound(f"with id {command.instance_id}")

    @abstractmethod
    def apply(self, command: R, scene: Scene) -> str | None:
        """Repair the tokens; return the element that it was about."""

    def writes(self, command: R, scene: Scene) -> Sequence[Statement]:
        """Close incidents of jobs that are gone.

        A worker that holds such a job finds its row gone: its result is dropped.
        """
        return [repairs.close_incidents(scene.row.id, actor=command.actor, now=scene.now)]
