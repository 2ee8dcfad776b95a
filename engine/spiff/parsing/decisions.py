"""Reads business rule tasks: which decision, and what is kept of it."""

from collections.abc import Iterator, Sequence

from lxml import etree
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from engine.dmn.mapping import MAPPINGS
from engine.dmn.model import Decisions
from engine.errors import Finding
from engine.spiff.parsing.names import bpmn, camunda
from engine.spiff.specs.decisions import DecisionTask


class _DecisionTasks(TaskParser):
    """Business rule tasks that name a decision."""

    def create_task(self) -> DecisionTask:
        """Return the spec of one business rule task."""
        task: DecisionTask = self.spec_class(
            self.spec,
            self.bpmn_id,
            decisions=self.process_parser.parser.decisions,
            decision_id=self.node.get(camunda("decisionRef")),
            result_variable=self.node.get(camunda("resultVariable")),
            mapping=self.node.get(camunda("mapDecisionResult")) or MAPPINGS[0],
            **self.bpmn_attributes,
        )
        return task


def findings(
    root: etree._Element, decisions: Decisions, wrong: Sequence[Finding]
) -> Iterator[Finding]:
    """Yield the business rule tasks that have no decision, or keep nothing of it.

    Args:
        root: The diagram's root element.
        decisions: Those of the `.dmn` files deployed beside it.
        wrong: What is wrong with those files: a decision that could not be read is not missing.
    """
    for task in root.iter(bpmn("businessRuleTask")):
        named = task.get(camunda("decisionRef"))
        if named not in decisions and not wrong:
            yield _finding(
                task,
                f"No decision «{named}» is deployed beside the diagram: name one of a .dmn file's",
            )
        if not (task.get(camunda("resultVariable")) or "").isidentifier():
            yield _finding(task, "A business rule task needs camunda:resultVariable, a plain name")
        if (task.get(camunda("mapDecisionResult")) or MAPPINGS[0]) not in MAPPINGS:
            yield _finding(task, f"camunda:mapDecisionResult is one of {', '.join(MAPPINGS)}")


def _finding(task: etree._Element, message: str) -> Finding:
    place = str(task.get("id") or "?")
    return Finding(element_id=place, rule="decision", message=f"{message}.")


#: Element → its parser and the spec that it makes.
PARSERS = {"businessRuleTask": (_DecisionTasks, DecisionTask)}
