"""Changes variables under the feet of the tokens."""

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.spiff.repairing import places

#: A task that is only predicted knows nothing yet.
_KNOWING = places.OPEN | TaskState.FINISHED_MASK


def change(workflow: BpmnWorkflow, values: Mapping[str, Any], remove: Collection[str]) -> None:
    """Set and take away variables of every token, in the process and its sub-processes.

    What went before a token changes with it: a waiting event, and a join, take their data from
    there once more when they go on. Due times that were worked out from a variable stay.

    Args:
        workflow: The process.
        values: New values by name; a data object's too.
        remove: Names that go; a data object becomes null.
    """
    for scope in (workflow, *workflow.subprocesses.values()):
        for task in scope.tasks.values():
            if task.has_state(_KNOWING):
                _change(task.data, values, remove)
        objects = scope.data.get("data_objects", {})
        objects.update({name: deepcopy(values[name]) for name in objects if name in values})
        objects.update({name: None for name in objects if name in remove})


def _change(data: dict[str, Any], values: Mapping[str, Any], remove: Collection[str]) -> None:
    """Change one token's data; each has values of its own."""
    data.update(deepcopy(dict(values)))
    for name in remove:
        data.pop(name, None)
