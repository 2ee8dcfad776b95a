"""Moves a token from one element to another."""

from dataclasses import dataclass

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task

from engine.errors import OtherTokens, TargetUnfit
from engine.spiff.repairing import entering, places, taking
from engine.spiff.repairing.places import Trail


@dataclass(frozen=True, slots=True)
class _Way:
    """A way from a token to an element.

    Args:
        leaving: What is taken away: the token, or the sub-process that it leaves.
        trail: From there on: sub-processes to go into, then the element.
    """

    leaving: Task
    trail: tuple[TaskSpec, ...]


def move(workflow: BpmnWorkflow, source: str, target: str) -> None:
    """Take the token at one element away and put one before another, with the same data.

    A sub-process that the token leaves is cancelled; one that it comes into is entered at the
    element. A token that waits at a join stands for all that arrived there.

    Args:
        workflow: The process.
        source: The element that the token waits at.
        target: The element that it shall enter.

    Raises:
        RepairRefused: It does not fit; says why.
    """
    token = places.token_at(workflow, source)
    move_token(workflow, token, target)


def move_token(workflow: BpmnWorkflow, token: Task, target: str) -> None:
    """Take a token away and put one before an element.

    Raises:
        RepairRefused: As above.
    """
    way = _way(workflow, token, places.trail_to(workflow, target))
    entering.check(way.trail)
    if way.leaving is token and way.trail == (token.task_spec,):
        raise TargetUnfit(target, "the token waits there already: repeat the step instead.")
    _refuse_others(workflow, token, way.leaving)
    arrival = entering.Arrival(
        workflow=workflow,
        trail=way.trail,
        source=way.leaving.task_spec,
        data=taking.data_of(workflow, token),
        timers=_timers(way),
    )
    leaving = way.leaving
    ground = places.ground_of(leaving) if places.is_join(leaving) else leaving
    taking.take_away(workflow, leaving)
    entering.enter(ground, arrival)


def _timers(way: _Way) -> dict[TaskSpec, Task]:
    """Return the timers that go on: those at the edge of what is left and entered again."""
    again = len(way.trail) == 1 and way.trail[0] is way.leaving.task_spec
    return dict(taking.running_timers(way.leaving)) if again else {}


def _way(workflow: BpmnWorkflow, token: Task, trail: Trail) -> _Way:
    """Go outwards from a token until the trail to the element is met."""
    leaving = token
    while True:
        scope = leaving.workflow
        for depth, home in enumerate(trail.homes):
            if home is scope.spec:
                return _Way(leaving, tuple(trail.steps[depth:]))
        owner = places.owner_of(workflow, scope)
        if owner is None:  # pragma: no cover — every trail begins in the process
            raise TargetUnfit(str(trail.steps[-1].bpmn_id), "it is in another process.")
        leaving = owner.parent if places.is_instance(owner) else owner


def _refuse_others(workflow: BpmnWorkflow, token: Task, leaving: Task) -> None:
    """Refuse to cancel a sub-process, unasked, in which other tokens are.

    Raises:
        OtherTokens: Names them.
    """
    if leaving is token:
        return
    branch = [task for task in places.below(leaving) if task.id in workflow.subprocesses]
    inside = {
        each
        for task in branch
        if task.has_state(places.OPEN)
        for each in places.tokens_in(workflow, workflow.subprocesses[task.id])
    }
    mine = workflow.subprocesses.get(token.id)
    own = {token, *(places.tokens_in(workflow, mine) if mine is not None else ())}
    if others := sorted({str(places.element_of(task)) for task in inside - own}):
        raise OtherTokens(str(places.element_of(leaving)), others)
