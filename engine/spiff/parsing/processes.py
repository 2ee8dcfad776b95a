"""Reads a process or sub-process: its start, its end, and what stands between."""

from typing import Any

from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

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
