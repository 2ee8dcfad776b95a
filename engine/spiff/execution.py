"""One workflow for the length of one command: loaded, moved on, looked at, saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff import deltas, knowing, state, throwing
from engine.spiff.folding import fold
from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.repairing.entering import BRIDGE
from engine.spiff.script_engine import CommandScriptEngine
from engine.spiff.specs.catching import throw_error
from engine.spiff.specs.joining import TAKEN
from engine.spiff.specs.tasks import HumanTask, OperatorTask
from engine.spiff.stepping import Stepping
from engine.spiff.timers import DUE, RowTimer
from engine.waits import JobWait, MessageWait, TimerWait, UserTaskWait, Waits

_HEARD = (MessageEventDefinition, SignalEventDefinition)
_OPEN = TaskState.READY | TaskState.WAITING | TaskState.STARTED


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """An instance as its row shall hold it.

    Args:
        tokens: The compressed state.
        delta: The way back to the state before; None at the start.
        size: Bytes of the state, before compression.
        size_before: Those of the state before; 0 at the start.
    """

    tokens: bytes
    delta: bytes | None
    size: int
    size_before: int


@dataclass(slots=True)
class Execution:
    """SpiffWorkflow's workflow, and what it looked like before the command."""

    workflow: BpmnWorkflow
    script_engine: CommandScriptEngine
    waits_before: Waits = field(default_factory=Waits)
    _text_before: bytes | None = None
    _before: dict[UUID, tuple[str, int]] = field(default_factory=dict)
    #: Moves of finished rounds that were forgotten while the command ran.
    _noted: list[list[str]] = field(default_factory=list)
    variables_before: dict[str, Any] = field(default_factory=dict)
    #: An earlier state that is saved again to the letter, in place of the workflow's.
    restored: bytes | None = None

    @classmethod
    def start(
        cls,
        definition: ParsedDefinition,
        variables: Mapping[str, Any],
        script_engine: CommandScriptEngine,
    ) -> "Execution":
        """Return a fresh workflow with its first data."""
        workflow = BpmnWorkflow(
            definition.spec, dict(definition.subprocess_specs), script_engine=script_engine
        )
        workflow.task_tree.data.update(variables)
        return cls(workflow, script_engine, variables_before=dict(variables))

    @classmethod
    def load(
        cls, tokens: bytes, definition: ParsedDefinition, script_engine: CommandScriptEngine
    ) -> "Execution":
        """Return the workflow that a row holds."""
        return cls.of_text(deltas.decompress(tokens), definition, script_engine)

    @classmethod
    def of_text(
        cls, text: bytes, definition: ParsedDefinition, script_engine: CommandScriptEngine
    ) -> "Execution":
        """Return the workflow of a saved state."""
        execution = cls(state.load(text, definition, script_engine), script_engine)
        execution._text_before = text
        execution.waits_before = execution.waits()
        execution._before = execution._snapshot()
        execution.variables_before = execution.variables()
        return execution

    def complete_user_task(self, uid: UUID, answers: Mapping[str, Any]) -> None:
        """Complete a user task that is open."""
        task = self.workflow.get_task_from_id(uid)
        task.data.update(answers)
        task.run()

    def deliver(self, name: str, payload: Mapping[str, Any]) -> None:
        """Hand a message to everything that waits for it."""
        self.workflow.send_event(BpmnEvent(MessageEventDefinition(name), payload=dict(payload)))

    def signal(self, name: str, payload: Mapping[str, Any]) -> bool:
        """Hand a signal to everything that waits for it; return whether something did."""
        return throwing.signal(self.workflow, name, dict(payload))

    def fire(self, uid: UUID) -> None:
        """Let one timer go on."""
        self.script_engine.firing = frozenset({uid})
        task = self.workflow.get_task_from_id(uid)
        task.task_spec._update(task)  # noqa: SLF001 — as SpiffWorkflow's own refresh_timers

    def finish_job(self, uid: UUID, outputs: Mapping[str, Any]) -> None:
        """Complete a service task with what its operator answered."""
        task = self.workflow.get_task_from_id(uid)
        task.data.update(outputs)
        task.complete()

    def raise_error(self, uid: UUID, code: str) -> bool:
        """Hand a job's error to the diagram; return whether something caught it."""
        return throw_error(self.workflow.get_task_from_id(uid), code)

    def waits_at(self, uid: UUID) -> bool:
        """Whether the instance, as it was loaded, waits at a task."""
        before = self.waits_before
        return any(
            uid in waits
            for waits in (before.user_tasks, before.timers, before.messages, before.jobs)
        )

    def element_of(self, uid: UUID) -> str:
        """Return the diagram's id of a task's element."""
        return str(self.workflow.get_task_from_id(uid).task_spec.bpmn_id)

    def cancel(self) -> None:
        """End everything that is open."""
        self.workflow.cancel()

    def run(self) -> None:
        """Go on to the next wait."""
        Stepping(self.workflow, self._note_moves).run()

    @property
    def completed(self) -> bool:
        """Whether the process has reached its end."""
        return bool(self.workflow.is_completed())

    def dump(self) -> bytes:
        """Return what the row shall hold; loops' finished rounds are folded."""
        return self.save().tokens

    def save(self) -> "Saved":
        """Return what the row shall hold, and the way back to what it held.

        Loops' finished rounds are folded.
        """
        text = self.restored
        if text is None:
            fold(self.workflow)
            text = state.dump(self.workflow)
        before = self._text_before
        return Saved(
            tokens=deltas.compress(text),
            delta=deltas.back(text, before) if before is not None else None,
            size=len(text),
            size_before=len(before or b""),
        )

    def text(self) -> str:
        """Return the state before compression; loops' finished rounds are folded."""
        fold(self.workflow)
        return state.dump(self.workflow).decode()

    def before(self, delta: bytes) -> bytes:
        """Return the state before the one that was loaded, by the way back to it."""
        return deltas.go_back(self._text_before or b"", delta)

    def waits(self) -> Waits:
        """Return all that the instance waits for now."""
        if self.completed:
            return Waits()
        events = [task for task in self.workflow.event_manager.tasks.values() if _waiting(task)]
        return Waits(
            user_tasks={
                task.id: _user_task(task) for task in self._tasks(TaskState.READY, HumanTask)
            },
            timers={
                task.id: _timer(task)
                for task in events
                if isinstance(task.task_spec.event_definition, RowTimer)
                and task.internal_data.get(DUE) is not None
            },
            messages={
                task.id: _message(task)
                for task in events
                if isinstance(task.task_spec.event_definition, _HEARD)
            },
            jobs={task.id: _job(task) for task in self._tasks(TaskState.STARTED, OperatorTask)},
        )

    def messages_begun(self) -> set[str]:
        """Return the names of the messages that this command made the instance wait for."""
        if self.completed:
            return set()
        return {
            str(task.task_spec.event_definition.name)
            for task in self.workflow.event_manager.tasks.values()
            if _waiting(task)
            and isinstance(task.task_spec.event_definition, MessageEventDefinition)
            and self._awaited_before(task) != task.task_spec.event_definition.name
        }

    def messages_still(self) -> set[str]:
        """Return the names of the messages that the instance waited for before, and still does."""
        return {
            wait.message
            for uid, wait in self.waits().messages.items()
            if uid in self.waits_before.messages and wait.kind == "message"
        }

    def _awaited_before(self, task: Task) -> str | None:
        """Return the message that a task waited for when the command came."""
        before = self.waits_before.messages.get(task.id)
        return before.message if before is not None else None

    def moves(self) -> list[list[str]]:
        """Return what this command entered, completed and cancelled: [element, what].

        What a repair took out of the tree while it was open was cancelled.
        """
        after = self._snapshot()
        moves = [
            [element, _WORDS[TaskState.CANCELLED]]
            for uid, (element, before) in self._before.items()
            if before & _OPEN and uid not in after
        ]
        for uid, (element, now) in after.items():
            _, before = self._before.get(uid, (element, 0))
            if now != before and (word := _WORDS.get(now)):
                moves.append([element, word])
        return self._noted + moves

    def _note_moves(self) -> None:
        """Keep what is over by now, before finished rounds are forgotten."""
        over = {uid: seen for uid, seen in self._snapshot().items() if not seen[1] & _OPEN}
        self._noted += [
            [element, _WORDS[now]]
            for uid, (element, now) in over.items()
            if self._before.get(uid) != (element, now)
        ]
        self._before |= over

    def changes(self) -> dict[str, Any]:
        """Return the variables that this command set; None for one that it took away."""
        after, before = self.variables(), self.variables_before
        changed = {k: v for k, v in after.items() if k not in before or before[k] != v}
        return {**changed, **{k: None for k in before if k not in after}}

    def variables(self) -> dict[str, Any]:
        """Return the data of all tokens together."""
        return knowing.variables(self.workflow)

    def elements(self) -> tuple[str, ...]:
        """Return where tokens stand, sorted: the diagram's ids of all that is open."""
        open_now = [task for task in self._tasks(_OPEN) if knowing.is_shown(task)]
        found = (getattr(task.task_spec, "bpmn_id", None) for task in open_now)
        return tuple(sorted(filter(None, found)))

    def _scopes(self) -> list[Any]:
        """Return the process and its sub-processes, outermost first."""
        return [self.workflow, *self.workflow.subprocesses.values()]

    def _tasks(self, states: int, spec: type | None = None) -> list[Task]:
        """Return the tasks in some states, of all scopes."""
        return [
            task
            for scope in self._scopes()
            for task in scope.tasks.values()
            if task.has_state(states) and (spec is None or isinstance(task.task_spec, spec))
        ]

    def _snapshot(self) -> dict[UUID, tuple[str, int]]:
        """Return the elements of the diagram that tokens have reached."""
        return {
            task.id: (
                task.task_spec.bpmn_id,
                TaskState.COMPLETED if TAKEN in task.internal_data else task.state,
            )
            for scope in self._scopes()
            for task in scope.tasks.values()
            if getattr(task.task_spec, "bpmn_id", None)
            and task.state in _WORDS
            and BRIDGE not in task.internal_data
            and knowing.is_shown(task)
        }


