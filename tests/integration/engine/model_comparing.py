"""Holds the engine and the model, and compares them after each step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
)
from sqlalchemy import text

from engine.commands import Command, CompleteUserTask
from engine.errors import EngineError
from engine.jobs import JobRunner
from engine.operators import BpmnError, Job, RetryLater
from engine.repairs import (
    Repair,
)

from . import model, model_process
from .conftest import Engine, Even, write_effect


class Crash(Exception):
    """A process that dies before its commit."""


@dataclass
class Answer:
    """What a command should give.

    Args:
        state: Of the outcome, or None with an error.
        repeated: Whether it had been done before; None where either is right.
        error: What it should be refused with.
    """

    state: str | None = None
    repeated: bool = False
    error: type[EngineError] | None = None


class Comparing(RuleBasedStateMachine):
    """Has both, and compares them after each step."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        with self.engine.database.begin() as connection:
            model_process.clear(connection)
        self.engine.runtime = self.engine.fresh_runtime()
        self.world = model.World()
        self.outcomes: list[str] = []
        self.engine.operators._by_topic.clear()
        self.engine.operator(self._operator)

    @invariant()
    def the_engine_is_where_the_model_is(self) -> None:
        """Compare tokens, waits and history of every instance."""
        with self.engine.database.connect() as connection:
            found = model_process.read(connection)
            inbox = connection.execute(
                text("SELECT business_key, name FROM engine.inbox_message ORDER BY id")
            ).all()
        assert found == {
            key: model_process.expected(each) for key, each in self.world.instances.items()
        }
        assert [tuple(row) for row in inbox] == [
            (letter.business_key, letter.name) for letter in self.world.inbox
        ]
        effects = sum(instance.effects for instance in self.world.instances.values())
        assert self.engine.effects() == effects

    # How it is done.

    @property
    def _now(self) -> Any:  # noqa: ANN401 — Hypothesis reads annotations of rules only
        return self.engine.clock.now()

    def _operator(self, job: Job) -> Mapping[str, Any]:
        """Do what the rule said; where the lease is lost, another worker comes in between."""
        outcome = self.outcomes.pop()
        if outcome == "later":
            raise RetryLater("later")
        if outcome in ("no_way", "unforeseen"):
            raise BpmnError(outcome, "it cannot be done")
        write_effect(job.connection)
        if outcome == "lost":
            with self.engine.database.begin() as connection:
                number = connection.execute(
                    text(
                        "UPDATE engine.job SET leased_until = now() - interval '1 second'"
                        " WHERE instance_id = :instance RETURNING id"
                    ),
                    {"instance": job.instance_id},
                ).scalar_one()
            assert self._runner().run(number)
        return {}

    def _die_over(self, command: Command) -> None:
        with self.engine.runtime.transaction() as connection:
            self.engine.runtime.execute(command, connection=connection)
            raise Crash

    def _runner(self) -> JobRunner:
        return JobRunner(runtime=self.engine.fresh_runtime(), jitter=Even())

    def _known(self, key: str | None) -> Answer | None:
        known = self.world.remembered.get(key or "")
        return Answer(known[1], repeated=True) if known else None

    def _execute(self, command: Command, expected: Answer) -> None:
        if expected.error is not None:
            with pytest.raises(expected.error):
                self.engine.runtime.execute(command)
            return
        outcome = self.engine.runtime.execute(command)
        assert (outcome.state, outcome.repeated) == (expected.state, expected.repeated)

    def _running(self) -> list[str]:
        return [key for key, each in self.world.instances.items() if each.state == "running"]

    def _suspended(self) -> list[str]:
        return [key for key, each in self.world.instances.items() if each.state == "suspended"]

    def _alive(self) -> list[str]:
        return self._running() + self._suspended()

    def _open(self) -> list[tuple[str, str]]:
        return [
            (key, element)
            for key, instance in self.world.instances.items()
            for element in instance.user_tasks()
        ]

    def _open_and_running(self) -> list[tuple[str, str]]:
        return [each for each in self._open() if each[0] in self._running()]

    def _running_tokens(self) -> list[tuple[str, str]]:
        return [
            (key, element)
            for key in self._running()
            for element in sorted(self.world.instances[key].at)
        ]

    def _clocks(self) -> list[tuple[str, str]]:
        return [
            (key, timer) for key in self._alive() for timer in sorted(self.world.instances[key].due)
        ]

    def _repair(self, command: type[Repair], business_key: str, **more: object) -> None:
        """Carry a repair out, as staff would."""
        number = self.engine.instance(business_key).id
        made = command(instance_id=number, reason="r", actor="ana", **more)
        expected = self.world.instances[business_key].state
        assert self.engine.runtime.execute(made).state == expected

    def _jobs(self) -> list[str]:
        return [key for key, instance in self.world.instances.items() if instance.job]

    def _job_of(self, business_key: str) -> int:
        (job,) = self.engine.jobs(business_key)
        return job.id

    def _completing(self, business_key: str, element: str, key: str | None) -> CompleteUserTask:
        with self.engine.database.connect() as connection:
            task_id = connection.execute(
                text(
                    "SELECT t.id FROM engine.user_task t JOIN engine.instance i"
                    " ON i.id = t.instance_id WHERE i.business_key = :key AND element_id = :element"
                ),
                {"key": business_key, "element": element},
            ).scalar_one()
        return CompleteUserTask(task_id=task_id, answers={}, actor="ana", key=key)
