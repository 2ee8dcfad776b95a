"""Tasks that operators do: their topic is known."""

from collections.abc import Iterator

from engine.allowlist.diagram import Diagram
from engine.allowlist.placing import children, finding
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
    for task in [*diagram.named("serviceTask"), *diagram.named("sendTask")]:
        topic = task.get(camunda("topic"))
        if task.get(camunda("type")) != "external" or not topic:
            yield finding(
                task,
                "topic",
                "A service or send task needs camunda:type=external and a topic: add them.",
            )
        elif topic not in operators:
            yield finding(
                task,
                "topic",
                f"No service task is known under «{topic[:60]}»: name one that is.",
            )
