"""Loop markers, and a road with one activity."""

from engine.operators import Operator, OperatorRegistry

from .diagrams import ask, diagram, end, sequence, start
from .walk import Walk

COLLECTION = 'camunda:collection="people" camunda:elementVariable="person"'
RESULTS = (
    '<bpmn:loopDataOutputRef>answers</bpmn:loopDataOutputRef><bpmn:outputDataItem id="answer"/>'
)
PEOPLE = ["ana", "bia", "caio"]


def many(attributes: str = COLLECTION, inside: str = "", *, sequential: bool = False) -> str:
    """Make a multi-instance marker."""
    order = ' isSequential="true"' if sequential else ""
    return (
        f"<bpmn:multiInstanceLoopCharacteristics{order} {attributes}>{inside}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def loop(condition: str = "", *, before: bool = False, maximum: int | None = None) -> str:
    """Make a standard loop's marker."""
    text = condition.replace("<", "&lt;")
    said = f"<bpmn:loopCondition>${{{text}}}</bpmn:loopCondition>" if condition else ""
    most = f' loopMaximum="{maximum}"' if maximum else ""
    test = f' testBefore="{str(before).lower()}"'
    return (
        f"<bpmn:standardLoopCharacteristics{test}{most}>{said}</bpmn:standardLoopCharacteristics>"
    )


def road(activity: str, *, name: str = "each", more: str = "", flows: str = "") -> Walk:
    """Make start → activity → after → end."""
    operators = OperatorRegistry()
    for topic, inline in (("t", False), ("now", True)):
        operators.add(
            Operator(
                topic=topic,
                function=lambda *_: None,
                inline=inline,
                queue="background",
                inputs={"person": False},
                summary="",
            )
        )
    text = diagram(
        start() + activity + ask("after") + end() + more,
        flows=f"start>{name}>after>end" + (f";{flows}" if flows else ""),
    )
    return Walk(diagram=text, operators=operators, inline=lambda _topic, inputs: dict(inputs))


SUB = start("in") + ask("inner") + ask("last") + end("out") + sequence("in>inner>last>out")