_WORDS = {
    TaskState.READY: "entered",
    TaskState.WAITING: "entered",
    TaskState.STARTED: "entered",
    TaskState.COMPLETED: "completed",
    TaskState.CANCELLED: "cancelled",
}


def _waiting(task: Task) -> bool:
    """Whether a catching event really waits."""
    return bool(task.has_state(TaskState.WAITING))


def _user_task(task: Task) -> UserTaskWait:
    spec = task.task_spec
    return UserTaskWait(
        uid=task.id,
        element_id=spec.bpmn_id,
        name=spec.bpmn_name or spec.bpmn_id,
        form=spec.form,
        assignee=spec.assignee_of(task),
        candidate_groups=spec.groups_of(task),
        variables=task.data,
    )


def _timer(task: Task) -> TimerWait:
    return TimerWait(
        uid=task.id,
        element_id=task.task_spec.bpmn_id,
        due_at=datetime.fromisoformat(task.internal_data[DUE]),
    )


def _message(task: Task) -> MessageWait:
    spec = task.task_spec
    event = spec.event_definition
    kind = "signal" if isinstance(event, SignalEventDefinition) else "message"
    return MessageWait(uid=task.id, element_id=spec.bpmn_id, message=event.name, kind=kind)


def _job(task: Task) -> JobWait:
    spec = task.task_spec
    return JobWait(
        uid=task.id,
        element_id=spec.bpmn_id,
        topic=spec.topic,
        inputs=spec.inputs_for(task),
        retry_delays=spec.retry_delays,
    )
