"""A walk through a diagram whose tokens are repaired on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.operators import Operator, OperatorRegistry, describe_inputs
from engine.spiff.execution import Execution
from engine.spiff.repairing.changing import change
from engine.spiff.repairing.moving import move
from engine.spiff.repairing.repeating import repeat
from engine.spiff.repairing.skipping import skip
from tests.unit.bpmn.walk import Walk


def _answer(_job: object) -> Mapping[str, Any]:
    return {}


def _operators() -> OperatorRegistry:
    registry = OperatorRegistry()
    registry.add(
        Operator(
            topic="t",
            function=_answer,
            inline=False,
            queue="background",
            inputs=describe_inputs(_answer),
            summary="",
        )
    )
    return registry


@dataclass(kw_only=True)
class Patient(Walk):
    """An instance under repair.

    Args:
        ran: What the history says of a visit that the tree has forgotten.
    """

    ran: bool = False

    def __post_init__(self) -> None:
        self.operators = _operators()
        super().__post_init__()

    def load(self) -> Execution:
        """Load what was saved."""
        return self._load()

    def move(self, source: str, target: str) -> list[str]:
        """Move a token."""
        execution = self._load()
        move(execution.workflow, source, target)
        return self._rest(execution)

    def repeat(self, element: str) -> list[str]:
        """Repeat a step."""
        execution = self._load()
        repeat(execution.workflow, element, lambda: self.ran)
        return self._rest(execution)

    def skip(self, element: str, **outputs: object) -> list[str]:
        """Skip what is waited for."""
        execution = self._load()
        skip(execution, element, outputs)
        return self._rest(execution)

    def change(self, *remove: str, **values: object) -> list[str]:
        """Take variables away and set others."""
        execution = self._load()
        change(execution.workflow, values, remove)
        return self._rest(execution)

    def finish_all(self) -> None:
        """Complete and fire whatever is waited for, until the process has ended."""
        for _ in range(50):
            waits = self.waits()
            execution = self._load()
            if waits.user_tasks:
                execution.complete_user_task(next(iter(waits.user_tasks)), {})
            elif waits.jobs:
                execution.finish_job(next(iter(waits.jobs)), {})
            elif waits.timers:
                execution.fire(next(iter(waits.timers)))
            else:
                break
            self._rest(execution)
