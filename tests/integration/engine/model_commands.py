"""What people, programs, workers and sweeps do to the engine, and to the model."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
)
from sqlalchemy import text

from engine import incidents
from engine.commands import CancelInstance, Command, CompleteUserTask, DeliverMessage, StartInstance
from engine.errors import InstanceNotRunning, InstanceSuspended, TaskNotOpen
from engine.sweep import Sweep

from . import model
from .conftest import PROCESS
from .model_comparing import Answer, Comparing, Crash

KEYS = st.sampled_from(["login:1", "login:2", "login:3"])
COMMAND_KEYS = st.none() | st.sampled_from(["k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"])
OUTCOMES = st.sampled_from(["done", "done", "later", "no_way", "unforeseen"])


class Commanding(Comparing):
    """Commands, clock moves, crashes and duplicates."""

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
        instance = self.world.instances[business_key]
        expected = self._known(key)
        if expected is None and instance.state == "suspended":
            expected = Answer(error=InstanceSuspended)
        if expected is None:
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
        if expected is None and found is not None and found.state in ("completed", "cancelled"):
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
        can = (
            instance.state == "running"
            and instance.job.state == "ready"
            and instance.job.due <= self._now
        )
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

    @precondition(lambda self: self._open_and_running())
    @rule(data=st.data(), started=st.booleans())
    def crash(self, data: st.DataObject, *, started: bool) -> None:
        """Die after the work and before the commit: nothing was done."""
        business_key, element = data.draw(st.sampled_from(self._open_and_running()))
        command: Command = self._completing(business_key, element, "crashed")
        if started:
            command = StartInstance(process=PROCESS, business_key="never", key="crashed")
        with pytest.raises(Crash):
            self._die_over(command)

    @precondition(lambda self: len(self._alive()) > 1)
    @rule(data=st.data(), key=COMMAND_KEYS)
    def cancel(self, data: st.DataObject, key: str | None) -> None:
        """Cancel an instance."""
        business_key = data.draw(st.sampled_from(self._alive()))
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
