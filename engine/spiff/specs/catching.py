"""How an error or an escalation finds what catches it, from the inside out."""

from collections.abc import Callable, Iterator

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    CodeEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.specs.idling import WaitsBeside


def throw_error(task: Task, code: str) -> bool:
    """Hand an error to the nearest event that catches it (BPMN 2.0, 10.5.5.3).

    Args:
        task: The activity that failed, or the event that threw it.
        code: The error's code.

    Returns:
        Whether something caught it.
    """
    return _throw(task, ErrorEventDefinition(code, code))


def throw_escalation(task: Task, code: str | None) -> bool:
    """Hand an escalation to the nearest event that catches it (BPMN 2.0, 10.5.5.4).

    Args:
        task: The event that threw it.
        code: The escalation's code; None: only an event that catches all hears it.

    Returns:
        Whether something caught it.
    """
    return _throw(task, EscalationEventDefinition(code, code))


def _throw(task: Task, thrown: CodeEventDefinition) -> bool:
    """Ask what may catch it, the nearest first; the first that does is the only one.

    SpiffWorkflow looks among all waiting events of a scope, so that an error of one branch could
    be caught on another's task: here only events attached to the failing activity, or to a
    sub-process around it, are asked, and event sub-processes beside it.
    """
    for catcher in _candidates(task):
        definition = catcher.task_spec.event_definition
        if type(definition) is type(thrown) and definition.code in (None, thrown.code):
            _hand_over(catcher, thrown)
            return True
    return False


def _candidates(task: Task) -> Iterator[Task]:
    """Walk outwards over the waiting events that may hear of what happens at a task."""
    current: Task | None = task
    while current is not None:
        yield from _waiting(current, lambda spec: hasattr(spec, "cancel_activity"))
        if current.parent and isinstance(current.parent.task_spec, LoopTask):
            current = current.parent
            continue
        scope = current.workflow
        yield from _waiting(
            scope.task_tree.children[0], lambda spec: isinstance(spec, WaitsBeside), itself=True
        )
        uid = scope.parent_task_id
        current = scope.top_workflow.get_task_from_id(uid) if uid else None


def _waiting(task: Task, is_kind: Callable[[object], bool], *, itself: bool = False) -> list[Task]:
    """Return the events of a kind that wait beside a task."""
    siblings = task.parent.children if task.parent is not None else []
    return [
        sibling
        for sibling in siblings
        if (itself or sibling is not task)
        and is_kind(sibling.task_spec)
        and sibling.has_state(TaskState.WAITING)
    ]


def _hand_over(catcher: Task, thrown: CodeEventDefinition) -> None:
    """Let an event happen, and tell it the code where it asks for it."""
    event = BpmnEvent(thrown)
    variable = getattr(catcher.task_spec.event_definition, "code_variable", None)
    event.payload = {variable: thrown.code} if variable else {}
    happen(catcher, event)


def happen(catcher: Task, event: BpmnEvent) -> None:
    """Let an event happen; one that does not interrupt waits again at once, for the next throw.

    Two throws in one step would else be heard as one.

    Args:
        catcher: Waits for it.
        event: What happens.
    """
    spec = catcher.task_spec
    spec.catch(catcher, event)
    spec._update(catcher)  # noqa: SLF001 — as SpiffWorkflow's event manager does
    interrupts = getattr(spec, "cancel_activity", getattr(spec, "interrupting", True))
    if not interrupts and catcher.has_state(TaskState.READY):
        catcher.run()
