"""Takes the tree of tasks of one scope from one version's specs to another's.

Tasks keep their ids, data and due times; only what they are tasks of changes. What the new
version has at the edge of a live activity begins to wait, what it lacks there goes; finished
tasks of elements that are no more are forgotten, and what came after them stands where they stood.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskIterator, TaskState

from engine.spiff.outlining import waits_beside
from engine.spiff.predicted import foretell
from engine.versions.outline import SPLIT, Renaming

_OPEN = TaskState.READY | TaskState.WAITING | TaskState.STARTED
_REAL = TaskState.FINISHED_MASK | _OPEN


@dataclass(slots=True)
class Rehoming:
    """One scope on its way to another version.

    Args:
        workflow: The whole instance.
        scope: The process, or one of its sub-processes.
        spec: What it shall be a scope of.
        renaming: Old names → new ones.
    """

    workflow: BpmnWorkflow
    scope: Any
    spec: Any
    renaming: Renaming
    #: What the old version had beside each activity and beside the scope, by its new name.
    _had: dict[str, set[str]] = field(default_factory=dict)

    def run(self) -> None:
        """Move every task; predict again what may come."""
        for spec in self.scope.spec.task_specs.values():
            name = self.renaming.name(spec.name.removesuffix(SPLIT))
            self._had.setdefault(name, set()).update(map(self.renaming.name, _beside(spec)))
        ahead = self._forget_predictions()
        for task in list(TaskIterator(self.scope.task_tree)):
            if task.id in self.scope.tasks:
                self._move(task)
        self.scope.spec = self.spec
        self._know_data_objects()
        self._listen_beside()
        for task in [task for task in self.scope.tasks.values() if _is_activity(task)]:
            self._edge(task)
        for task in [task for task in self.scope.tasks.values() if task.has_state(_OPEN)]:
            if task.id in ahead or not task.children:
                instances = task.children
                foretell(task, ahead.get(task.id, TaskState.FUTURE))
                _keep_last(task, instances)

    def _forget_predictions(self) -> dict[Any, int]:
        """Take away what has not come yet; return how it was predicted, by live task."""
        ahead: dict[Any, int] = {}
        for task in list(self.scope.tasks.values()):
            if task.id not in self.scope.tasks:
                continue
            for child in task.children:
                if not any(each.has_state(_REAL) for each in TaskIterator(child)):
                    ahead.setdefault(task.id, child.state)
                    self.scope._remove_task(child.id)  # noqa: SLF001 — SpiffWorkflow's own way
        return ahead

    def _move(self, task: Task) -> None:
        """Give one task its spec in the new version, or forget it."""
        spec = self.spec.task_specs.get(self.renaming.name(task.task_spec.name))
        if spec is not None:
            if not isinstance(spec, SubWorkflowTask):
                self._forget_inside(task)
            task.task_spec = spec
        elif waits_beside(task.task_spec) and _stands_beside(task):
            self._remove(task)
        else:
            self._splice(task)

    def _know_data_objects(self) -> None:
        """Have a place for each data object of the new version."""
        names = self.spec.data_objects
        known = self.scope.data.setdefault("data_objects", {}) if names else {}
        for name in names:
            known.setdefault(name, None)

    def _listen_beside(self) -> None:
        """Let event sub-processes of the new version wait, unless one has ended all else."""
        root = self.scope.task_tree
        if not any(task.has_state(_OPEN) for task in self.scope.tasks.values()):
            return
        beside = [child for child in root.children if waits_beside(child.task_spec)]
        if any(
            each.has_state(TaskState.COMPLETED) and each.task_spec.interrupting for each in beside
        ):
            return
        self._arm_new(root, root.task_spec, root.task_spec.name)

    def _edge(self, activity: Task) -> None:
        """Bring the events at the edge of a live activity in line with the new version."""
        split_spec = self.spec.task_specs.get(activity.task_spec.name + SPLIT)
        split = activity.parent
        if not isinstance(split.task_spec, BoundaryEventSplit):
            if split_spec is None:
                return
            split = self._insert(split_spec, activity)
        self._arm_new(split, split_spec, activity.task_spec.name)

    def _arm_new(self, parent: Task, before: TaskSpec, name: str) -> None:
        """Let the events begin to wait that the old version had not: what has happened, has."""
        had = self._had.get(name, set())
        for spec in before.outputs:
            if waits_beside(spec) and spec.name not in had:
                _arm(parent, spec)

    def _insert(self, spec: TaskSpec, activity: Task) -> Task:
        """Put a finished split above a live activity, as if the token had come through it."""
        parent = activity.parent
        split = Task(self.scope, spec, parent, state=TaskState.COMPLETED)
        split.data = deepcopy(parent.data)
        siblings = parent._children  # noqa: SLF001 — the tree is a list of ids
        siblings.remove(split.id)
        siblings[siblings.index(activity.id)] = split.id
        split.children = [activity]
        activity.parent = split
        return split

    def _splice(self, task: Task) -> None:
        """Forget a finished task; what came after it stands where it stood."""
        parent, children = task.parent, task.children
        siblings = parent._children  # noqa: SLF001 — as above
        place = siblings.index(task.id)
        siblings[place : place + 1] = [child.id for child in children]
        for child in children:
            child.parent = parent
        del self.scope.tasks[task.id]
        self._forget(task, instead=children[0] if children else parent)

    def _remove(self, task: Task) -> None:
        """Forget a task with all that came after it."""
        branch, parent = list(TaskIterator(task)), task.parent
        self.scope._remove_task(task.id)  # noqa: SLF001 — as above
        for each in branch:
            self._forget(each, instead=parent)

    def _forget(self, task: Task, *, instead: Task) -> None:
        """Forget what a task was to others: the last that ran, a sub-process."""
        if self.scope.last_task is task:
            self.scope.last_task = instead
        self.workflow.event_manager.remove_task(task)
        self._forget_inside(task)

    def _forget_inside(self, task: Task) -> None:
        """Forget the sub-process that a task was, and those inside it."""
        todo = [task]
        for each in todo:  # grows
            inner = self.workflow.subprocesses.pop(each.id, None)
            todo += inner.tasks.values() if inner is not None else ()


def _beside(spec: TaskSpec) -> list[str]:
    """Return the events that wait beside what follows a split or a start."""
    return [each.name for each in spec.outputs if each is not None and waits_beside(each)]


def _is_activity(task: Task) -> bool:
    """Whether a task is a live one that can have events at its edge."""
    beside = waits_beside(task.task_spec) or isinstance(task.task_spec, BoundaryEventJoin)
    return bool(task.has_state(_OPEN)) and not beside and task.parent is not None


def _stands_beside(event: Task) -> bool:
    """Whether an event at an edge waits, or its activity goes on and nothing that it began does."""
    if event.has_state(_OPEN):
        return True
    if not isinstance(event.task_spec, BoundaryEvent):
        return False
    beside = [each for each in event.parent.children if each is not event]
    return any(_is_activity(each) for each in beside)


def _arm(split: Task, spec: TaskSpec) -> None:
    """Let an event of the new version begin to wait, from now on."""
    event = split._add_child(spec, TaskState.MAYBE)  # noqa: SLF001 — as SpiffWorkflow's prediction does
    event._set_state(TaskState.WAITING)  # noqa: SLF001 — as its split does
    spec._update(event)  # noqa: SLF001 — as above
    foretell(event, TaskState.MAYBE)


def _keep_last(loop: Task, instances: list[Task]) -> None:
    """Let the instances of a loop stand behind what is predicted after it, as they came."""
    ids = {each.id for each in instances}
    for each in loop.children if instances else ():
        if each.id not in ids:
            each.task_spec._predict(each)  # noqa: SLF001 — as a loop does that begins
    loop.children = [*(each for each in loop.children if each.id not in ids), *instances]
