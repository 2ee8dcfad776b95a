"""Where a login stands on its road: read once, shown by every page of the normalization."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from engine import reads
from orquestra import linking, logins, work

PROCESS = "normalizacao"


class Step(StrEnum):
    """The steps of the road, in the order in which they come."""

    SCREEN = "tela"
    RETURN = "retorno"
    CHECKING = "conferencia"
    CONFIRMING = "confirmacao"
    OWNERSHIP = "titularidade"
    LINKING = "vinculacao"
    DONE = "concluido"


_STEP_OF_JOB = {
    "govbr.exchange": Step.CHECKING,
    "govbr.fetch_facts": Step.CHECKING,
    "consent.record_result": Step.CHECKING,
    "account.check_ownership": Step.OWNERSHIP,
    "govbr.fetch_companies": Step.OWNERSHIP,
    "account.link": Step.LINKING,
    "account.migrate": Step.LINKING,
}
# Topics that stand elsewhere in the diagram too, by the element after a refusal.
_STEP_OF_ELEMENT = {
    "bloquear_se_venceu": Step.OWNERSHIP,
    "avisar_recusa": Step.OWNERSHIP,
}
_STEP_OF_TASK = {
    "tela": Step.SCREEN,
    "confirmar": Step.CONFIRMING,
    "decidir": Step.OWNERSHIP,
}
_INCIDENT = "incident"


@dataclass(frozen=True, kw_only=True)
class Road:
    """Where a login stands.

    Args:
        login: The login.
        instance: Its process instance; None while it has none.
        tasks: The instance's open user tasks.
        jobs: What the instance waits for, of the road itself; reminders are left out.
        link: The link, once it has begun.
    """

    login: logins.LegacyLogin
    instance: reads.InstanceView | None
    tasks: tuple[reads.UserTaskView, ...]
    jobs: tuple[reads.JobView, ...]
    link: linking.AccountLink | None

    @property
    def step(self) -> Step:
        """The step that the login is at."""
        if self.login.state != "legacy":
            return Step.DONE if self.login.state == "linked" else Step.LINKING
        if self.instance is None or self.instance.state != "running":
            return Step.SCREEN
        steps = [_STEP_OF_TASK[task.element_id] for task in self.tasks]
        steps += [step for job in self.jobs if (step := _step_of(job)) is not None]
        return steps[0] if steps else Step.RETURN

    @property
    def screen(self) -> reads.UserTaskView | None:
        """The open user task of the normalization screen."""
        return self._task("tela")

    @property
    def confirmation(self) -> reads.UserTaskView | None:
        """The open user task of the confirmation."""
        return self._task("confirmar")

    @property
    def asks_govbr_again(self) -> bool:
        """Whether gov.br is asked again for the person's companies."""
        return any(job.topic == "govbr.fetch_companies" for job in self.jobs)

    @property
    def waits_for_staff(self) -> bool:
        """Whether the body's staff have to decide."""
        return self._task("decidir") is not None

    @property
    def stuck(self) -> bool:
        """Whether a step failed for good and staff have to look."""
        return any(job.state == _INCIDENT for job in self.jobs)

    @property
    def retry_at(self) -> datetime | None:
        """When a step that failed is tried again; None when none failed."""
        waiting = [job.due_at for job in self.jobs if job.last_error and job.state == "ready"]
        return min(waiting, default=None)

    @property
    def for_the_person(self) -> bool:
        """Whether the next move is the person's."""
        return self.step in (Step.SCREEN, Step.CONFIRMING, Step.DONE)

    @property
    def settled(self) -> bool:
        """Whether waiting a moment longer will hardly show more."""
        waits_on_people = self.step is Step.RETURN or self.for_the_person or self.waits_for_staff
        return waits_on_people or self.stuck or self.retry_at is not None

    def _task(self, element_id: str) -> reads.UserTaskView | None:
        """Give the open user task of an element."""
        return next((task for task in self.tasks if task.element_id == element_id), None)


def read(connection: Connection, login_id: int) -> Road:
    """Read where a login stands.

    Args:
        connection: The caller's transaction.
        login_id: Which login.

    Returns:
        Its road.
    """
    instance = reads.instance_by_key(connection, PROCESS, linking.road_key(connection, login_id))
    running = instance.id if instance is not None and instance.state == "running" else None
    tasks = reads.open_user_tasks(connection, instance_id=running) if running else []
    jobs = reads.waiting_jobs(connection, running) if running else []
    return Road(
        login=logins.load(connection, login_id),
        instance=instance,
        tasks=tuple(task for task in tasks if task.element_id in _STEP_OF_TASK),
        jobs=tuple(job for job in jobs if _step_of(job) is not None),
        link=linking.link_of_login(connection, login_id),
    )


def _step_of(job: reads.JobView) -> Step | None:
    """Say which step a job belongs to; None for reminders and the deadline."""
    return _STEP_OF_JOB.get(job.topic) or _STEP_OF_ELEMENT.get(job.element_id)


def moved(connection: Connection, road: Road) -> tuple[int, int]:
    """Count how many processes have moved, of how many.

    Args:
        connection: The caller's transaction.
        road: The road.

    Returns:
        Moved, and all that there were when the link began; zeros before it.
    """
    if road.link is None:
        return 0, 0
    holder = work.PersonHolder(road.link.person_id)
    here = sum(
        work.processes(
            connection, holder, situation=situation, login_id=road.login.id, limit=1
        ).total
        for situation in (work.IN_PROGRESS, work.CONCLUDED)
    )
    total = road.link.before.in_progress + road.link.before.concluded
    return min(here, total), total
