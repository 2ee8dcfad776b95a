"""Whether all that a run did is told by the expressions that it evaluated."""

from SpiffWorkflow.bpmn.specs import control
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import (
    NoneEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.StartTask import StartTask
from SpiffWorkflow.util.task import TaskState

from engine.spiff.parsing.reader import spec_class
from engine.spiff.timers import RowTimer

#: Elements that look at variables only through the script engine.
_ELEMENTS = (
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "boundaryEvent",
    "userTask",
    "scriptTask",
    "receiveTask",
    "exclusiveGateway",
    "parallelGateway",
    "subProcess",
)
_INNER = (
    StartTask,
    control.SimpleBpmnTask,
    control.EventSplit,
    control.BoundaryEventJoin,
    control.StartEventJoin,
    control._EndJoin,  # noqa: SLF001 — the end of every SpiffWorkflow process
)


#: What their events may be, beside timers.
_EVENTS = (
    NoneEventDefinition,
    TerminateEventDefinition,
    MessageEventDefinition,
    ErrorEventDefinition,
)


def only_carries(workflow: BpmnWorkflow) -> bool:
    """Whether variables that no expression named cannot have changed the way of a run.

    Args:
        workflow: After the run.
    """
    known = {spec_class(element) for element in _ELEMENTS}
    return all(
        _is_plain(task.task_spec, known)
        for scope in [workflow, *workflow.subprocesses.values()]
        for task in scope.tasks.values()
        if not task.has_state(TaskState.PREDICTED_MASK | TaskState.FUTURE)
    )


def _is_plain(spec: TaskSpec, known: set[type]) -> bool:
    """Whether a spec is of a known class, and its event one that throws nothing."""
    event = getattr(spec, "event_definition", None)
    plain = event is None or isinstance(event, RowTimer) or type(event) in _EVENTS
    return plain and (type(spec) in known or isinstance(spec, _INNER))
