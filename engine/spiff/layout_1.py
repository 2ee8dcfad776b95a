"""Reads what the first layout saved: every task with its id, predicted ones too."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.deep_merge import DeepMerge

from engine.spiff import waking


def fill(workflow: BpmnWorkflow, content: Mapping[str, Any]) -> None:
    """Put what was saved into an empty workflow.

    Args:
        workflow: Made for loading.
        content: The saved JSON.
    """
    _fill_scope(workflow, content["top"])
    waking.open_subprocesses(workflow, workflow, content["subprocesses"], _fill_scope)


def _fill_scope(scope: Any, content: dict[str, Any]) -> None:  # noqa: ANN401 — a class of SpiffWorkflow without types
    """Put the saved tasks into an empty scope."""
    for row in content["tasks"]:
        _load_task(scope, row)
    scope.task_tree = scope.tasks[UUID(content["root"])]
    scope.success, scope.completed = content["success"], content["completed"]
    scope.correlations, scope.data = content["correlations"], content["data"]
    if content["last"] is not None:
        scope.last_task = scope.tasks.get(UUID(content["last"]))


def _load_task(scope: Any, row: list[Any]) -> None:  # noqa: ANN401 — as above
    """Put one saved task into its scope; parents come before their children."""
    uid, parent, children, state, spec_name, triggered, internal, updates, gone = row
    task = Task(scope, scope.spec.task_specs[spec_name], state=state, id=UUID(uid))
    task._parent = UUID(parent) if parent else None  # noqa: SLF001 — as SpiffWorkflow's own converter
    task._children = [UUID(child) for child in children]  # noqa: SLF001 — as above
    task.triggered, task.internal_data = triggered, internal
    inherited = task.parent.data if task.parent is not None else {}
    task.data = {**DeepMerge.merge({}, inherited), **updates}
    for key in gone:
        task.data.pop(key, None)
    waking.listen(scope, task)
