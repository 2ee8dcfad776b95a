"""Takes an instance from one version of its process to another, and back to the letter."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity, SubWorkflowTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.spiff import shapes, state
from engine.spiff.execution import Execution
from engine.spiff.outlining import outline
from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.rehoming import Rehoming
from engine.versions.judging import judge
from engine.versions.outline import Renaming
from engine.versions.verdicts import Verdict


def look(
    execution: Execution,
    old: ParsedDefinition,
    new: ParsedDefinition,
    mapping: Mapping[str, str],
    rebound: Collection[str] = (),
) -> Verdict:
    """Say what a migration would do to an instance as it stands.

    Args:
        execution: The instance, loaded.
        old: The version that it runs on.
        new: The version that it shall go to.
        mapping: Element of the old version → element of the new, where they differ.
        rebound: What is called in another version by the new one.
    """
    left, right = outline(old), outline(new)
    shape = shapes.shape_of(state.dump(execution.workflow), left.joins())
    return judge(left, right, shape, mapping, rebound)


def migrate(
    execution: Execution, definition: ParsedDefinition, mapping: Mapping[str, str]
) -> Execution:
    """Return the instance on another version, as if it had stood just so on that one.

    Args:
        execution: The instance; `look` said that it is safe. Not to be used any more.
        definition: The version that it goes to.
        mapping: As for `look`.
    """
    _rehome(execution.workflow, definition, Renaming(mapping))
    text = state.dump(execution.workflow)
    workflow = state.load(text, definition, execution.script_engine)
    _let_pass(workflow)
    return replace(execution, workflow=workflow)


def _rehome(workflow: BpmnWorkflow, definition: ParsedDefinition, renaming: Renaming) -> None:
    """Move the process, then what stands inside it."""
    todo: list[tuple[Any, Any, Renaming]] = [(workflow, definition.spec, renaming)]
    for scope, spec, names in todo:  # grows
        Rehoming(workflow, scope, spec, names).run()
        for task in scope.tasks.values():
            inner = workflow.subprocesses.get(task.id)
            if inner is not None and isinstance(task.task_spec, SubWorkflowTask):
                called = isinstance(task.task_spec, CallActivity)
                inside = Renaming({}) if called else names
                todo.append((inner, definition.subprocess_specs[task.task_spec.spec], inside))


def restore(execution: Execution, delta: bytes, definition: ParsedDefinition) -> Execution:
    """Return an instance as it was before its last step, to the letter.

    Args:
        execution: As it is. Not to be used any more.
        delta: The way back that the step's history keeps.
        definition: The version that it ran on before that step.
    """
    text = execution.before(delta)
    workflow = state.load(text, definition, execution.script_engine)
    return replace(execution, workflow=workflow, restored=text)


def _let_pass(workflow: BpmnWorkflow) -> None:
    """Let the joins pass that wait for nothing more in the new version."""
    for scope in [workflow, *workflow.subprocesses.values()]:
        for task in list(scope.tasks.values()):
            if isinstance(task.task_spec, UnstructuredJoin) and task.has_state(TaskState.WAITING):
                task.task_spec._update(task)  # noqa: SLF001 — as a token that comes does
