"""Reads call activities, and puts the specs of what they call beside those of the caller."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.parsing.names import camunda
from engine.spiff.specs.calling import Call, Calling, Passing
from engine.spiff.specs.starts import ProcessStart

#: Between a called process and an element in it, in the element's id: no id of a diagram has it.
INSIDE = ":"


class _Calls(TaskParser):
    """Call activities with Camunda's attributes."""

    def create_task(self) -> Calling:
        """Return the spec of one call activity."""
        spec: Calling = self.spec_class(
            self.spec,
            self.bpmn_id,
            call=self._call(),
            passed_in=list(self._passed("in")),
            passed_out=list(self._passed("out")),
            **self.bpmn_attributes,
        )
        return spec

    def _call(self) -> Call:
        """Return what is called."""
        called = (self.node.get("calledElement") or "").strip()
        if not called or "${" in called:
            self.raise_validation_exception(
                "A call activity names the process that it calls, without an expression."
            )
        text = self.node.get(camunda("calledElementVersion"))
        bound = self.node.get(camunda("calledElementBinding"))
        if (bound == "version") != (text is not None):
            self.raise_validation_exception(
                "calledElementVersion goes with calledElementBinding=version, and only with it."
            )
        if text is not None and not (text.isdigit() and int(text) > 0):
            self.raise_validation_exception("A calledElementVersion is a number from 1 on.")
        return Call(
            element=self.bpmn_id, process=called, version=int(text) if text is not None else None
        )

    def _passed(self, way: str) -> Iterator[Passing]:
        """Yield what is passed in or out."""
        for found in self.node.iter(camunda(way)):
            target = found.get("target")
            source = found.get("source") or found.get("sourceExpression")
            if found.get("local") == "true":
                self.raise_validation_exception(f"camunda:{way} with local=true is not executed.")
            if found.get("variables") == "all":
                yield Passing(source=None, target=None)
            elif source and target:
                yield Passing(source=source, target=target)
            else:
                self.raise_validation_exception(self._unclear(way, found))

    @staticmethod
    def _unclear(way: str, found: etree._Element) -> str:
        said = ", ".join(f"{name!s}={value!s}" for name, value in found.items())
        return (
            f"camunda:{way} ({said}) needs variables=all, or a target with a source or a "
            "sourceExpression."
        )


def linked(caller: ParsedDefinition, called: Mapping[str, ParsedDefinition]) -> ParsedDefinition:
    """Return a process that can run what it calls.

    Args:
        caller: With its calls.
        called: By key, each with what it calls itself; read for this caller alone, for they are
            changed: an element's id gets the called process's in front.
    """
    specs = dict(caller.subprocess_specs)
    for key, definition in called.items():
        own = {"": definition.spec, **definition.subprocess_specs}
        for name, spec in own.items():
            _move(spec, definition.process, key)
            spec.name = _inside(key, name)
            specs[spec.name] = spec
    return replace(caller, subprocess_specs=specs)


def starts_by_itself(definition: ParsedDefinition) -> bool:
    """Whether a process has a plain start event, at which a call can begin."""
    starts = definition.spec.task_specs.values()
    return any(isinstance(start, ProcessStart) and start.trigger is None for start in starts)


def calls_of(*specs: BpmnProcessSpec) -> tuple[Call, ...]:
    """Return the calls in a process and its sub-processes."""
    return tuple(
        task.call
        for spec in specs
        for task in spec.task_specs.values()
        if isinstance(task, Calling)
    )


def _move(spec: BpmnProcessSpec, process: str, key: str) -> None:
    """Let what is in a called process be told from what is in the caller."""
    for task in spec.task_specs.values():
        if isinstance(task, SubWorkflowTask):
            task.spec = _inside(key, task.spec)
        if task.bpmn_id is not None and INSIDE not in task.bpmn_id:
            task.bpmn_id = f"{process}{INSIDE}{task.bpmn_id}"


def _inside(key: str, name: str) -> str:
    """Return how a sub-process of a called process is named among the caller's."""
    return f"{key}/{name}" if name else key


#: Element → its parser and the spec that it makes.
PARSERS = {"callActivity": (_Calls, Calling)}
