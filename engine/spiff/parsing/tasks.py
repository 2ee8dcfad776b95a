"""Reads tasks: who or what does them, by Camunda's attributes."""

from lxml import etree
from SpiffWorkflow.bpmn.parser.task_parsers import ScriptTaskParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.specs.base import TaskSpec

from engine.expressions import unwrap
from engine.spiff.parsing.names import bpmn, camunda
from engine.spiff.specs.event_subprocesses import EventSubProcess
from engine.spiff.specs.scoping import Scoped
from engine.spiff.specs.tasks import HumanTask, OperatorTask, PassedTask, Script, SubProcess

#: Attempts after the first, where the diagram says nothing: a minute in all, then an incident.
DEFAULT_RETRY_DELAYS = ("PT2S", "PT8S", "PT30S")


class OperatorTasks(TaskParser):
    """Whatever names an operator by topic: service and send tasks, thrown messages."""

    def create_task(self) -> OperatorTask:
        """Return the spec of one service task."""
        return self.with_topic(OperatorTask, self.node.get(camunda("topic")))

    def with_topic(self, spec_class: type[OperatorTask], topic: str) -> OperatorTask:
        """Return the spec of what an operator does.

        Args:
            spec_class: As what.
            topic: The operator's.
        """
        task = spec_class(self.spec, self.bpmn_id, topic=topic, **self.bpmn_attributes)
        task.parameters = _parameters(self.node, "inputParameter")
        task.handed_on = _parameters(self.node, "outputParameter")
        retry = self.node.find(f".//{camunda('failedJobRetryTimeCycle')}")
        task.retry_delays = (
            retry_delays(retry.text or "") if retry is not None else DEFAULT_RETRY_DELAYS
        )
        return task


class _HumanTasks(TaskParser):
    """User tasks with Camunda's attributes."""

    def create_task(self) -> HumanTask:
        """Return the spec of one user task."""
        task: HumanTask = self.spec_class(self.spec, self.bpmn_id, **self.bpmn_attributes)
        task.form = self.node.get(camunda("formRef")) or self.node.get(camunda("formKey"))
        task.assignee = self.node.get(camunda("assignee"))
        task.candidate_groups = _groups(self.node.get(camunda("candidateGroups")) or "")
        if not task.candidate_groups and task.assignee is None and task.lane:
            task.candidate_groups = (task.lane,)
        _read_scope(task, self.node)
        return task


class _Scripts(ScriptTaskParser):
    """Script tasks with inputs, outputs and a result variable."""

    def create_task(self) -> Script:
        """Return the spec of one script task."""
        task: Script = super().create_task()
        task.script = (task.script or "").strip()
        task.result = self.node.get(camunda("resultVariable"))
        _read_scope(task, self.node)
        return task


class _SubProcesses(SubWorkflowParser):
    """Embedded sub-processes with inputs and outputs, and event sub-processes."""

    EVENT_SUBPROCESS_CLASS = EventSubProcess

    def create_task(self) -> TaskSpec:
        """Return the spec of one sub-process."""
        task = super().create_task()
        if isinstance(task, SubProcess):
            _read_scope(task, self.node)
        return task


def _read_scope(task: Scoped, node: etree._Element) -> None:
    """Note an activity's inputs and outputs."""
    task.own = _parameters(node, "inputParameter")
    task.handed_on = _parameters(node, "outputParameter")


def _parameters(node: etree._Element, name: str) -> dict[str, str]:
    """Return the inputs or outputs of an activity itself: name → text."""
    path = f"{bpmn('extensionElements')}/{camunda('inputOutput')}/{camunda(name)}"
    return {str(found.get("name")): (found.text or "").strip() for found in node.findall(path)}


def _groups(text: str) -> tuple[str, ...]:
    """Return groups as they are written: an expression, or names between commas."""
    if unwrap(text) is not None:
        return (text.strip(),)
    return tuple(filter(None, (name.strip() for name in text.split(","))))


def retry_delays(text: str) -> tuple[str, ...]:
    """Return Camunda's retry text as the delays between attempts.

    Args:
        text: `R3/PT10S` (three times, ten seconds apart) or a list `PT5S,PT1M,PT10M`.
    """
    stripped = text.strip()
    if stripped.startswith("R") and "/" in stripped:
        times, delay = stripped[1:].split("/", 1)
        return (delay,) * int(times)
    return tuple(filter(None, (part.strip() for part in stripped.split(","))))


#: Element → its parser and the spec that it makes.
PARSERS = {
    "serviceTask": (OperatorTasks, OperatorTask),
    "userTask": (_HumanTasks, HumanTask),
    "sendTask": (OperatorTasks, OperatorTask),
    "scriptTask": (_Scripts, Script),
    "manualTask": (TaskParser, PassedTask),
    "subProcess": (_SubProcesses, SubProcess),
}
