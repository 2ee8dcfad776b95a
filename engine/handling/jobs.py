"""Brings in what came of a job."""

from collections.abc import Sequence
from datetime import datetime

from engine.commands import FinishJob, RaiseJobError
from engine.errors import EngineError, JobNotHeld
from engine.handling.handler import Handler, Located, Scene
from engine.operators import BpmnError
from engine.store import effects, instances, jobs
from engine.store.pipeline import Statement


class Finishing(Handler[FinishJob]):
    """Brings a job's result in; a suspended instance's is kept on the job's row until it goes on.

    What the operator wrote commits with it in either case, and is not done again.
    """

    states = frozenset({"running", "suspended"})

    def locate(self, command: FinishJob, now: datetime) -> Located:
        """Find the instance by the job's row, and ask whether this worker holds it still."""
        return _held(command)

    def missing(self, command: FinishJob) -> EngineError:
        """The job is over, or another worker has it."""
        return JobNotHeld(command.job_id)

    def apply(self, command: FinishJob, scene: Scene) -> str | None:
        """Put the outputs into the token's data and let it go on."""
        if scene.uid is None:
            raise self.missing(command)
        element = scene.execution.element_of(scene.uid)
        if not _stands_still(scene):
            scene.execution.finish_job(scene.uid, command.outputs)
        return element

    def writes(self, command: FinishJob, scene: Scene) -> Sequence[Statement]:
        """Mark the calls whose answers came in with it, or keep the result."""
        if _stands_still(scene):
            kept = jobs.Result(outputs=dict(command.outputs), effects=command.effects)
            return [jobs.keep(command.job_id, kept, now=scene.now)]
        return _applied(command, scene)


class RaisingError(Handler[RaiseJobError]):
    """Brings a job's business error in; a suspended instance's is kept until it goes on."""

    states = frozenset({"running", "suspended"})

    def locate(self, command: RaiseJobError, now: datetime) -> Located:
        """Find the instance by the job's row, and ask whether this worker holds it still."""
        return _held(command)

    def missing(self, command: RaiseJobError) -> EngineError:
        """The job is over, or another worker has it."""
        return JobNotHeld(command.job_id)

    def apply(self, command: RaiseJobError, scene: Scene) -> str | None:
        """Hand the error to what catches it.

        Raises:
            BpmnError: Nothing does.
        """
        if scene.uid is None:
            raise self.missing(command)
        element = scene.execution.element_of(scene.uid)
        if _stands_still(scene):
            return element
        if not scene.execution.raise_error(scene.uid, command.code):
            said = f"{command.message} (nothing in the diagram catches «{command.code}»)"
            raise BpmnError(command.code, said)
        return element

    def writes(self, command: RaiseJobError, scene: Scene) -> Sequence[Statement]:
        """Mark the calls whose answers came in with it, or keep the error."""
        if _stands_still(scene):
            kept = jobs.Result(code=command.code, message=command.message, effects=command.effects)
            return [jobs.keep(command.job_id, kept, now=scene.now)]
        return _applied(command, scene)


def _stands_still(scene: Scene) -> bool:
    """Whether the instance is suspended, and say in the history that nothing moved."""
    if scene.row.state != "suspended":
        return False
    scene.noted["kept"] = True
    return True


def _applied(command: FinishJob | RaiseJobError, scene: Scene) -> Sequence[Statement]:
    """Return what marks a job's calls as applied; nothing where it made none."""
    if not command.effects:
        return ()
    step = scene.row.steps + 1
    return [effects.apply(scene.row.id, command.effects, step=step, now=scene.now)]


def _held(command: FinishJob | RaiseJobError) -> Located:
    """Return how the instance of a job is found, and whether the job is still this worker's."""
    return Located(
        which=instances.by_wait("job", command.job_id),
        check=jobs.still_held(command.job_id, command.lease),
    )
