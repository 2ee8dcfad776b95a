"""Retries jobs that are stuck."""

from engine.errors import NothingToRetry
from engine.handling.handler import Scene
from engine.handling.repairing import Repairing
from engine.repairs import RetryJobs
from engine.store import repairs


class Retrying(Repairing[RetryJobs]):
    """Closes incidents and lets their jobs be tried again."""

    def apply(self, command: RetryJobs, scene: Scene) -> str | None:
        """Make the jobs ready; what was done already is not done again.

        Raises:
            NothingToRetry: No job is stuck, or somebody was faster.
        """
        nudges = repairs.retry(
            scene.connection,
            scene.row.id,
            element=command.element,
            actor=command.actor,
            now=scene.now,
        )
        if not nudges:
            raise NothingToRetry(scene.row.id)
        scene.nudges += nudges
        return command.element
