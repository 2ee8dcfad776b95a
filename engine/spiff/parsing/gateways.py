"""Reads gateways and the sequence flows that leave them, or leave anything else."""

from lxml import etree
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.specs.base import TaskSpec

from engine.spiff.parsing.loops import Repeating
from engine.spiff.parsing.names import bpmn, camunda
from engine.spiff.specs.data import DataObject
from engine.spiff.specs.flows import Choosing, ConditionalFlows
from engine.spiff.specs.gateways import ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.spiff.specs.scoping import Scoped


class Leaving(TaskParser):
    """Anything that tokens leave: several flows without conditions are all taken.

    With a condition on one of them, those are taken whose condition is true, else the default
    (BPMN 2.0, 8.4.13).
    """

    def parse_extensions(self, node: object = None) -> dict[str, str]:  # noqa: ARG002 — as below
        """Refuse inputs and outputs where they would be passed over; SpiffWorkflow's own hook."""
        path = f"{bpmn('extensionElements')}/{camunda('inputOutput')}"
        if self.node.find(path) is not None and not isinstance(self.task, Scoped):
            self.raise_validation_exception("camunda:inputOutput is not executed here.")
        return {}

    def _resolve_data_object_ref(self, ref: etree._Element | None) -> DataObject | None:
        """Return the data object that a reference means, of this process or one around it."""
        if ref is None:
            return None
        current = self.process_parser
        while current is not None:
            found: DataObject | None = current.data_object(ref.get("dataObjectRef"))
            if found is not None:
                return found
            current = current.parent
        return None

    def handles_multiple_outgoing(self) -> bool:
        """Allow several flows."""
        return True

    def get_position(self, node: object = None) -> dict[str, float]:  # noqa: ARG002 — as below
        """Keep the flows in the order of the diagram's text, not of how high the shapes are."""
        return {"x": 0.0, "y": 0.0}

    def connect_outgoing(
        self,
        outgoing_task: TaskSpec,
        sequence_flow_node: etree._Element,
        is_default: bool,  # noqa: FBT001 — SpiffWorkflow's own signature
    ) -> None:
        """Connect one sequence flow."""
        if not self._is_choice():
            self.task.connect(outgoing_task)
            return
        flows = self.spec.task_specs.get(self._flows_name()) or self._add_flows()
        flows.flow(
            outgoing_task, self._condition(sequence_flow_node, is_default), default=is_default
        )

    def _is_choice(self) -> bool:
        """Whether one of the flows has a condition."""
        return any(
            flow.find(bpmn("conditionExpression")) is not None
            for flow in self.process_parser.get_outgoing_sequence_flows(self.bpmn_id)
        )

    def _flows_name(self) -> str:
        return f"{self.bpmn_id}.Flows"

    def _add_flows(self) -> ConditionalFlows:
        """Put what chooses behind the element."""
        flows = ConditionalFlows(
            self.spec, self._flows_name(), source=self.bpmn_id, lane=self.task.lane
        )
        self.task.connect(flows)
        return flows

    def _condition(self, flow: etree._Element, is_default: bool) -> str | None:  # noqa: FBT001 — as above
        """Return a flow's condition; a default flow has none."""
        text: str | None = self.parse_condition(flow)
        if text is not None and is_default:
            self.raise_validation_exception(f"The default flow «{flow.get('id')}» has a condition.")
        return text


class _Choices(Leaving):
    """Exclusive and inclusive gateways."""

    def connect_outgoing(
        self,
        outgoing_task: TaskSpec,
        sequence_flow_node: etree._Element,
        is_default: bool,  # noqa: FBT001 — SpiffWorkflow's own signature
    ) -> None:
        """Connect one sequence flow with its condition."""
        gateway: Choosing = self.task
        flows = self.process_parser.get_outgoing_sequence_flows(self.bpmn_id)
        condition = self._condition(sequence_flow_node, is_default)
        if condition is None and not is_default and len(flows) > 1 and gateway.only_one:
            self.raise_validation_exception(
                f"«{sequence_flow_node.get('id')}» has no condition and is not the default."
            )
        gateway.flow(outgoing_task, condition, default=is_default)


class _Parallel(Leaving):
    """Parallel gateways: conditions would be passed over."""

    def connect_outgoing(
        self,
        outgoing_task: TaskSpec,
        sequence_flow_node: etree._Element,  # noqa: ARG002 — as above
        is_default: bool,  # noqa: FBT001 — SpiffWorkflow's own signature
    ) -> None:
        """Connect one sequence flow."""
        if self._is_choice() or is_default:
            self.raise_validation_exception("A parallel gateway takes all flows: no conditions.")
        self.task.connect(outgoing_task)


def leaving(parser: type[TaskParser]) -> type[TaskParser]:
    """Return an element's parser with our way of reading its loop marker and the flows out of it.

    Args:
        parser: Of any element; one that reads its flows in a way of its own stays as it is.
    """
    if parser.connect_outgoing is not TaskParser.connect_outgoing:
        return parser
    return type(parser.__name__, (Repeating, Leaving, parser), {})


#: Element → its parser and the spec that it makes.
PARSERS = {
    "exclusiveGateway": (_Choices, ExclusiveGateway),
    "inclusiveGateway": (_Choices, InclusiveGateway),
    "parallelGateway": (_Parallel, ParallelGateway),
}
