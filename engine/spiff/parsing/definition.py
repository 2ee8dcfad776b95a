"""A definition that is ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.spiff.specs.calling import Call
from engine.spiff.specs.starts import StartTrigger


@dataclass(frozen=True, slots=True)
class ParsedDefinition:
    """A definition ready to run; shared by all its instances and never changed.

    Args:
        process: The BPMN id of the process.
        spec: SpiffWorkflow's spec of the process.
        subprocess_specs: Those of its sub-processes by id; those of called processes, too.
        calls: Which processes its call activities call.
        starts: What begins an instance by itself: messages, signals and timers.
    """

    process: str
    spec: BpmnProcessSpec
    subprocess_specs: Mapping[str, BpmnProcessSpec]
    calls: tuple[Call, ...] = ()
    starts: tuple[StartTrigger, ...] = ()
