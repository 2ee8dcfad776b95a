"""Reads tasks: who or what does them, by Camunda's attributes."""

from SpiffWorkflow.bpmn.parser.task_parsers import ScriptTaskParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.defaults import ScriptTask

from engine.spiff.parsing.names import camunda
from engine.spiff.specs.tasks import HumanTask, OperatorTask

#: Attempts after the first, where the diagram says nothing: a minute in all, then an incident.
DEFAULT_RETRY_DELAYS = ("PT2S", "PT8S", "PT30S")


class _OperatorTasks(TaskParser):
    """Service tasks that name an operator by topic."""

    def create_task(self) -> OperatorTask:
        """Return the spec of one service task."""
        task: OperatorTask = self.spec_class(
            self.spec, self.bpmn_id, topic=self.node.get(camunda("topic")), **self.bpmn_attributes
        )
        task.parameters = {
            parameter.get("name"): (parameter.text or "").strip()
            for parameter in self.node.iter(camunda("inputParameter"))
        }
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
        groups = self.node.get(camunda("candidateGroups")) or ""
        task.candidate_groups = tuple(filter(None, (name.strip() for name in groups.split(","))))
        return task


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
    "serviceTask": (_OperatorTasks, OperatorTask),
    "userTask": (_HumanTasks, HumanTask),
    "scriptTask": (ScriptTaskParser, ScriptTask),
}
