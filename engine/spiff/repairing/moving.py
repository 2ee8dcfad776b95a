"""Moves a token from one element to another."""

from dataclasses import dataclass

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task

from engine.errors import OtherTokens, TargetUnfit
from engine.spiff.repairing import entering, places, taking, ways


@dataclass(frozen=True, slots=True)
class _Way:
    """A way from a token to an element.

    Args:
        leaving: What is taken away: the token, or the sub-process that it leaves.
        knowing: Whose data it goes on with: not those that an instance or a call has for itself.
        trail: From there on: sub-processes to go into, then the element.
    """

    leaving: Task
    knowing: Task
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
    way = _way(workflow, token, target)
    entering.check(way.trail)
    if way.leaving is token and way.trail == (token.task_spec,):
        raise TargetUnfit(target, "the token waits there already: repeat the step instead.")
    _refuse_others(workflow, token, way.leaving)
    arrival = entering.Arrival(
        workflow=workflow,
        trail=way.trail,
        source=way.leaving.task_spec,
        data=taking.data_of(workflow, way.knowing),
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


def _way(workflow: BpmnWorkflow, token: Task, target: str) -> _Way:
    """Go outwards from a token until a way leads to the element.

    Raises:
        TargetUnfit: None does.
    """
    leaving, knowing = token, token
    while True:
        if trail := ways.trail_in(workflow, leaving.workflow.spec, target):
            return _Way(leaving, knowing, trail)
        owner = places.owner_of(workflow, leaving.workflow)
        if owner is None:
            raise TargetUnfit(target, "no way leads there in this diagram.")
        leaving = owner.parent if places.is_instance(owner) else owner
        if places.is_instance(owner) or isinstance(owner.task_spec, CallActivity):
            knowing = leaving


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
    own = {
        token,
        *places.edge_of(token),
        *(places.tokens_in(workflow, mine) if mine is not None else ()),
    }
    if others := sorted({str(places.element_of(task)) for task in inside - own}):
        raise OtherTokens(str(places.element_of(leaving)), others)
