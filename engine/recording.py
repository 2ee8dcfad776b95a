"""Writes down, in the command's transaction, where it left the instance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from engine.budgets import Budget, Weighed, hold_to
from engine.commands import Command
from engine.handling.handler import Scene
from engine.handling.table import HANDLERS
from engine.operators import OperatorRegistry
from engine.spiff.execution import Execution
from engine.store import history, incidents, instances, repairs, signals, waiting
from engine.store.inbox import Letter
from engine.store.pipeline import Answer, Statement
from engine.store.waiting import Nudge
from engine.waits import Waits

Wait = TypeVar("Wait")

#: Fields of commands that name the instance, have columns of their own, or end with the command.
_ELSEWHERE = frozenset(
    {
        "actor",
        "business_key",
        "group",
        "instance_id",
        "job_id",
        "key",
        "lease",
        "process",
        "task_id",
        "timer_id",
        "ttl",
    }
)

_SUSPENDED = "suspended"
#: States that an instance does not leave again.
_ENDED = frozenset({"completed", "cancelled"})

_TABLES = {"user_tasks": "user_task", "timers": "timer", "messages": "subscription", "jobs": "job"}


@dataclass(slots=True)
class Record:
    """What a command writes down, as statements for one round trip.

    Args:
        state: The instance's state after it.
        statements: In the order in which they are run.
        jobs: Which of them add jobs, and so answer with what the broker is told.
    """

    state: str
    statements: list[Statement] = field(default_factory=list)
    jobs: list[int] = field(default_factory=list)

    def nudges(self, answers: Sequence[Answer]) -> list[Nudge]:
        """Return what to tell the broker after the commit; nothing while it stands still."""
        if self.state == _SUSPENDED:
            return []
        return [waiting.nudge(answers[position]) for position in self.jobs]


def record(
    scene: Scene,
    command: Command,
    *,
    element_id: str | None,
    letters: Sequence[Letter],
    operators: OperatorRegistry,
    budget: Budget,
) -> Record:
    """Put together what the command writes: the instance, its waits and one step of history.

    Raises:
        ValueTooLarge: A variable passed its budget; the command is undone.
        InstanceTooLarge: Its data passed the budget; the command is undone.
    """
    handler, row, now = HANDLERS[type(command)], scene.row, scene.now
    made = Record(handler.state_after(command, scene))
    _write_waits(made, scene, command, operators)
    if made.state == _SUSPENDED:
        made.statements += repairs.pause(row.id)
    step = _step(scene, command, element_id=element_id, letters=letters)
    made.statements.append(_settle(step, scene, made.state, budget))
    made.statements += handler.writes(command, scene)
    if row.troubled:
        made.statements.append(incidents.settle(row.id))
    made.statements += _thrown(scene, command)
    keys = dict.fromkeys([command.key, *(letter.key for letter in letters)])
    for key in filter(None, keys):
        made.statements.append(
            instances.remember(key=key, instance_id=row.id, state=made.state, now=now)
        )
    return made


def _thrown(scene: Scene, command: Command) -> list[Statement]:
    """Return the statements that put the step's signals on their way to other instances."""
    step = f"{scene.row.id}:{scene.row.steps + 1}"
    return [
        signals.throw(
            name,
            thrower=scene.row.id,
            payload={},
            key=f"signal:{step}:{number}",
            actor=command.actor,
            now=scene.now,
        )
        for number, name in enumerate(scene.execution.script_engine.signals)
    ]


def _step(
    scene: Scene, command: Command, *, element_id: str | None, letters: Sequence[Letter]
) -> history.Step:
    """Return the history's step."""
    return history.Step(
        instance_id=scene.row.id,
        step=scene.row.steps + 1,
        command=type(command).__name__,
        element_id=element_id,
        actor=command.actor,
        at=scene.now,
        given={**_given(command, scene.execution, letters), **scene.noted},
        moves=scene.execution.moves(),
        changes=scene.execution.changes(),
    )


def _settle(step: history.Step, scene: Scene, state: str, budget: Budget) -> Statement:
    """Return the statement that writes the instance back, within its budget."""
    saved = scene.execution.save()
    if saved.size > budget.value_warning:
        started = scene.row.steps == 0
        hold_to(
            budget,
            Weighed(
                instance_id=step.instance_id,
                size=saved.size,
                size_before=saved.size_before,
                variables=scene.execution.variables(),
                variables_before={} if started else scene.execution.variables_before,
            ),
        )
    return history.settle(
        step,
        tokens=saved.tokens,
        delta=saved.delta,
        state=state,
        ended_at=step.at if state in _ENDED else None,
    )


def _write_waits(made: Record, scene: Scene, command: Command, operators: OperatorRegistry) -> None:
    """Remove the rows of waits that are over, add those that began."""
    row, now = scene.row, scene.now
    before, after = scene.execution.waits_before, scene.execution.waits()
    for name, table in _TABLES.items():
        gone = getattr(before, name).keys() - getattr(after, name).keys()
        if gone and row.troubled:
            made.statements.append(
                waiting.remove_and_close(table, row.id, gone, actor=command.actor, now=now)
            )
        elif gone:
            made.statements.append(waiting.remove(table, row.id, gone))
    made.statements += _stuck(made.state, scene, command, nothing=not any(_all(after)))
    made.statements += [
        waiting.add_user_task(row.id, wait, now)
        for wait in _began(before.user_tasks, after.user_tasks)
    ]
    made.statements += [
        waiting.add_timer(row.id, row.group_key, wait, now)
        for wait in _began(before.timers, after.timers)
    ]
    made.statements += [
        waiting.add_subscription(row.id, wait, now)
        for wait in _began(before.messages, after.messages)
    ]
    for wait in _began(before.jobs, after.jobs):
        made.jobs.append(len(made.statements))
        queue = operators.get(wait.topic).queue
        made.statements.append(waiting.add_job(row.id, wait, queue, now))


def _all(waits: Waits) -> tuple[Mapping[UUID, Any], ...]:
    """Return what is waited for, by kind."""
    return waits.user_tasks, waits.timers, waits.messages, waits.jobs


def _stuck(state: str, scene: Scene, command: Command, *, nothing: bool) -> list[Statement]:
    """Return what says that nothing can move the instance any more, or that something can again."""
    row, now = scene.row, scene.now
    if nothing and state not in _ENDED:
        return incidents.open_stuck(row.id, elements=scene.execution.elements(), now=now)
    was_stuck = row.steps > 0 and not any(_all(scene.execution.waits_before))
    return [incidents.close_stuck(row.id, actor=command.actor, now=now)] if was_stuck else []


def _began(before: Mapping[UUID, Wait], after: Mapping[UUID, Wait]) -> list[Wait]:
    """Return the waits that were not there before the command."""
    return [wait for uid, wait in after.items() if uid not in before]


def _given(command: Command, execution: Execution, letters: Sequence[Letter]) -> dict[str, Any]:
    """Return every input of the step: the command's, inline operators' and the inbox's."""
    given = {
        name: dict(value) if isinstance(value, Mapping) else value
        for name in command.__slots__
        if name not in _ELSEWHERE and (value := getattr(command, name)) is not None
    }
    answers = execution.script_engine.inline_outputs
    if answers:
        given["inline"] = [[element, dict(outputs)] for element, outputs in answers]
    if letters:
        given["inbox"] = [[letter.name, dict(letter.payload)] for letter in letters]
    return given
