"""Activities that are done several times (BPMN 2.0, 10.3.7 and 10.3.8).

SpiffWorkflow lets an instance's variables run into each other, and forgets which instances it
waits for when a workflow is loaded. Here an instance has variables of its own, and the loop's task
knows all that it needs.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import LoopRefused
from engine.spiff.specs.flows import Condition

#: Instances of one activity, and rounds of one loop.
MAX_INSTANCES = 1_000

COUNTER = "loopCounter"

#: Of an instance, its number from 0; of a loop, how many have begun, and are done.
NUMBER = "number"
BEGUN = "begun"
DONE = "done"


class Looping(LoopTask, BpmnSpecMixin):
    """An activity that is done several times; its instances are its task's children."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:  # noqa: ANN401 — SpiffWorkflow's own signature
        super().__init__(wf_spec, bpmn_id, **kwargs)
        #: The name of the spec that is repeated; SpiffWorkflow's own attribute.
        self.task_spec = ""

    def over(self, workflow: Any, instance: Task) -> None:  # noqa: ANN401, ARG002 — SpiffWorkflow's own signature
        """Go on when an instance is completed; the repeated spec calls it."""
        my_task = instance.parent
        if my_task.task_spec is self and my_task.has_state(TaskState.STARTED):
            my_task.internal_data[DONE] += 1
            self._after(my_task, instance)

    def open_instances(self, my_task: Task) -> list[Task]:
        """Return the instances that are not over, in the order in which they began."""
        return [
            child
            for child in my_task.children
            if child.task_spec.name == self.task_spec
            and not child.has_state(TaskState.FINISHED_MASK)
        ]

    def _update_hook(self, my_task: Task) -> bool:
        """Begin, once."""
        if my_task.has_state(TaskState.STARTED | TaskState.FINISHED_MASK):
            return False
        super()._update_hook(my_task)
        for name in self.own_names():
            my_task.data.pop(name, None)
        my_task.internal_data |= {BEGUN: 0, DONE: 0}
        my_task._set_state(TaskState.STARTED)  # noqa: SLF001 — as SpiffWorkflow's own loops
        if not self._begin(my_task):
            self._give_back(my_task)
            return True
        return False

    def _begin(self, my_task: Task) -> bool:
        """Begin what can begin now; return whether anything has."""
        raise NotImplementedError

    def _after(self, my_task: Task, instance: Task) -> None:
        """Take what an instance found out, and begin another or finish."""
        raise NotImplementedError

    def own_names(self) -> Sequence[str]:
        """Return the variables that each instance has for itself."""
        return (COUNTER,)

    def _begin_instance(self, my_task: Task, variables: Mapping[str, Any]) -> None:
        """Add an instance with variables of its own."""
        number = my_task.internal_data[BEGUN]
        if number >= MAX_INSTANCES:
            raise LoopRefused(self.bpmn_id, f"it would run more than {MAX_INSTANCES} times.")
        my_task.internal_data[BEGUN] = number + 1
        body = self._wf_spec.task_specs[self.task_spec]
        instance = my_task._add_child(body, TaskState.WAITING)  # noqa: SLF001 — as above
        instance.triggered = True
        instance.internal_data[NUMBER] = number
        instance.data = {COUNTER: number, **deepcopy(dict(variables))}
        body._update(instance)  # noqa: SLF001 — as above

    def _finish(self, my_task: Task) -> None:
        """Let the token go on; instances that are open still are cancelled."""
        for instance in self.open_instances(my_task):
            instance.cancel()
        self._give_back(my_task)
        my_task._set_state(TaskState.READY)  # noqa: SLF001 — as above

    def _give_back(self, my_task: Task) -> None:
        """Let variables that the instances' own stood before be seen again."""
        before = my_task.parent.data
        my_task.data |= {name: before[name] for name in self.own_names() if name in before}

    def _on_cancel(self, my_task: Task) -> None:
        """Cancel what is inside the instances: SpiffWorkflow has forgotten them by now."""
        top = my_task.workflow.top_workflow
        for uid, inner in list(top.subprocesses.items()):
            if not _is_known(top, uid):
                inner.cancel()
                top.subprocesses.pop(uid, None)
        for task in list(top.event_manager.tasks.values()):
            if task.id not in task.workflow.tasks:
                top.event_manager.remove_task(task)
        super()._on_cancel(my_task)


def _is_known(top: Any, uid: Any) -> bool:  # noqa: ANN401 — a class of SpiffWorkflow without types
    """Whether a task is still in the tree of the process or of a sub-process."""
    return any(uid in scope.tasks for scope in (top, *top.subprocesses.values()))


class StandardLoop(Looping):
    """Repeats an activity while a condition is true; each round goes on with the last one's data.

    Args:
        condition: Asked before each round, or after it; without one only the maximum counts.
        before: Whether it is asked before the first round, too.
        maximum: Of the rounds.
    """

    def __init__(
        self,
        wf_spec: Any,  # noqa: ANN401 — SpiffWorkflow's own signature
        bpmn_id: str,
        *,
        condition: str | None,
        before: bool,
        maximum: int | None,
        **kwargs: Any,  # noqa: ANN401 — as above
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.condition = Condition(condition) if condition is not None else None
        self.before = before
        self.maximum = maximum

    def _begin(self, my_task: Task) -> bool:
        """Begin the first round, unless the condition keeps it from beginning."""
        if self.before and not self._goes_on(my_task):
            return False
        self._begin_instance(my_task, {})
        return True

    def _after(self, my_task: Task, instance: Task) -> None:
        """Go on with the round's data."""
        my_task.data = deepcopy(instance.data)
        my_task.data.pop(COUNTER, None)
        if self._goes_on(my_task):
            self._begin_instance(my_task, {})
        else:
            self._finish(my_task)

    def _goes_on(self, my_task: Task) -> bool:
        """Whether there is another round."""
        done = my_task.internal_data[DONE]
        if self.maximum is not None and done >= self.maximum:
            return False
        return self.condition is None or self.condition.holds(my_task, {COUNTER: done})
