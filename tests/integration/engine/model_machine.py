"""Drives the engine and the model side by side: commands, clock moves, crashes, duplicates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import text

from engine import incidents
from engine.commands import CancelInstance, Command, CompleteUserTask, DeliverMessage, StartInstance
from engine.errors import EngineError, InstanceNotRunning, TaskNotOpen
from engine.jobs import JobRunner
from engine.operators import BpmnError, Job, RetryLater
from engine.sweep import Sweep

from . import model, model_process
from .conftest import PROCESS, Engine, Even, write_effect

KEYS = st.sampled_from(["login:1", "login:2", "login:3"])
COMMAND_KEYS = st.none() | st.sampled_from(["k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"])
OUTCOMES = st.sampled_from(["done", "done", "later", "no_way", "unforeseen"])


class _Crash(Exception):
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


class Machine(RuleBasedStateMachine):
    """Drives the engine and the model side by side."""

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

    # What happens.

    @rule(business_key=KEYS, key=COMMAND_KEYS)
    def start(self, business_key: str, key: str | None) -> None:
        """Start an instance, or one that is there."""
        command = StartInstance(process=PROCESS, business_key=business_key, key=key)
        found = self.world.instances.get(business_key)
        expected = self._known(key)
        if expected is None and found is not None:
            expected = Answer(found.state, repeated=True)
        if expected is None:
            made = self.world.start(business_key, key, self._now)
            expected = Answer(made.state)
        self._execute(command, expected)

    @precondition(lambda self: self._open())
    @rule(data=st.data(), key=COMMAND_KEYS)
    def complete(self, data: st.DataObject, key: str | None) -> None:
        """Complete an open user task."""
        business_key, element = data.draw(st.sampled_from(self._open()))
        command = self._completing(business_key, element, key)
        expected = self._known(key)
        if expected is None:
            instance = self.world.instances[business_key]
            instance.complete(element)
            instance.steps += 1
            self.world.remember(key, instance)
            expected = Answer(instance.state)
        self._execute(command, expected)

    @rule(key=COMMAND_KEYS)
    def complete_what_is_not_open(self, key: str | None) -> None:
        """Complete a task that nobody has."""
        command = CompleteUserTask(task_id=10**9, answers={}, actor="ana", key=key)
        self._execute(command, self._known(key) or Answer(error=TaskNotOpen))

    @rule(
        business_key=KEYS,
        name=st.sampled_from(["reply", "withdraw"]),
        key=COMMAND_KEYS,
        hours=st.sampled_from([1, 5, 50]),
    )
    def deliver(self, business_key: str, name: str, key: str | None, hours: int) -> None:
        """Deliver a message, which may come too early or too late."""
        ttl = timedelta(hours=hours)
        command = DeliverMessage(
            name=name, process=PROCESS, business_key=business_key, ttl=ttl, key=key
        )
        found = self.world.instances.get(business_key)
        expected = self._known(key)
        if expected is None and found is not None and found.state != "running":
            expected = Answer(error=InstanceNotRunning)
        if expected is None:
            kept = any(key is not None and letter.key == key for letter in self.world.inbox)
            letter = model.Letter(key, business_key, name, self._now + ttl)
            state = self.world.deliver(letter, self._now)
            expected = Answer(state, repeated=kept and state == "kept")
        self._execute(command, expected)

    @precondition(lambda self: self._jobs())
    @rule(data=st.data(), outcome=OUTCOMES, lost=st.booleans(), then=OUTCOMES)
    def work(self, data: st.DataObject, outcome: str, *, lost: bool, then: str) -> None:
        """Do a job; the lease may be lost meanwhile, and another worker takes it."""
        business_key = data.draw(st.sampled_from(self._jobs()))
        instance = self.world.instances[business_key]
        assert instance.job is not None
        can = instance.job.state == "ready" and instance.job.due <= self._now
        # Said last first: whoever took the job over ends before the one that was too slow.
        self.outcomes = [then, "lost"] if lost else [outcome]
        ran = self._runner().run(self._job_of(business_key))
        assert ran is can
        if can and lost:
            instance.job.attempts += 1
            instance.work(then, self._now)
        elif can:
            instance.work(outcome, self._now)

    @rule()
    def retry(self) -> None:
        """Let staff retry what is stuck."""
        with self.engine.runtime.transaction() as connection:
            for number in connection.execute(text("SELECT id FROM engine.instance")).scalars():
                incidents.retry_all(
                    self.engine.runtime, connection, instance_id=number, actor="ana"
                )
        for instance in self.world.instances.values():
            instance.retry(self._now)

    @rule(minutes=st.sampled_from([1, 30, 61, 125]))
    def pass_time(self, minutes: int) -> None:
        """Move the clock; nothing happens by itself."""
        self.engine.clock.advance(timedelta(minutes=minutes))

    @rule(second=st.booleans(), swapped=st.booleans(), twice=st.booleans())
    def sweep(self, *, second: bool, swapped: bool, twice: bool) -> None:
        """Sweep, with two at once that take turns, and timers that are told twice."""
        sweeps = [Sweep(runtime=self.engine.fresh_runtime()) for _ in range(1 + second)]
        found = [(each, each.run().timers) for each in sweeps]
        for each, timers in reversed(found) if swapped else found:
            each.fire(timers)
        if twice:
            sweeps[0].fire(found[0][1])
        self.world.sweep(self._now)

    @rule()
    def forget(self) -> None:
        """Go on in a fresh process, with cold caches."""
        self.engine.runtime = self.engine.fresh_runtime()

    @precondition(lambda self: self._open())
    @rule(data=st.data(), started=st.booleans())
    def crash(self, data: st.DataObject, *, started: bool) -> None:
        """Die after the work and before the commit: nothing was done."""
        business_key, element = data.draw(st.sampled_from(self._open()))
        command: Command = self._completing(business_key, element, "crashed")
        if started:
            command = StartInstance(process=PROCESS, business_key="never", key="crashed")
        with pytest.raises(_Crash):
            self._die_over(command)

    @precondition(lambda self: len(self._running()) > 1)
    @rule(data=st.data(), key=COMMAND_KEYS)
    def cancel(self, data: st.DataObject, key: str | None) -> None:
        """Cancel an instance."""
        business_key = data.draw(st.sampled_from(self._running()))
        command = CancelInstance(
            instance_id=self.engine.instance(business_key).id, reason="r", actor="ana", key=key
        )
        expected = self._known(key)
        if expected is None:
            instance = self.world.instances[business_key]
            instance.cancel()
            self.world.remember(key, instance)
            expected = Answer("cancelled")
        self._execute(command, expected)

    # What must be the same.

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
            raise _Crash

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

    def _open(self) -> list[tuple[str, str]]:
        return [
            (key, element)
            for key, instance in self.world.instances.items()
            for element in instance.user_tasks()
        ]

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
