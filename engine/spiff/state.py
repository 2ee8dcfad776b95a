"""An instance's tokens and data as text, without the diagram.

The specs are cached by definition; what is saved holds only the tasks of SpiffWorkflow's tree,
each with the part of its data that differs from its parent's. Tasks that SpiffWorkflow only
predicts are left out where it predicts them again on loading: they are most of the tree.
"""

import json
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task

from engine.spiff import layout_1, waking
from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.predicted import foretell, foretold
from engine.spiff.script_engine import CommandScriptEngine

#: Raised when the layout below changes; `load` reads all earlier ones.
LAYOUT = 2

_HEX = 32


def dump(workflow: BpmnWorkflow) -> bytes:
    """Return a workflow's tasks and data as JSON.

    Args:
        workflow: After a command, at rest.
    """
    scopes: list[tuple[str | None, Any]] = [(None, workflow)]
    scopes += [(uid.hex, inner) for uid, inner in workflow.subprocesses.items()]
    content = {"layout": LAYOUT, "scopes": [_dump_scope(owner, scope) for owner, scope in scopes]}
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def _dump_scope(owner: str | None, scope: Any) -> list[Any]:  # noqa: ANN401 — a class of SpiffWorkflow without types
    """Return one scope: the process itself, or a sub-process with the task that it is."""
    order: list[Task] = [scope.task_tree]
    places: dict[UUID, int] = {}
    rows = []
    for task in order:  # grows: parents come before their children, siblings stay in order
        places[task.id] = len(places)
        children = [child for child in task.children if child is not None]
        predicted = foretold(task, children)
        if predicted is None:
            order += children
        rows.append(_dump_task(task, places, predicted))
    last = places.get(scope.last_task.id) if scope.last_task is not None else None
    ids = "".join(task.id.hex for task in order)
    flags = int(scope.success) + 2 * int(scope.completed)
    return [owner, ids, flags, last, scope.data, scope.correlations, rows]


def _dump_task(task: Task, places: dict[UUID, int], predicted: int | None) -> list[Any]:
    """Return one task: spec, state, parent's place, and whatever else it has."""
    parent = task.parent
    inherited = parent.data if parent is not None else {}
    more: dict[str, Any] = {}
    if task.triggered:
        more["t"] = 1
    if task.internal_data:
        more["i"] = task.internal_data
    if predicted is not None:
        more["p"] = predicted
    more |= _dump_data(inherited, task.data)
    row = [task.task_spec.name, task.state, places[parent.id] if parent is not None else -1]
    return [*row, more] if more else row


def _dump_data(inherited: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Return how a task's data differs from its parent's."""
    if data == inherited:
        return {}
    if not data:
        return {"n": 1}
    changed = {k: v for k, v in data.items() if k not in inherited or inherited[k] != v}
    gone = [key for key in inherited if key not in data]
    return {**({"d": changed} if changed else {}), **({"g": gone} if gone else {})}


def load(
    text: bytes, definition: ParsedDefinition, script_engine: CommandScriptEngine
) -> BpmnWorkflow:
    """Return the workflow that `dump` wrote.

    Args:
        text: What was saved, by this release or an earlier one.
        definition: The specs of the version that the instance runs on.
        script_engine: Of the command that is about to run.
    """
    content = json.loads(text)
    workflow = BpmnWorkflow(
        definition.spec,
        dict(definition.subprocess_specs),
        script_engine=script_engine,
        deserializing=True,
    )
    if content["layout"] == 1:
        layout_1.fill(workflow, content)
        return workflow
    saved = {str(UUID(scope[0])): scope for scope in content["scopes"] if scope[0] is not None}
    _fill_scope(workflow, content["scopes"][0])
    waking.open_subprocesses(workflow, workflow, saved, _fill_scope)
    # In the order in which they began, as before: what is read of them is the newest last.
    opened = workflow.subprocesses
    workflow.subprocesses = {uid: opened[uid] for uid in map(UUID, saved) if uid in opened}
    return workflow


def _fill_scope(scope: Any, content: list[Any]) -> None:  # noqa: ANN401 — as above
    """Put the saved tasks into an empty scope."""
    _, ids, flags, last, data, correlations, rows = content
    tasks: list[Task] = []
    for number, row in enumerate(rows):
        uid = UUID(ids[number * _HEX : (number + 1) * _HEX])
        tasks.append(_load_task(scope, uid, row, tasks))
    scope.task_tree = tasks[0]
    scope.success, scope.completed = bool(flags & 1), bool(flags & 2)
    scope.data, scope.correlations = data, correlations
    scope.last_task = tasks[last] if last is not None else None
    for task, row in zip(tasks, rows, strict=True):
        if len(row) > _BARE and (predicted := row[_BARE].get("p")) is not None:
            foretell(task, predicted)


_BARE = 3


def _load_task(scope: Any, uid: UUID, row: list[Any], earlier: list[Task]) -> Task:  # noqa: ANN401 — as above
    """Put one saved task into its scope."""
    name, state, place = row[:_BARE]
    more = row[_BARE] if len(row) > _BARE else {}
    parent = earlier[place] if place >= 0 else None
    task = Task(scope, scope.spec.task_specs[name], parent, state=state, id=uid)
    task.triggered, task.internal_data = "t" in more, more.get("i", {})
    if "n" not in more:
        task.data = _load_data(parent.data if parent is not None else {}, more)
    waking.listen(scope, task)
    return task


def _load_data(inherited: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return a task's data: its parent's, and how it differs."""
    gone = more.get("g", ())
    data = {key: _own(value) for key, value in inherited.items() if key not in gone}
    data.update(more.get("d", {}))
    return data


def _own(value: Any) -> Any:  # noqa: ANN401 — any JSON value
    """Copy what a task could change in place; its parent keeps its own."""
    if isinstance(value, dict):
        return {key: _own(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_own(each) for each in value]
    return value
