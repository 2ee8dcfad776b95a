"""Lets a token come to an element in another way than by its sequence flows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.control import EventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.events.start_event import StartEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import TargetUnfit
from engine.spiff.repairing import taking
from engine.spiff.specs.event_subprocesses import EventTrigger
from engine.spiff.specs.events import EventGateway

#: Marks finished tasks that no token made: they lead from where it was to where it is put.
BRIDGE = "bridge"

_COMING = TaskState.FUTURE | TaskState.PREDICTED_MASK


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A token that is to come to an element.

    Args:
        workflow: The process.
        trail: The sub-processes to go into, from outside in, then the element.
        source: The element that it was at, which says by which flow it comes to a join.
        data: What it knows.
        timers: By spec, timers at the first element's edge that go on as they ran.
    """

    workflow: BpmnWorkflow
    trail: Sequence[TaskSpec]
    source: TaskSpec
    data: Mapping[str, Any]
    timers: Mapping[TaskSpec, Task] = field(default_factory=dict)


def check(trail: Sequence[TaskSpec]) -> None:
    """Refuse an element that a token cannot be put before.

    Args:
        trail: The sub-processes to go into, then the element.

    Raises:
        TargetUnfit: Says why.
    """
    target, around = trail[-1], trail[:-1]
    name = str(target.bpmn_id)
    if isinstance(target, StartEvent | EventTrigger):
        raise TargetUnfit(name, "it is a start event: name the element after it.")
    if isinstance(target, BoundaryEvent):
        raise TargetUnfit(name, "it is a boundary event: only its activity leads to it.")
    if any(isinstance(before, EventGateway) for before in target.inputs):
        raise TargetUnfit(name, "only its event-based gateway leads to it: name the gateway.")
    for each in [*around, target]:
        if any(isinstance(before, EventTrigger) for before in each.inputs):
            raise TargetUnfit(name, "only its event starts an event sub-process.")
    for each in around:
        if isinstance(each, LoopTask):
            raise TargetUnfit(
                name, f"«{each.bpmn_id}» around it has many instances: name that activity."
            )


def enter(ground: Task, arrival: Arrival) -> None:
    """Put a token before an element; it goes on with the next run.

    Args:
        ground: A finished task to attach it to.
        arrival: Where it comes to, and with what.
    """
    bridge = _bridge(ground, ground.workflow.spec.start, arrival.data)
    _enter(bridge, arrival)
    ground.workflow.update_waiting_tasks()


def arrive(parent: Task, gateway: TaskSpec) -> None:
    """Let the token of a finished task come to the join after it.

    Args:
        parent: The task.
        gateway: The join; it goes on where nothing is missing.
    """
    _add(parent, gateway, {})


def _bridge(parent: Task, spec: TaskSpec, data: Mapping[str, Any]) -> Task:
    """Add a finished task that hands data down to what comes next."""
    bridge = parent._add_child(spec, TaskState.FUTURE)  # noqa: SLF001 — trees grow by it
    bridge._set_state(TaskState.COMPLETED)  # noqa: SLF001 — nothing of it shall run
    bridge.data = dict(data)
    bridge.internal_data[BRIDGE] = True
    return bridge


def _enter(parent: Task, arrival: Arrival) -> None:
    """Come to the first element of the trail, and go inside it where the trail goes on."""
    spec = arrival.trail[0]
    if isinstance(spec, UnstructuredJoin):
        parent = _bridge(parent, _incoming(parent, spec, arrival.source), parent.data)
    task = _add(parent, _before(spec), arrival.timers)
    if len(arrival.trail) > 1:
        _go_inside(task, arrival)


def _before(spec: TaskSpec) -> TaskSpec:
    """Return what stands before an activity with events at its edge; else the spec itself."""
    return next((each for each in spec.inputs if isinstance(each, EventSplit)), spec)


def _add(parent: Task, spec: TaskSpec, timers: Mapping[TaskSpec, Task]) -> Task:
    """Add a task as SpiffWorkflow does where a flow leads to it."""
    task = parent._add_child(spec, TaskState.FUTURE)  # noqa: SLF001 — trees grow by it
    spec._predict(task, mask=_COMING)  # noqa: SLF001 — as its gateways do for their ways
    for child in task.children:
        if (earlier := timers.get(child.task_spec)) is not None:
            _go_on(child, earlier)
    spec._update(task)  # noqa: SLF001 — as a finished parent does
    return task


def _go_on(event: Task, earlier: Task) -> None:
    """Let a timer at an activity's edge take the place of one that ran: its row stays.

    Not only its due time: what moved or holds the row is kept, too.
    """
    scope, siblings = event.workflow, event.parent._children  # noqa: SLF001 — a list of ids
    kept = dict(earlier.internal_data)
    if earlier.id in scope.tasks:
        scope._remove_task(earlier.id)  # noqa: SLF001 — SpiffWorkflow's own way
    del scope.tasks[event.id]
    siblings[siblings.index(event.id)] = earlier.id
    for child in event.children:
        child._parent = earlier.id  # noqa: SLF001 — an id
    event.id = earlier.id
    event.internal_data = kept
    scope.tasks[event.id] = event


def _incoming(parent: Task, gateway: TaskSpec, source: TaskSpec) -> TaskSpec:
    """Return by which flow a token comes to a join: its own, else one on which none has come."""
    come = {each.parent.task_spec for each in taking.arrivals(parent.workflow, gateway)}
    missing = [spec for spec in gateway.inputs if spec not in come]
    ahead = _ahead(source, gateway)
    for choice in ([source], [spec for spec in missing if spec in ahead], missing):
        if fitting := [spec for spec in choice if spec in gateway.inputs]:
            return fitting[0]
    return gateway.inputs[0]


def _ahead(source: TaskSpec, gateway: TaskSpec) -> set[TaskSpec]:
    """Return all that flows lead to from an element without passing a gateway."""
    seen, todo = {source}, [source]
    while todo:
        spec = todo.pop()
        ways = [each for each in spec.outputs if each not in seen and each is not gateway]
        seen.update(ways)
        todo += ways
    return seen


def _go_inside(task: Task, arrival: Arrival) -> None:
    """Go on from a sub-process to an element inside it, in place of its start event."""
    if isinstance(task.task_spec, EventSplit):
        task.run()
        task = next(each for each in task.children if each.task_spec is arrival.trail[0])
    inner = arrival.workflow.subprocesses[task.id]
    root = inner.task_tree
    for child in root.children:
        if isinstance(child.task_spec, StartEvent) and isinstance(
            child.task_spec.event_definition, NoneEventDefinition
        ):
            taking.drop(arrival.workflow, child)
    deeper = Arrival(
        workflow=arrival.workflow,
        trail=arrival.trail[1:],
        source=arrival.source,
        data=root.data,
    )
    _enter(root, deeper)
