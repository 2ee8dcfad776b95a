"""Data objects: values that stand beside the tokens' variables (BPMN 2.0, 10.4.1).

A task that writes one hands its variable over when it is completed; a task that reads one has it
among its variables while it runs.
"""

from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.specs.data_spec import DataObject as BpmnDataObject
from SpiffWorkflow.task import Task


class DataObject(BpmnDataObject):
    """A data object of a process or sub-process; null until something is written."""

    def get(self, my_task: Task) -> None:
        """Give its value to a task that reads it."""
        value = self._home(my_task).data_objects.get(self.bpmn_id)
        my_task.data[self.bpmn_id] = deepcopy(value)

    def set(self, my_task: Task) -> None:
        """Take its value from a task that writes it, if the task has set one."""
        if self.bpmn_id in my_task.data:
            scope = self._home(my_task)
            scope.data.setdefault("data_objects", {})[self.bpmn_id] = my_task.data.pop(self.bpmn_id)

    def _home(self, my_task: Task) -> Any:  # noqa: ANN401 — a class of SpiffWorkflow without types
        """Return the process or sub-process that it is drawn in."""
        scope = my_task.workflow
        while self.bpmn_id not in scope.spec.data_objects and scope.parent_workflow is not None:
            scope = scope.parent_workflow
        return scope
