"""Events that a token waits at: each hears what it waits for once, and only while it waits.

SpiffWorkflow lets an event that was withdrawn meanwhile wait again when its signal comes, fires an
event at an edge once in its activity's life, and goes on inside an activity that is interrupted
until its end is looked at.
"""

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.knowing import bring_out
from engine.spiff.timers import CYCLE, CycleTimer

#: Events that may happen again while an activity goes on.
_RECURRING = (MessageEventDefinition, SignalEventDefinition, EscalationEventDefinition)


class EventGateway(BpmnSpecMixin):
    """Waits for the first of several events (BPMN 2.0, 10.6.6); the others are withdrawn.

    Each event waits by itself, as it would without the gateway, so that each has a row.
    """


class Catching(CatchingEvent):
    """An event that a token waits at."""

    def catch(self, my_task: Task, event: BpmnEvent) -> None:
        """Hear an event, unless this one was withdrawn by what came before."""
        if my_task.has_state(TaskState.WAITING):
            super().catch(my_task, event)

    def _update_hook(self, my_task: Task) -> bool:
        """Wait, or go on; what was withdrawn stays so."""
        if my_task.has_state(TaskState.FINISHED_MASK):
            return False
        return bool(super()._update_hook(my_task))

    def _on_ready_hook(self, my_task: Task) -> None:
        """Withdraw the other events of a gateway."""
        super()._on_ready_hook(my_task)
        if my_task.parent is not None and isinstance(my_task.parent.task_spec, EventGateway):
            withdraw_beside(my_task)


class CatchEvent(Catching, defaults.IntermediateCatchEvent):
    """An intermediate catch event."""


class ReceiveTask(Catching, defaults.ReceiveTask):
    """A receive task: a catch event of a message that is drawn as a task."""


class Boundary(Catching, defaults.BoundaryEvent):
    """An event at the edge of an activity."""

    def _on_ready_hook(self, my_task: Task) -> None:
        """Interrupt the activity at once: nothing of it goes on beside this event."""
        super()._on_ready_hook(my_task)
        if self.cancel_activity:
            for other in my_task.parent.children:
                bring_out(other, my_task.data)
            withdraw_beside(my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        """Wait for the next time, where the activity goes on and the event may happen again."""
        super()._on_complete_hook(my_task)
        host = next(
            each for each in my_task.parent.children if not isinstance(each.task_spec, Boundary)
        )
        if not self.cancel_activity and not host.has_state(TaskState.FINISHED_MASK):
            wait_again(my_task)


def withdraw_beside(my_task: Task) -> None:
    """Cancel what began together with a task and is still open."""
    for other in my_task.parent.children:
        if other is not my_task and not other.has_state(TaskState.FINISHED_MASK):
            other.cancel()


def wait_again(fired: Task) -> None:
    """Put another event beside one that has happened, where it may happen again.

    Args:
        fired: The event that has happened; what it led to goes on.
    """
    event = fired.task_spec.event_definition
    if isinstance(event, CycleTimer):
        if not event.has_rounds_left(fired):
            return
    elif not isinstance(event, _RECURRING):
        return
    again = fired.parent._add_child(fired.task_spec, TaskState.FUTURE)  # noqa: SLF001 — SpiffWorkflow grows its tree by it
    if CYCLE in fired.internal_data:
        again.internal_data[CYCLE] = dict(fired.internal_data[CYCLE])
    again.task_spec._predict(again, mask=TaskState.NOT_FINISHED_MASK)  # noqa: SLF001 — as above
    again.task_spec._update(again)  # noqa: SLF001 — as above
