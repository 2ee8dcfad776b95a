"""Carries out what tokens have thrown: errors, escalations, signals."""

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff import knowing
from engine.spiff.script_engine import CommandScriptEngine
from engine.spiff.specs.catching import happen, throw_error, throw_escalation
from engine.spiff.specs.ending import EndJoin
from engine.spiff.specs.throws import Thrown


def carry_out(workflow: BpmnWorkflow) -> None:
    """Carry out what was thrown since the last call, in order.

    Args:
        workflow: The process, after a step.
    """
    engine: CommandScriptEngine = workflow.script_engine
    while engine.thrown:
        thrown = engine.thrown.pop(0)
        _one(workflow, engine, thrown)
        _look_again(thrown.task)


def _look_again(thrown: Task) -> None:
    """Let a scope that seemed over wait for what its last token has started by what it threw."""
    for end in thrown.children:
        if isinstance(end.task_spec, EndJoin) and end.has_state(TaskState.READY):
            end._set_state(TaskState.WAITING)  # noqa: SLF001 — as SpiffWorkflow's own joins
            end.task_spec._update(end)  # noqa: SLF001 — as above


def signal(workflow: BpmnWorkflow, name: str, payload: dict[str, object]) -> bool:
    """Hand a signal to all that wait for it in one instance (BPMN 2.0, 10.5.5.6).

    Returns:
        Whether something did.
    """
    return _hand(_waiting_for(workflow, name), name, payload)


def _waiting_for(workflow: BpmnWorkflow, name: str) -> list[Task]:
    """Return what waits for a signal."""
    return [task for task in workflow.event_manager.tasks.values() if _hears(task, name)]


def _hand(waiting: list[Task], name: str, payload: dict[str, object]) -> bool:
    """Hand a signal over; return whether anything was there to hear it."""
    for task in waiting:
        if task.has_state(TaskState.WAITING):
            happen(task, BpmnEvent(SignalEventDefinition(name), payload=payload))
    return bool(waiting)


def _one(workflow: BpmnWorkflow, engine: CommandScriptEngine, thrown: Thrown) -> None:
    """Carry out one event."""
    match thrown.definition:
        case SignalEventDefinition(name=name):
            waiting = _waiting_for(workflow, name)
            # The token that threw it has come to what it waits for since.
            _hand([task for task in waiting if not _is_at(task, thrown.task)], name, {})
            engine.signals.append(name)
        case EscalationEventDefinition(code=code):
            throw_escalation(thrown.task, code)
        case ErrorEventDefinition(code=code):
            if not throw_error(thrown.task, code):
                _end_all(workflow)


def _hears(task: Task, name: str) -> bool:
    """Whether a waiting event waits for a signal."""
    definition = task.task_spec.event_definition
    return (
        bool(task.has_state(TaskState.WAITING))
        and isinstance(definition, SignalEventDefinition)
        and definition.name == name
    )


def _end_all(top: BpmnWorkflow) -> None:
    """End a process whose error nothing catches; what all its tokens had changed stays."""
    known = knowing.in_scope(top)
    top.cancel()
    top.last_task.data = known


def _is_at(task: Task, end: Task) -> bool:
    """Whether a task is another one, or comes after it."""
    current: Task | None = task
    while current is not None and current is not end:
        current = current.parent
    return current is end
