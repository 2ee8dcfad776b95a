"""Timers that fire when their row says so, never by themselves.

SpiffWorkflow compares with the machine's clock each time a workflow is looked at. Here the due
time is worked out once, when the token arrives, and goes to the `timer` table; the sweep decides
by that row, and the command that fires a timer names it.
"""

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util import PendingBpmnEvent
from SpiffWorkflow.task import Task

from engine.durations import parse_cycle, parse_duration, parse_instant
from engine.errors import ExpressionError

DUE = "due_at"
#: What is left of a repeating timer.
CYCLE = "cycle"


class RowTimer(TimerEventDefinition):
    """A timer whose truth is its row (BPMN 2.0, 10.5.5.8)."""

    def has_fired(self, my_task: Task) -> bool:
        """Work the due time out on arrival; fire only when the command names this timer."""
        if DUE not in my_task.internal_data:
            due_at = self.due_at(my_task)
            my_task.internal_data[DUE] = due_at.isoformat() if due_at else None
        if my_task.id in my_task.workflow.script_engine.firing:
            my_task.internal_data["event_fired"] = True
        return bool(my_task.internal_data.get("event_fired", False))

    def reset(self, my_task: Task) -> None:
        """Forget the firing and the due time, so that a second arrival starts afresh."""
        super().reset(my_task)
        my_task.internal_data.pop(DUE, None)

    def details(self, my_task: Task) -> Any:  # noqa: ANN401 — a class of SpiffWorkflow without types
        """Describe the wait in SpiffWorkflow's own terms."""
        return PendingBpmnEvent(self.name, type(self).__name__, my_task.internal_data.get(DUE))

    def due_at(self, my_task: Task) -> datetime | None:
        """Return when a token that arrives now shall go on; None for never."""
        raise NotImplementedError

    def _text(self, my_task: Task) -> str | None:
        """Return what the diagram's text means for this token; null is no time at all."""
        value = my_task.workflow.script_engine.evaluate(my_task, self.expression)
        if value is not None and not isinstance(value, str):
            raise ExpressionError(self.expression, "gives no text for a timer.")
        return value


class DateTimer(RowTimer):
    """Fires at a date; a date alone means the end of that day."""

    def due_at(self, my_task: Task) -> datetime | None:
        """Return the instant that the text names."""
        text = self._text(my_task)
        return parse_instant(text) if text is not None else None


class DurationTimer(RowTimer):
    """Fires a while after the token arrived."""

    def due_at(self, my_task: Task) -> datetime | None:
        """Return the command's instant plus the duration."""
        now: datetime = my_task.workflow.script_engine.now
        text = self._text(my_task)
        return now + parse_duration(text) if text is not None else None


class CycleTimer(RowTimer):
    """Fires again and again, as often as it says; where an event fires once, it is the first time.

    After a downtime it fires once, late; the times that were missed meanwhile count and are left
    out.
    """

    def due_at(self, my_task: Task) -> datetime | None:
        """Return the first time, or the one after the time that has fired."""
        text = self._text(my_task)
        if text is None:
            return None
        cycle, now = parse_cycle(text), my_task.workflow.script_engine.now
        before = my_task.internal_data.get(CYCLE)
        if before is None:
            my_task.internal_data[CYCLE] = {"left": cycle.times and cycle.times - 1}
            return cycle.first(now)
        due_at, missed = cycle.following(datetime.fromisoformat(before["fired"]), now)
        left = None if before["left"] is None else before["left"] - 1 - missed
        my_task.internal_data[CYCLE] = {"left": left}
        return due_at if left is None or left >= 0 else None

    def reset(self, my_task: Task) -> None:
        """Keep when it was due, for the time after."""
        if my_task.internal_data.get(DUE) is not None:
            my_task.internal_data[CYCLE]["fired"] = my_task.internal_data[DUE]
        super().reset(my_task)

    def has_rounds_left(self, fired: Task) -> bool:
        """Whether it comes again after a time that has fired."""
        state = fired.internal_data.get(CYCLE, {})
        return state.get("left") is None or state["left"] > 0
