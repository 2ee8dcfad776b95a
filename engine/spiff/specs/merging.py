"""How the data of several tokens become those of one.

SpiffWorkflow gives each token a copy of the data, and lets the last one that comes to a join
overwrite the others with its copy, stale values and all. Here each token brings what it has
changed since they parted.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from SpiffWorkflow.task import Task


def merged(tasks: Sequence[Task]) -> dict[str, Any]:
    """Return what tokens know together.

    Args:
        tasks: Where each of them is, the last one that came last: where two have set a variable,
            hers stands. All of one scope.
    """
    parting = _parting(tasks)
    data: dict[str, Any] = deepcopy(parting.data)
    for task in tasks:
        overlay(data, parting.data, task.data)
    return data


def overlay(data: dict[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Bring what one token has changed into the data of all.

    Args:
        data: Of all; is changed.
        before: What the token began with.
        after: What it knows now.
    """
    for name, value in after.items():
        if name not in before or before[name] != value:
            data[name] = deepcopy(value)
    for name in before:
        if name not in after:
            data.pop(name, None)


def _parting(tasks: Sequence[Task]) -> Task:
    """Return the last task that all have come from; of one task, itself."""
    common = list(_ancestry(tasks[0]))
    for task in tasks[1:]:
        line = {each.id for each in _ancestry(task)}
        common = [each for each in common if each.id in line]
    return common[0]


def _ancestry(task: Task) -> Iterator[Task]:
    """Walk from a task up to the root."""
    current: Task | None = task
    while current is not None:
        yield current
        current = current.parent
