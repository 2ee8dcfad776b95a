"""Activities that are done for each element of a list, or a number of times (BPMN 2.0, 10.3.8)."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.task import Task

from engine.errors import LoopRefused
from engine.spiff.specs import loops
from engine.spiff.specs.flows import Condition
from engine.spiff.specs.loops import BEGUN, COUNTER, DONE, NUMBER, Looping

#: How many instances there are: for them, and for what their loop keeps in mind.
TOTAL = "nrOfInstances"
_RESULTS = "results"


@dataclass(frozen=True, kw_only=True, slots=True)
class Instances:
    """How many instances an activity has, and what they are about.

    Args:
        sequential: One after the other.
        cardinality: Their number, or an expression that gives it.
        collection: In place of it: a variable, or an expression that gives a list.
        element: The variable in which an instance finds its element of the list.
        results: The variable that becomes a list of what the instances found out.
        result: Which variable of an instance goes there.
        condition: Asked after each instance; where it is true, no more are needed.
    """

    sequential: bool
    cardinality: str | None = None
    collection: str | None = None
    element: str | None = None
    results: str | None = None
    result: str | None = None
    condition: str | None = None


class MultiInstance(Looping):
    """Does an activity for each element of a list, or a number of times.

    What an instance sets stays its own, but for the one variable that is collected.
    """

    def __init__(self, wf_spec: Any, bpmn_id: str, *, instances: Instances, **kwargs: Any) -> None:  # noqa: ANN401 — SpiffWorkflow's own signature
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.instances = instances
        text = instances.condition
        self.condition = Condition(text) if text is not None else None

    def own_names(self) -> Sequence[str]:
        """Return the variables that each instance has for itself."""
        return [name for name in (COUNTER, TOTAL, self.instances.element) if name is not None]

    def _begin(self, my_task: Task) -> bool:
        """Begin the first instance, or all."""
        elements = self._elements(my_task)
        if len(elements) > loops.MAX_INSTANCES:
            raise LoopRefused(
                self.bpmn_id, f"{len(elements)} instances are more than {loops.MAX_INSTANCES}."
            )
        my_task.internal_data[TOTAL] = len(elements)
        if self.instances.results is not None:
            my_task.internal_data[_RESULTS] = {}
        begun = elements[:1] if self.instances.sequential else elements
        for element in begun:
            self._begin_element(my_task, element)
        if not elements:
            self._collect(my_task)
        return bool(elements)

    def _begin_element(self, my_task: Task, element: Any) -> None:  # noqa: ANN401 — any JSON value
        name = self.instances.element
        own = {TOTAL: my_task.internal_data[TOTAL], **({name: element} if name else {})}
        self._begin_instance(my_task, own)

    def _after(self, my_task: Task, instance: Task) -> None:
        """Take the result; finish, or begin the next instance."""
        mind = my_task.internal_data
        if self.instances.results is not None:
            value = instance.data.get(self.instances.result)
            mind[_RESULTS][str(instance.internal_data[NUMBER])] = deepcopy(value)
        if mind[DONE] >= mind[TOTAL] or self._is_enough(my_task, instance):
            self._collect(my_task)
            self._finish(my_task)
        elif self.instances.sequential:
            elements = self._elements(my_task)[mind[BEGUN] :]
            if elements:
                self._begin_element(my_task, elements[0])
            else:
                self._collect(my_task)
                self._finish(my_task)

    def _is_enough(self, my_task: Task, instance: Task) -> bool:
        """Whether the completion condition is true, on what the last instance knows."""
        if self.condition is None:
            return False
        counters = {
            "nrOfCompletedInstances": my_task.internal_data[DONE],
            "nrOfActiveInstances": len(self.open_instances(my_task)),
        }
        return self.condition.holds(instance, counters)

    def _collect(self, my_task: Task) -> None:
        """Set the list of results, in the order of the elements."""
        if self.instances.results is not None:
            found = my_task.internal_data.pop(_RESULTS)
            my_task.data[self.instances.results] = [found[key] for key in sorted(found, key=int)]

    def _elements(self, my_task: Task) -> Sequence[Any]:
        """Return what there is an instance for.

        Raises:
            LoopRefused: It is no list, or no number.
        """
        text = self.instances.collection or self.instances.cardinality or ""
        before = my_task.parent.data
        if self.instances.collection and not text.startswith("${"):
            value = my_task.data.get(text, before.get(text))
        else:
            value = my_task.workflow.script_engine.evaluate(my_task, text, external_context=before)
        if self.instances.collection:
            if isinstance(value, list):
                return value
            raise LoopRefused(self.bpmn_id, f"its collection «{text[:80]}» is no list.")
        return range(self._number(value))

    def _number(self, value: Any) -> int:  # noqa: ANN401 — any JSON value
        """Return a whole number of instances, however the diagram or a variable wrote it."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = -1.0
        if number < 0 or number != int(number) or isinstance(value, bool):
            raise LoopRefused(self.bpmn_id, "its loopCardinality gives no number of instances.")
        return int(min(number, loops.MAX_INSTANCES + 1))
