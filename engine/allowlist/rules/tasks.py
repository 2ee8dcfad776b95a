"""Tasks that operators do: their topic is known."""

from collections.abc import Iterator

from engine.allowlist.diagram import Diagram
from engine.allowlist.placing import finding
from engine.errors import Finding
from engine.operators import OperatorRegistry
from engine.spiff.parsing.names import camunda


def topics(diagram: Diagram, operators: OperatorRegistry) -> Iterator[Finding]:
    """Yield the service tasks whose work nobody does.

    Args:
        diagram: What is looked at.
        operators: Decides which topics exist.
    """
    for task in diagram.named("serviceTask"):
        topic = task.get(camunda("topic"))
        if task.get(camunda("type")) != "external" or not topic:
            yield finding(
                task, "topic", "A service task needs camunda:type=external and a topic: add them."
            )
        elif topic not in operators:
            yield finding(
                task,
                "topic",
                f"No service task is known under «{topic[:60]}»: name one that is.",
            )
