"""How far ahead of its tokens SpiffWorkflow looks.

It writes all that is sure to come into the tree, each way by itself: twenty forks in a row are a
million tasks, and a loop without a choice has no end. Here what comes after something that has
not begun is a mere chance, and of chances it looks two steps ahead.
"""

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


class Foreseeing(TaskSpec):
    """An element of a diagram that looks a few steps ahead."""

    def _predict_hook(self, my_task: Task) -> None:
        """Predict as SpiffWorkflow does, and call a chance what is farther away."""
        super()._predict_hook(my_task)
        if my_task.has_state(TaskState.FUTURE):
            for child in my_task.children:
                if child.has_state(TaskState.FUTURE):
                    child._set_state(TaskState.MAYBE)  # noqa: SLF001 — a state of SpiffWorkflow's own


def foreseeing(spec: type[TaskSpec]) -> type[TaskSpec]:
    """Return an element's spec that looks a few steps ahead.

    Args:
        spec: Of any element of diagrams.
    """
    return spec if issubclass(spec, Foreseeing) else type(spec.__name__, (Foreseeing, spec), {})
