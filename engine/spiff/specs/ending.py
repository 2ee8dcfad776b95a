"""The end of a process or sub-process, to which all its tokens come.

What a token changed is kept when it ends before the others, so that its branch of the tree can be
forgotten: a reminder that is sent in each round of a loop leaves nothing behind but what it set.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, _EndJoin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskIterator, TaskState

from engine.spiff.specs.idling import is_idle, withdraw_idle
from engine.spiff.specs.joining import is_token
from engine.spiff.specs.merging import merged

#: In a scope's data: variable → its value before a token changed it, and after; none: not there.
ENDED = "ended"
_KEPT = "kept"


class EndJoin(_EndJoin):
    """Waits for all tokens, and knows what all of them have changed."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        """Wait for all tokens; what waits beside the flow is none."""
        tasks = TaskIterator(
            my_task.workflow.task_tree, state=TaskState.NOT_FINISHED_MASK, end_at_spec=self.name
        )
        return all(task is my_task or is_idle(task) for task in tasks)

    def _update_hook(self, my_task: Task) -> bool:
        """Keep what a token changed where others are still on their way."""
        over = bool(super()._update_hook(my_task))
        waits = not over and my_task.has_state(TaskState.WAITING)
        if waits and _KEPT not in my_task.internal_data:
            my_task.internal_data[_KEPT] = 1
            _keep(my_task)
        return over

    def _run_hook(self, my_task: Task) -> bool:
        """Merge what the tokens changed, in place of SpiffWorkflow's way."""
        scope = my_task.workflow
        my_task.data = merged([*_of_earlier_releases(scope, my_task), my_task.parent])
        bring_in(scope, my_task.data)
        scope.data.pop(ENDED, None)
        scope.data.update(my_task.data)
        withdraw_idle(my_task)
        return True


def bring_in(scope: Any, data: dict[str, Any]) -> None:  # noqa: ANN401 — a class of SpiffWorkflow without types
    """Bring what ended tokens changed into the data of the others.

    A variable that those have changed, too, stays as they have it: they came later.

    Args:
        scope: The process or sub-process.
        data: Is changed.
    """
    for name, (before, after) in scope.data.get(ENDED, {}).items():
        if _value(data, name) == before:
            if after:
                data[name] = deepcopy(after[0])
            else:
                data.pop(name, None)


def _keep(ended: Task) -> None:
    """Write down what a token changed since it parted from those that go on."""
    scope, known = ended.workflow, ended.parent.data
    before = _parting(ended).data
    kept = scope.data.setdefault(ENDED, {})
    for name in sorted({*before, *known}):
        old, new = _value(before, name), _value(known, name)
        if old != new:
            first = kept[name][0] if name in kept else old
            kept[name] = [deepcopy(first), deepcopy(new)]
    if not kept:
        del scope.data[ENDED]


def _value(data: dict[str, Any], name: str) -> list[Any]:
    """Return a variable's value in a list; an empty one where there is no such variable."""
    return [data[name]] if name in data else []


def _parting(ended: Task) -> Task:
    """Return the last task of a token's way that another token has come from, too.

    SpiffWorkflow's joins after an activity with events at its edge are no tokens.
    """
    none = (type(ended.task_spec), BoundaryEventJoin)
    others = {
        each.id
        for task in ended.workflow.tasks.values()
        if is_token(task) and not isinstance(task.task_spec, none)
        for each in _way(task)
    }
    way = list(_way(ended))
    return next((task for task in way if task.id in others), way[-1])


def _way(task: Task) -> Iterator[Task]:
    """Walk from before a task up to the root."""
    current = task.parent
    while current is not None:
        yield current
        current = current.parent


def _of_earlier_releases(scope: Any, last: Task) -> list[Task]:  # noqa: ANN401 — as above
    """Return the last tasks of tokens that ended before what they changed was kept."""
    return [
        task.parent
        for task in scope.tasks.values()
        if task.task_spec is last.task_spec
        and task is not last
        and task.has_state(TaskState.CANCELLED)
        and _KEPT not in task.internal_data
        and task.parent.has_state(TaskState.COMPLETED)
    ]
