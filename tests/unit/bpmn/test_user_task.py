"""User tasks wait for someone, and take answers."""

import pytest

from .diagrams import ask, diagram, end, start
from .walk import Walk


@pytest.mark.cell("userTask")
def test_a_user_task_waits_and_takes_answers_each_time_it_is_reached() -> None:
    again = '<bpmn:exclusiveGateway id="x" default="x_end"/>'
    walk = Walk(
        diagram=diagram(
            start()
            + ask()
            + again
            + end()
            + '<bpmn:sequenceFlow id="x_ask" sourceRef="x" targetRef="ask">'
            "<bpmn:conditionExpression>${more}</bpmn:conditionExpression></bpmn:sequenceFlow>",
            flows="start>ask>x>end",
        )
    )
    assert walk.start() == ["ask"]
    assert walk.complete("ask", more=True, who="ana") == ["ask"]
    assert walk.variables() == {"more": True, "who": "ana"}
    assert walk.complete("ask", more=False) == []
    assert walk.completed
