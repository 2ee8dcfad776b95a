"""Writes a parsed version down as plain data, for comparing versions."""

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.specs.base import TaskSpec

from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.timers import RowTimer
from engine.versions.outline import SPLIT, Node, Outline, Path

#: What people call them; any other is called by its class.
_WORDS = {
    "HumanTask": "user task",
    "OperatorTask": "service task",
    "ScriptTask": "script task",
    "ReceiveTask": "receive task",
    "SendTask": "send task",
    "ManualTask": "manual task",
    "NoneTask": "task",
    "StartEvent": "start event",
    "ProcessStart": "start event",
    "EndEvent": "end event",
    "IntermediateCatchEvent": "catch event",
    "CatchEvent": "catch event",
    "IntermediateThrowEvent": "throw event",
    "ThrowEvent": "throw event",
    "BoundaryEvent": "boundary event",
    "Boundary": "boundary event",
    "ExclusiveGateway": "exclusive gateway",
    "ParallelGateway": "parallel gateway",
    "InclusiveGateway": "inclusive gateway",
    "EventGateway": "event-based gateway",
    "DecisionTask": "business rule task",
    "CallActivity": "call activity",
    "EventSubProcess": "event sub-process",
    "EventTrigger": "start of an event sub-process",
    "TransactionSubprocess": "transaction",
    "SubWorkflowTask": "sub-process",
    "StandardLoop": "loop",
    "MultiInstance": "multi-instance activity",
}

#: What may differ between versions without a token noticing.
_DETAILS = ("form", "assignee", "candidate_groups", "topic", "parameters", "script", "decision")

#: What tells how often a loop or multi-instance activity is done.
_LOOPING = ("instances", "condition", "before", "maximum")


def outline(definition: ParsedDefinition) -> Outline:
    """Return a version as plain data."""
    return Outline(dict(_scopes(definition, definition.spec, (), ())))


def _scopes(
    definition: ParsedDefinition,
    spec: Any,  # noqa: ANN401 — a class of SpiffWorkflow without types
    path: Path,
    around: tuple[str, ...],
) -> Iterator[tuple[Path, Mapping[str, Node]]]:
    """Yield a process or sub-process, then what stands inside it; nothing inside itself."""
    nodes = {name: _node(name, each) for name, each in spec.task_specs.items()}
    yield path, nodes
    for node in nodes.values():
        inner = definition.subprocess_specs.get(node.inside) if node.inside is not None else None
        if inner is not None and node.inside not in around:
            below = (*around, str(node.inside))
            yield from _scopes(definition, inner, (*path, node.name), below)


def _node(name: str, spec: TaskSpec) -> Node:
    """Return one node."""
    return Node(
        name=name,
        element=getattr(spec, "bpmn_id", None),
        label=getattr(spec, "bpmn_name", None),
        kind=kind_of(spec),
        inputs=tuple(spec._inputs),  # noqa: SLF001 — names, where .inputs looks specs up
        outputs=tuple(spec._outputs),  # noqa: SLF001 — as above
        attached_to=_attached_to(spec),
        interrupting=_interrupting(spec),
        inside=spec.spec if isinstance(spec, SubWorkflowTask) else None,
        looping=_texts(spec, _LOOPING) if isinstance(spec, LoopTask) else None,
        details=_details(spec),
    )


def kind_of(spec: TaskSpec) -> str:
    """Return what a spec is, in words; two of one kind can stand for each other."""
    names = [each.__name__ for each in type(spec).__mro__]
    word = next((_WORDS[name] for name in names if name in _WORDS), names[0])
    definition = getattr(spec, "event_definition", None)
    if definition is None:
        return word
    name = type(definition).__name__
    if isinstance(definition, RowTimer):
        return f"cycle timer {word}" if "Cycle" in name else f"timer {word}"
    event = name.removesuffix("EventDefinition").lower()
    return word if event == "none" else f"{event} {word}"


def waits_beside(spec: TaskSpec) -> bool:
    """Whether a spec is an event that waits beside a token: at an edge, or beside a whole scope."""
    return _interrupting(spec) is not None


def _interrupting(spec: TaskSpec) -> bool | None:
    """Return whether an event that waits beside something ends it; None for all else."""
    if isinstance(spec, BoundaryEvent):
        return bool(spec.cancel_activity)
    found: bool | None = getattr(spec, "interrupting", None)
    return found


def _attached_to(spec: TaskSpec) -> str | None:
    """Return the activity that an event stands beside; the scope's start for a whole scope."""
    if not waits_beside(spec):
        return None
    return str(spec._inputs[0]).removesuffix(SPLIT)  # noqa: SLF001 — as above


def _details(spec: TaskSpec) -> dict[str, str]:
    """Return what a person may have changed in an element."""
    found = {
        name: str(value)
        for name in _DETAILS
        if (value := getattr(spec, name, None)) and isinstance(value, str | tuple | dict)
    }
    definition = getattr(spec, "event_definition", None)
    for name in ("expression", "name", "code"):
        if (value := getattr(definition, name, None)) is not None:
            found[f"event {name}"] = str(value)
    return found


def _texts(spec: TaskSpec, names: tuple[str, ...]) -> str:
    """Return attributes as one text, so that two can be compared."""
    values = ((name, getattr(spec, name, None)) for name in names)
    return ", ".join(
        f"{name}: {getattr(value, 'text', value)}" for name, value in values if value is not None
    )
