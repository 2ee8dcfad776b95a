"""Lets an instance stand still, and go on.

While it stands still its timers do not fire, its jobs are not started and its user tasks are not
completed. What comes from outside all the same is kept: a message that it waits for in the inbox,
the result of a job that was under way on the job's row. Repairs and its cancellation may come.
"""

from datetime import datetime

from engine.errors import EngineError, InstanceNotFound, NotSuspended
from engine.handling.handler import Handler, Located, Scene
from engine.repairs import ResumeInstance, SuspendInstance
from engine.store import instances, repairs


class Suspending(Handler[SuspendInstance]):
    """Lets an instance stand still."""

    def locate(self, command: SuspendInstance, now: datetime) -> Located:
        """Find the instance by its number."""
        return Located(which=instances.by_id(command.instance_id))

    def missing(self, command: SuspendInstance) -> EngineError:
        """There is no such instance."""
        return InstanceNotFound(f"with id {command.instance_id}")

    def apply(self, command: SuspendInstance, scene: Scene) -> str | None:
        """Leave the tokens where they are: the rows of what is waited for stand still."""
        return None

    def state_after(self, command: SuspendInstance, scene: Scene) -> str:
        """Say that it stands still."""
        return "suspended"


class Resuming(Handler[ResumeInstance]):
    """Lets a suspended instance go on."""

    states = frozenset({"running", "suspended"})

    def locate(self, command: ResumeInstance, now: datetime) -> Located:
        """Find the instance by its number."""
        return Located(which=instances.by_id(command.instance_id))

    def missing(self, command: ResumeInstance) -> EngineError:
        """There is no such instance."""
        return InstanceNotFound(f"with id {command.instance_id}")

    def apply(self, command: ResumeInstance, scene: Scene) -> str | None:
        """Let its timers and jobs go on; messages that were kept for it come in with this.

        Timers that came due meanwhile are fired by the next sweep, once each; results of jobs that
        were kept are brought in by a worker, each as the command that it would have been.

        Raises:
            NotSuspended: It goes on already.
        """
        if scene.row.state != "suspended":
            raise NotSuspended(scene.row.id)
        scene.resumed = True
        scene.nudges += repairs.go_on(scene.connection, scene.row.id, scene.now)
        return None

    def state_after(self, command: ResumeInstance, scene: Scene) -> str:
        """Say that it goes on, or that a message led it to its end."""
        return "completed" if scene.execution.completed else "running"
