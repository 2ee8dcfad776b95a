"""Retries what was given up: jobs, timers and signals."""

from engine.errors import NothingToRetry
from engine.handling.handler import Scene
from engine.handling.repairing import Repairing
from engine.repairs import RetryJobs
from engine.store import repairs


class Retrying(Repairing[RetryJobs]):
    """Closes incidents and lets what they stopped be tried again."""

    def apply(self, command: RetryJobs, scene: Scene) -> str | None:
        """Make them ready; what was done already is not done again.

        Raises:
            NothingToRetry: Nothing was given up, or somebody was faster.
        """
        tried, nudges = repairs.retry(
            scene.connection,
            scene.row.id,
            element=command.element,
            actor=command.actor,
            now=scene.now,
        )
        if not tried:
            raise NothingToRetry(scene.row.id)
        scene.nudges += nudges
        return command.element
