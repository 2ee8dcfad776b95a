"""Reads loop markers of activities."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from engine.spiff.parsing.names import bpmn, camunda
from engine.spiff.specs.foreseeing import foreseeing
from engine.spiff.specs.instances import Instances, MultiInstance
from engine.spiff.specs.loops import MAX_INSTANCES, Looping, StandardLoop


class Repeating(TaskParser):
    """Activities with a loop marker: standard loop, sequential and parallel multi-instance."""

    def _add_loop_task(self, loop_characteristics: etree._Element) -> None:
        """Put a standard loop around the activity."""
        maximum = loop_characteristics.get("loopMaximum")
        condition = _text(loop_characteristics, "loopCondition")
        if condition is None and maximum is None:
            self.raise_validation_exception("A loop needs a loopCondition or a loopMaximum.")
        if maximum is not None and not (maximum.isdigit() and 0 < int(maximum) <= MAX_INSTANCES):
            self.raise_validation_exception(
                f"A loopMaximum is a number from 1 to {MAX_INSTANCES}, not «{maximum[:20]}»."
            )
        self._repeat(
            StandardLoop,
            condition=condition,
            before=loop_characteristics.get("testBefore") == "true",
            maximum=int(maximum) if maximum is not None else None,
        )

    def _add_multiinstance_task(self, loop_characteristics: etree._Element) -> None:
        """Put a multi-instance marker around the activity."""
        found = loop_characteristics
        instances = Instances(
            sequential=found.get("isSequential") == "true",
            cardinality=_text(found, "loopCardinality"),
            collection=found.get(camunda("collection")) or _text(found, "loopDataInputRef"),
            element=found.get(camunda("elementVariable")) or _name(found, "inputDataItem"),
            results=_text(found, "loopDataOutputRef"),
            result=_name(found, "outputDataItem"),
            condition=_text(found, "completionCondition"),
        )
        self._refuse_unclear(instances)
        self._repeat(MultiInstance, instances=instances)

    def _refuse_unclear(self, instances: Instances) -> None:
        """Refuse a marker that does not say what there is an instance for."""
        if (instances.cardinality is None) == (instances.collection is None):
            self.raise_validation_exception(
                "A multi-instance activity needs either a collection or a loopCardinality."
            )
        if instances.element is not None and instances.collection is None:
            self.raise_validation_exception("An element variable needs a collection.")
        if instances.element is not None and instances.element == instances.collection:
            self.raise_validation_exception("The collection and its element share one name.")
        if (instances.results is None) != (instances.result is None):
            self.raise_validation_exception(
                "To collect results, say both loopDataOutputRef and outputDataItem."
            )

    def _repeat(self, made: type[Looping], **settings: Any) -> None:  # noqa: ANN401 — of either kind
        """Put a loop in the place of the activity, which becomes what it repeats."""
        body: Any = self.task
        del self.spec.task_specs[body.name]
        loop: Looping = foreseeing(made)(self.spec, body.name, lane=body.lane, **settings)
        self.task: Any = loop
        self._copy_task_attrs(body)
        body.completed_event.connect(loop.over)


def _text(marker: etree._Element, name: str) -> str | None:
    """Return the text of a marker's child element."""
    found = marker.find(bpmn(name))
    text = (found.text or "").strip() if found is not None else ""
    return text or None


def _name(marker: etree._Element, name: str) -> str | None:
    """Return the variable that a data item of a marker names: its name, else its id."""
    found = marker.find(bpmn(name))
    return (found.get("name") or found.get("id")) if found is not None else None
