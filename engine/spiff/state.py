"""An instance's tokens and data as bytes, without the diagram.

The specs are cached by definition; a row holds only the tasks of SpiffWorkflow's tree, each with
the part of its data that differs from its parent's, as compressed JSON.
"""

import json
import zlib
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState

from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.script_engine import CommandScriptEngine

#: Raised when the layout below changes; `load` reads all earlier ones.
LAYOUT = 1


def dump(workflow: BpmnWorkflow) -> bytes:
    """Return a workflow's tasks and data.

    Args:
        workflow: After a command, at rest.
    """
    content = {
        "layout": LAYOUT,
        "top": _dump_scope(workflow),
        "subprocesses": {
            str(task_id): _dump_scope(scope) for task_id, scope in workflow.subprocesses.items()
        },
    }
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return zlib.compress(text.encode(), 6)


def _dump_scope(scope: Any) -> dict[str, Any]:  # noqa: ANN401 — a class of SpiffWorkflow without types
    """Return one scope: the process itself or a sub-process."""
    return {
        "data": scope.data,
        "correlations": scope.correlations,
        "last": str(scope.last_task.id) if scope.last_task is not None else None,
        "success": scope.success,
        "completed": scope.completed,
        "root": str(scope.task_tree.id),
        "tasks": [_dump_task(task) for task in scope.tasks.values()],
    }


def _dump_task(task: Task) -> list[Any]:
    """Return one task: id, parent, children, state, spec, triggered, internal, data, gone."""
    parent = task.parent
    inherited = parent.data if parent is not None else {}
    return [
        str(task.id),
        str(parent.id) if parent is not None else None,
        [str(child) for child in task._children],  # noqa: SLF001 — ids, where .children loads tasks
        task.state,
        task.task_spec.name,
        task.triggered,
        task.internal_data,
        DeepMerge.get_updated_keys(inherited, task.data),
        list(DeepMerge.get_deleted_keys(inherited, task.data)),
    ]


def load(
    tokens: bytes, definition: ParsedDefinition, script_engine: CommandScriptEngine
) -> BpmnWorkflow:
    """Return the workflow that `dump` wrote.

    Args:
        tokens: What the row holds.
        definition: The specs of the version that the instance runs on.
        script_engine: Of the command that is about to run.
    """
    content = json.loads(zlib.decompress(tokens))
    workflow = BpmnWorkflow(
        definition.spec,
        dict(definition.subprocess_specs),
        script_engine=script_engine,
        deserializing=True,
    )
    _fill_scope(workflow, content["top"])
    _load_subprocesses(workflow, workflow, content["subprocesses"])
    return workflow


def _fill_scope(scope: Any, content: dict[str, Any]) -> None:  # noqa: ANN401 — as above
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
    if isinstance(task.task_spec, CatchingEvent) and task.has_state(TaskState.WAITING):
        scope.top_workflow.event_manager.add_task(task)


def _load_subprocesses(
    workflow: BpmnWorkflow,
    scope: Any,  # noqa: ANN401 — as above
    saved: dict[str, Any],
) -> None:
    """Rebuild the sub-processes of one scope, then those inside them."""
    for task in list(scope.tasks.values()):
        if not isinstance(task.task_spec, SubWorkflowTask) or str(task.id) not in saved:
            continue
        inner = BpmnSubWorkflow(
            workflow.subprocess_specs[task.task_spec.spec], task.id, workflow, deserializing=True
        )
        workflow.subprocesses[task.id] = inner
        _fill_scope(inner, saved[str(task.id)])
        inner.completed_event.connect(task.task_spec._on_subworkflow_completed, task)  # noqa: SLF001 — as above
        _load_subprocesses(workflow, inner, saved)
