"""Reads a process or sub-process: its start, its end, and what stands between."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.spiff.parsing.names import bpmn
from engine.spiff.specs.data import DataObject
from engine.spiff.specs.ending import EndJoin


class ProcessSpec(BpmnProcessSpec):
    """A process whose end merges what its tokens have changed."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — SpiffWorkflow's own signature
        super().__init__(**kwargs)
        last, name = self.task_specs["End"], f"{self.name}.EndJoin"
        del self.task_specs[name]
        last.inputs = []
        self.end: EndJoin = EndJoin(self, name)
        self.end.connect(last)


class Processes(ProcessParser):
    """Makes specs of our own."""

    def create_spec(self) -> BpmnProcessSpec:
        """Return the empty spec of a process."""
        if not self.process_executable:
            return super().create_spec()
        return ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def add_tasks(self) -> None:
        """Read the flow from its start events on, then what waits beside it."""
        for node in self.node.findall(bpmn("startEvent")):
            self.parse_node(node)
        for node in self.node.findall(bpmn("subProcess")):
            if node.get("triggeredByEvent") == "true":
                self._add_event_sub_process(node)

    def _add_event_sub_process(self, node: etree._Element) -> None:
        """Put what starts an event sub-process beside the flow, and the sub-process behind it."""
        inner = self.parse_node(node)
        starting, spec_class = self.parser._get_parser_class(bpmn("startEvent"))  # noqa: SLF001 — as SpiffWorkflow's own
        start = node.find(bpmn("startEvent"))
        trigger = starting(self, spec_class, start, self.nsmap, lane=self.lane).create_trigger()
        self.spec.start.connect(trigger)
        trigger.connect(inner)
        inner.connect(self.spec.end)

    def parse_data_object(self, obj: etree._Element) -> DataObject:
        """Return a data object of the process; its variable is its name, else its id."""
        return DataObject(self._variable(obj), obj.get("name"))

    def data_object(self, object_id: str) -> DataObject | None:
        """Return the data object with an id in the diagram, if the process has it.

        Args:
            object_id: The `dataObjectRef` of a reference.
        """
        for obj in self.node.findall(bpmn("dataObject")):
            if obj.get("id") == object_id:
                found: DataObject = self.get_spec().data_objects[self._variable(obj)]
                return found
        return None

    def _variable(self, obj: etree._Element) -> str:
        """Return the name of a data object, else of the first reference to it, else its id."""
        object_id = str(obj.get("id"))
        references = self.data_object_references.values()
        names = [obj.get("name")]
        names += [each.get("name") for each in references if each.get("dataObjectRef") == object_id]
        return next((name for name in names if name and name.isidentifier()), object_id)
