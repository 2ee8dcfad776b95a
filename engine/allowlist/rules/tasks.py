"""Tasks that operators do: their topic is known."""

from collections.abc import Iterator

from engine.allowlist.diagram import Diagram
from engine.allowlist.placing import Element, children, finding, local
from engine.errors import Finding
from engine.operators import OperatorRegistry
from engine.spiff.parsing.names import camunda


def scripts(diagram: Diagram) -> Iterator[Finding]:
    """Yield the script tasks that do not have one script."""
    for task in diagram.named("scriptTask"):
        written = [each for each in children(task, "script") if (each.text or "").strip()]
        if len(written) != 1 or len(children(task, "script")) != 1:
            yield finding(
                task, "script", "A script task has one script: write its `name = expression` lines."
            )


def topics(diagram: Diagram, operators: OperatorRegistry) -> Iterator[Finding]:
    """Yield the service tasks whose work nobody does.

    Args:
        diagram: What is looked at.
        operators: Decides which topics exist.
    """
    sent = (each for each in diagram.named("messageEventDefinition") if _is_thrown(each))
    for task in [*diagram.named("serviceTask"), *diagram.named("sendTask"), *sent]:
        topic = task.get(camunda("topic"))
        if task.get(camunda("type")) != "external" or not topic:
            yield finding(
                task,
                "topic",
                "What sends or serves needs camunda:type=external and a topic: add them.",
            )
        elif topic not in operators:
            yield finding(
                task,
                "topic",
                f"No service task is known under «{topic[:60]}»: name one that is.",
            )


def _is_thrown(definition: Element) -> bool:
    """Whether an event's definition is thrown, and not waited for."""
    event = definition.getparent()
    return event is not None and local(event) in {"intermediateThrowEvent", "endEvent"}
