"""Where the tokens of an instance are, and where an element stands in the diagram."""

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, EventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.events.start_event import StartEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity, SubWorkflowTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import NoTokenAt

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
    """Return the tasks that stand open at an element; of a loop's instances, the loop."""
    return [
        task
        for scope in live_scopes(workflow)
        for task in scope.tasks.values()
        if task.has_state(OPEN) and element_of(task) == element and not is_instance(task)
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
    return parent is not None and _repeats(parent.task_spec, task.task_spec)


def _is_beside(task: Task) -> bool:
    """Whether a task only accompanies a token: an event at an edge, or one that may start."""
    return isinstance(task.task_spec, BoundaryEvent | StartEvent)


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
    """Whether a task is where a token of its scope waits; a loop's instances are not."""
    known = bool(task.has_state(OPEN)) and element_of(task) is not None
    return known and not _is_beside(task) and not is_instance(task)


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
    """Return what stands open at the edge of an activity: its events, and their joins."""
    split = top_of(task)
    if split is task:
        return []
    events = [child for child in split.children if child is not task]
    joins = [
        child
        for event in split.children
        for child in event.children
        if isinstance(child.task_spec, BoundaryEventJoin)
    ]
    return [each for each in [*events, *joins] if not each.has_state(TaskState.FINISHED_MASK)]


def trail_in(workflow: BpmnWorkflow, home: TaskSpec, element: str) -> tuple[TaskSpec, ...]:
    """Return the way to an element: sub-processes around it from outside in, then itself.

    A called process is another diagram: no way leads into it.

    Args:
        workflow: The process.
        home: The spec of it, or of a sub-process, where the way begins.
        element: The diagram's id; where the way finds none, it is empty.
    """
    todo: list[tuple[TaskSpec, tuple[TaskSpec, ...]]] = [(home, ())]
    for around, way in todo:  # grows
        for spec in around.task_specs.values():
            if _is_body(spec):
                continue
            if spec.bpmn_id == element:
                return (*way, spec)
            inner = _inside(workflow, spec)
            if inner is not None:
                todo.append((inner, (*way, spec)))
    return ()


def _is_body(spec: TaskSpec) -> bool:
    """Whether a spec is what a loop repeats: the loop itself carries the element's id too."""
    return any(_repeats(before, spec) for before in spec.inputs)


def _repeats(loop: TaskSpec, body: TaskSpec) -> bool:
    """Whether a spec is a loop of another one; it may also just come before it."""
    return isinstance(loop, LoopTask) and loop.task_spec == body.name


def _inside(workflow: BpmnWorkflow, spec: TaskSpec) -> TaskSpec | None:
    """Return the spec of the sub-process that an element is, if it is one."""
    if isinstance(spec, LoopTask):
        spec = spec._wf_spec.task_specs[spec.task_spec]  # noqa: SLF001 — it names its body only
    if not isinstance(spec, SubWorkflowTask) or isinstance(spec, CallActivity):
        return None
    return workflow.subprocess_specs.get(spec.spec)
