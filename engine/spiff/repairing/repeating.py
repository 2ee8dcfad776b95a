"""Does an element again that a token has left."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import NothingToRepeat
from engine.spiff.repairing import entering, places, taking, ways
from engine.spiff.repairing.moving import move_token
from engine.spiff.specs import joining
from engine.spiff.specs.merging import overlay

_VISITED = places.OPEN | TaskState.FINISHED_MASK


def repeat(workflow: BpmnWorkflow, element: str, ran: Callable[[], bool]) -> None:
    """Cancel what came after the last visit of an element and enter it again.

    The data stay as they are now. Timers elsewhere run on; those at the element's own edge, too,
    where they still ran. A join that its token has passed waits for it again.

    Args:
        workflow: The process.
        element: What to do again.
        ran: Whether the history knows of a visit that the tree has forgotten.

    Raises:
        NothingToRepeat: It never ran, or is inside a sub-process that is over.
    """
    visit = _last_visit(workflow, element)
    if visit is None:
        _repeat_forgotten(workflow, element, ran)
        return
    entering.check((visit.task_spec,))
    undone = _undone(visit)
    arrival = entering.Arrival(
        workflow=workflow,
        trail=(visit.task_spec,),
        source=visit.task_spec,
        data=_data_now(workflow, visit, undone),
        timers=taking.running_timers(visit),
    )
    ground = places.ground_of(visit)
    _take_back(workflow, undone)
    entering.enter(ground, arrival)


def _last_visit(workflow: BpmnWorkflow, element: str) -> Task | None:
    """Return the last visit of an element that the tree still has, in a scope that goes on."""
    visits = [
        task
        for scope in places.live_scopes(workflow)
        for task in scope.tasks.values()
        if task.has_state(_VISITED)
        and places.element_of(task) == element
        and not places.is_instance(task)
        and entering.BRIDGE not in task.internal_data
    ]
    deepest = [task for task in visits if not any(_comes_after(other, task) for other in visits)]
    live = [task for task in deepest if _open_below(places.top_of(task))]
    return (live or deepest or [None])[-1]


def _comes_after(task: Task, earlier: Task) -> bool:
    """Whether a visit is below another one of the same scope."""
    return task.workflow is earlier.workflow and bool(task.is_descendant_of(earlier))


def _open_below(top: Task) -> list[Task]:
    """Return the tokens at and below a task, of its own scope."""
    return [task for task in places.below(top) if places.is_token(task)]


def _data_now(workflow: BpmnWorkflow, visit: Task, undone: Sequence[Task]) -> dict[str, Any]:
    """Return what the tokens know that came from a visit, or knew when they ended.

    Raises:
        NothingToRepeat: They were moved away, and cannot be told from others.
    """
    tokens = [task for top in undone for task in _open_below(top)]
    ends = tokens or [task for task in places.below(undone[0]) if _is_end(task)]
    if not ends:
        element = str(places.element_of(visit))
        raise NothingToRepeat(element, "its token was taken elsewhere: move a token instead.")
    data: dict[str, Any] = deepcopy(visit.data)
    for task in ends:
        overlay(data, visit.data, taking.data_of(workflow, task))
    return data


def _is_end(task: Task) -> bool:
    """Whether a token of the diagram ended in a task."""
    return isinstance(task.task_spec, EndEvent) and bool(task.has_state(TaskState.COMPLETED))


def _undone(visit: Task) -> list[Task]:
    """Return where what a visit led to begins: its branch, then joins that let its token pass."""
    tops = [places.top_of(visit)]
    for top in tops:  # grows
        for each in places.below(top):
            if not places.is_join(each) or not each.has_state(TaskState.CANCELLED):
                continue
            tops += [join for join in _went_on(each) if not _related(join, tops)]
    return tops


def _related(join: Task, tops: Sequence[Task]) -> bool:
    """Whether a join is one of some branches, or leads to one."""
    return any(
        join is top or join.is_descendant_of(top) or top.is_descendant_of(join) for top in tops
    )


def _went_on(arrival: Task) -> list[Task]:
    """Return the task by which a join went on with a token that came earlier, if it has."""
    by = arrival.internal_data.get(joining.TAKEN)
    if by is not None:
        found = arrival.workflow.tasks.get(UUID(by))
        return [found] if found is not None else []
    visits = [
        task for task in arrival.workflow.tasks.values() if task.task_spec is arrival.task_spec
    ]
    if any(task.has_state(TaskState.WAITING) for task in visits):
        return []
    return [task for task in visits if task.has_state(TaskState.COMPLETED)][-1:]


def _take_back(workflow: BpmnWorkflow, undone: Sequence[Task]) -> None:
    """Forget branches; the other tokens of a join that goes with them wait there again."""
    for task in [each for top in undone for each in places.below(top)]:
        if places.is_join(task):
            joining.give_back(task)
    taking.drop(workflow, undone[0])
    for join in undone[1:]:
        _wait_again(workflow, join)


def _wait_again(workflow: BpmnWorkflow, join: Task) -> None:
    """Let the token that a join's task stands for wait there, as when it came."""
    parent, gateway = join.parent, join.task_spec
    taking.drop(workflow, join)
    entering.arrive(parent, gateway)


def _repeat_forgotten(workflow: BpmnWorkflow, element: str, ran: Callable[[], bool]) -> None:
    """Take the one token of a scope back to an element whose visit was folded away.

    Raises:
        NothingToRepeat: No visit is known, or it cannot be told whose it was.
    """
    if not ran():
        raise NothingToRepeat(element, "it has not run in this instance.")
    trail = ways.trail_in(workflow, workflow.spec, element)
    scopes = [
        scope
        for scope in places.live_scopes(workflow)
        if len(ways.trail_in(workflow, scope.spec, element)) == 1
    ]
    if not scopes:
        around = trail[-2].bpmn_id if len(trail) > 1 else "what was"
        raise NothingToRepeat(element, f"«{around}» around it is over: repeat that one.")
    tokens = [task for scope in scopes for task in _open_below(scope.task_tree)]
    if len(tokens) != 1:
        raise NothingToRepeat(
            element, "it cannot be told which of the tokens came from it: move one of them."
        )
    move_token(workflow, tokens[0], element)
