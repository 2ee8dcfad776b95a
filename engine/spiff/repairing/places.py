"""Where the tokens of an instance are."""

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, EventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.events.start_event import StartEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import NoTokenAt
from engine.spiff.specs.event_subprocesses import EventTrigger
from engine.spiff.specs.events import EventGateway

OPEN = TaskState.READY | TaskState.WAITING | TaskState.STARTED


def owner_of(workflow: BpmnWorkflow, scope: BpmnBaseWorkflow) -> Task | None:
    """Return the task that a sub-process is in the scope around it; None for the process."""
    if scope is workflow:
        return None
    around = [workflow, *workflow.subprocesses.values()]
    found = (each.tasks.get(scope.parent_task_id) for each in around)
    return next((task for task in found if task is not None), None)


def live_scopes(workflow: BpmnWorkflow) -> list[BpmnBaseWorkflow]:
    """Return the process and those of its sub-processes that are not over, outermost first."""
    inner = [
        scope
        for scope in workflow.subprocesses.values()
        if not scope.completed and (owner := owner_of(workflow, scope)) and owner.has_state(OPEN)
    ]
    return [workflow, *inner]


def element_of(task: Task) -> str | None:
    """Return the diagram's id of a task's element; None for what SpiffWorkflow adds."""
    return task.task_spec.bpmn_id  # type: ignore[no-any-return]  # a class without types


def tokens_at(workflow: BpmnWorkflow, element: str) -> list[Task]:
    """Return the tasks that stand open at an element; of a loop's instances, the loop.

    A token that waits at an event-based gateway stands at each of its events.
    """
    return [
        task
        for scope in live_scopes(workflow)
        for task in scope.tasks.values()
        if task.has_state(OPEN)
        and not is_instance(task)
        and element in (element_of(task), _gateway_of(task))
    ]


def token_at(workflow: BpmnWorkflow, element: str) -> Task:
    """Return the first token that waits at an element.

    Raises:
        NoTokenAt: None does, or the element is none that a token waits at by itself.
    """
    found = [task for task in tokens_at(workflow, element) if not _is_beside(task)]
    if not found:
        raise NoTokenAt(element)
    return found[0]


def is_instance(task: Task) -> bool:
    """Whether a task is one instance of a loop or of a multi-instance activity."""
    parent = task.parent
    return parent is not None and repeats(parent.task_spec, task.task_spec)


def _is_choice(task: Task) -> bool:
    """Whether a task is one of the events that an event-based gateway waits for."""
    return task.parent is not None and isinstance(task.parent.task_spec, EventGateway)


def _gateway_of(task: Task) -> str | None:
    """Return the event-based gateway that a task is an event of."""
    return element_of(task.parent) if _is_choice(task) else None


def _is_beside(task: Task) -> bool:
    """Whether a task only accompanies tokens: an event at an edge, or one that may start."""
    return isinstance(task.task_spec, BoundaryEvent | StartEvent | EventTrigger)


def tokens_in(workflow: BpmnWorkflow, scope: BpmnBaseWorkflow) -> list[Task]:
    """Return where work waits in a scope, in its loops' instances and its sub-processes."""
    found: list[Task] = []
    for task in scope.tasks.values():
        if not task.has_state(OPEN):
            continue
        inner = workflow.subprocesses.get(task.id)
        if inner is not None:
            found += tokens_in(workflow, inner)
        elif is_instance(task) or (is_token(task) and not isinstance(task.task_spec, LoopTask)):
            found.append(task)
    return found


def is_token(task: Task) -> bool:
    """Whether a task is where a token of its scope waits.

    A loop's instances are not, and of a gateway's events only the first.
    """
    if not task.has_state(OPEN) or element_of(task) is None or _is_beside(task):
        return False
    if _is_choice(task):
        return task is next(each for each in task.parent.children if each.has_state(OPEN))
    return not is_instance(task)


def below(task: Task) -> list[Task]:
    """Return a task and all that came after it in its scope, earlier ones first."""
    order = [task]
    for each in order:  # grows
        order += [child for child in each.children if child is not None]
    return order


def is_join(task: Task) -> bool:
    """Whether a task stands for a token that came to a joining gateway."""
    return isinstance(task.task_spec, UnstructuredJoin)


def is_split(task: Task) -> bool:
    """Whether a task is what SpiffWorkflow puts before an activity with events at its edge."""
    return isinstance(task.task_spec, EventSplit)


def top_of(task: Task) -> Task:
    """Return where a visit of an element begins: above the events at its edge."""
    parent = task.parent
    return parent if parent is not None and is_split(parent) else task


def ground_of(task: Task) -> Task:
    """Return the finished task that led to a visit, to which another visit can be attached."""
    current = top_of(task).parent
    while not current.has_state(TaskState.COMPLETED) or is_split(current):
        current = current.parent
    return current


def edge_of(task: Task) -> list[Task]:
    """Return what stands open beside a task for the same token.

    At the edge of an activity: its events, and their joins; at an event-based gateway: the other
    events.
    """
    split = top_of(task)
    events = [] if split is task and not _is_choice(task) else task.parent.children
    joins = [
        child
        for event in events
        for child in event.children
        if isinstance(child.task_spec, BoundaryEventJoin)
    ]
    beside = [each for each in [*events, *joins] if each is not task]
    return [each for each in beside if not each.has_state(TaskState.FINISHED_MASK)]


def repeats(loop: TaskSpec, body: TaskSpec) -> bool:
    """Whether a spec is a loop of another one; it may also just come before it."""
    return isinstance(loop, LoopTask) and loop.task_spec == body.name
