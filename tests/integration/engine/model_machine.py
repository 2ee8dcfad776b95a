"""Drives the engine and the model side by side: commands, crashes, duplicates, and repairs."""

from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
)

from engine.repairs import (
    HoldTimers,
    ReleaseTimers,
    ResumeInstance,
    SkipStep,
    SuspendInstance,
)

from .model_commands import Commanding


class Machine(Commanding):
    """All that can happen, with what staff do to repair."""

    @precondition(lambda self: self._running())
    @rule(data=st.data())
    def suspend(self, data: st.DataObject) -> None:
        """Let an instance stand still."""
        instance = self.world.instances[data.draw(st.sampled_from(self._running()))]
        instance.state = "suspended"
        instance.steps += 1
        self._repair(SuspendInstance, instance.key)

    @precondition(lambda self: self._suspended())
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        """Let it go on."""
        instance = self.world.instances[data.draw(st.sampled_from(self._suspended()))]
        self.world.resume(instance, self._now)
        self._repair(ResumeInstance, instance.key)

    @precondition(lambda self: self._clocks())
    @rule(data=st.data())
    def hold_or_release(self, data: st.DataObject) -> None:
        """Stop a clock, or let a stopped one go on."""
        business_key, timer = data.draw(st.sampled_from(self._clocks()))
        instance = self.world.instances[business_key]
        if timer in instance.held:
            instance.release(timer, self._now)
            self._repair(ReleaseTimers, business_key, elements=(timer,))
        else:
            instance.hold(timer, self._now)
            self._repair(HoldTimers, business_key, elements=(timer,))

    @precondition(lambda self: self._running_tokens())
    @rule(data=st.data())
    def skip(self, data: st.DataObject) -> None:
        """Go on as if a step were done."""
        business_key, element = data.draw(st.sampled_from(self._running_tokens()))
        self.world.instances[business_key].skip(element, self._now)
        self._repair(SkipStep, business_key, element=element)
