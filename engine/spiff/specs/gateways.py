"""Exclusive, parallel and inclusive gateways by the letter of BPMN 2.0 (10.6 and 13.4)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway as BpmnExclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway as BpmnInclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway as BpmnParallelGateway
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task

from engine.spiff.specs.flows import Choosing
from engine.spiff.specs.joining import Joining, is_token


class ExclusiveGateway(Choosing, BpmnExclusiveGateway):
    """Goes on by the first flow whose condition is true; lets every token pass by itself."""

    only_one = True


class ParallelGateway(Joining, BpmnParallelGateway):
    """Takes one token from each flow, and puts one on each (BPMN 2.0, 13.4.1)."""

    def chosen(self, scope: Any, came: Sequence[Task]) -> Sequence[Task]:  # noqa: ANN401, ARG002 — as declared
        """Return the first token of every flow, once there is one on each."""
        missing: Counter[str] = Counter(self._inputs)
        chosen = []
        for task in came:
            if missing[task.parent.task_spec.name] > 0:
                missing[task.parent.task_spec.name] -= 1
                chosen.append(task)
        return chosen if not any(missing.values()) else []


class InclusiveGateway(Joining, Choosing, BpmnInclusiveGateway):
    """Waits for the tokens that can still come, and goes on by all flows whose condition is true.

    A token can still come where its ways lead to a flow on which none has come, and to none on
    which one has (BPMN 2.0, 13.4.3).
    """

    def chosen(self, scope: Any, came: Sequence[Task]) -> Sequence[Task]:  # noqa: ANN401 — as above
        """Return the first token of each flow that has one, once no more can come."""
        first: dict[TaskSpec, Task] = {}
        for task in came:
            first.setdefault(task.parent.task_spec, task)
        empty = [spec for spec in self.inputs if spec not in first]
        if empty:
            coming = self._before(empty) - self._before(first)
            if any(is_token(task) and task.task_spec in coming for task in scope.tasks.values()):
                return []
        return list(first.values())

    def _run_hook(self, my_task: Task) -> bool:
        """Choose the flows."""
        return Choosing._run_hook(self, my_task)  # noqa: SLF001 — of its own second base

    def _before(self, inputs: Iterable[TaskSpec]) -> set[TaskSpec]:
        """Return all from which a way leads to one of some inputs without passing this gateway."""
        found, todo = {self}, list(inputs)
        while todo:
            spec = todo.pop()
            if spec not in found:
                found.add(spec)
                todo += spec.inputs
        return found - {self}
