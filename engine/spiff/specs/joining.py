"""How tokens come together: each stays on its sequence flow until a gateway takes it.

SpiffWorkflow counts by looking at the whole tree, and cancels all but the last token that waits:
a second token on one flow, or a gateway in a loop, is mistaken for what is missing. Here each
token that came is a task that waits, and a gateway takes exactly one from a flow (BPMN 2.0,
13.4.1 and 13.4.3).
"""

from collections.abc import Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.specs.merging import merged

#: Which task went on with a token that a gateway took.
TAKEN = "taken"
_CAME = "came"


class Joining(UnstructuredJoin):
    """A gateway that takes one token from each of its flows."""

    def chosen(self, scope: Any, came: Sequence[Task]) -> Sequence[Task]:  # noqa: ANN401 — a class of SpiffWorkflow without types
        """Return the tokens that it takes now, in the order in which they came; none: it waits.

        Args:
            scope: The process or sub-process.
            came: The tokens that have come, earlier ones first.
        """
        raise NotImplementedError

    def _update_hook(self, my_task: Task) -> bool:
        """Note that a token came; go on with one of those that are taken."""
        if my_task.has_state(TaskState.FINISHED_MASK | TaskState.READY):
            return False
        came = self._note(my_task)
        chosen = self.chosen(my_task.workflow, came)
        my_task._set_state(TaskState.WAITING)  # noqa: SLF001 — as SpiffWorkflow's own join
        if not chosen:
            return False
        on = my_task if my_task in chosen else chosen[-1]
        on.data = merged([task.parent for task in chosen])
        for task in chosen:
            if task is not on:
                _take(task, on)
        if on is not my_task:
            on._ready()  # noqa: SLF001 — as above
        return on is my_task

    def _run_hook(self, my_task: Task) -> bool:  # noqa: ARG002 — SpiffWorkflow's own signature
        """Go on; the data were merged when the tokens were taken."""
        return True

    def _note(self, my_task: Task) -> list[Task]:
        """Return the tokens that have come, this one among them."""
        came = sorted(waiting_at(my_task.workflow, self), key=_number)
        if my_task not in came:
            my_task.internal_data[_CAME] = 1 + (_number(came[-1]) if came else 0)
            came.append(my_task)
        return came


def waiting_at(scope: Any, gateway: TaskSpec) -> list[Task]:  # noqa: ANN401 — as above
    """Return the tokens that have come to a gateway and were not taken.

    An instance of an earlier release has them cancelled, all but the last; they wait again.
    """
    here = [task for task in scope.tasks.values() if task.task_spec is gateway]
    waiting = [task for task in here if task.has_state(TaskState.WAITING)]
    if waiting and not any(_CAME in task.internal_data for task in waiting):
        waiting = [*_set_aside(here, waiting[-1]), *waiting]
        for number, task in enumerate(waiting, start=1):
            task._set_state(TaskState.WAITING)  # noqa: SLF001 — as above
            task.internal_data[_CAME] = number
    return waiting


def give_back(passed: Task) -> None:
    """Let the tokens that a gateway took with one that went on wait there again.

    Args:
        passed: The task by which it went on.
    """
    for task in passed.workflow.tasks.values():
        if task.internal_data.get(TAKEN) == passed.id.hex:
            del task.internal_data[TAKEN]
            task._set_state(TaskState.WAITING)  # noqa: SLF001 — as above


def is_token(task: Task) -> bool:
    """Whether a task stands for a token of its scope: at, or on its way to, an element."""
    if task.has_state(TaskState.FINISHED_MASK):
        return False
    return task.parent is None or bool(task.parent.has_state(TaskState.COMPLETED))


def _take(task: Task, on: Task) -> None:
    """End the task of a token that was taken: another one goes on for it."""
    task._set_state(TaskState.CANCELLED)  # noqa: SLF001 — as above
    task._drop_children()  # noqa: SLF001 — as above
    task.internal_data = {TAKEN: on.id.hex}


def _number(task: Task) -> int:
    """Return the how-manieth of those that wait a token is."""
    return int(task.internal_data.get(_CAME, 0))


def _set_aside(here: Sequence[Task], last: Task) -> list[Task]:
    """Return the tokens that an earlier release cancelled while the last one waits."""
    passed = [task for task in here if task.has_state(TaskState.COMPLETED)]
    before = [task for task in passed if last.is_descendant_of(task)]
    since = max(before, key=lambda task: int(task.depth), default=None)
    return [
        task
        for task in here
        if task.has_state(TaskState.CANCELLED)
        and TAKEN not in task.internal_data
        and task.parent.has_state(TaskState.COMPLETED)
        and (since is None or task.is_descendant_of(since))
    ]
