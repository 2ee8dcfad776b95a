"""Business rule tasks make a decision that is deployed beside the diagram (Camunda 7)."""

from pathlib import Path

import pytest

from engine.errors import DecisionFailed, DeploymentRefused

from .diagrams import ask, diagram, end, node, start, when
from .walk import Walk

TABLE = (Path(__file__).parent / "frete.dmn").read_text(encoding="utf-8")


def rules(name: str = "rules", **attributes: str) -> str:
    """Make a business rule task."""
    given = {"decisionRef": "frete", "resultVariable": "taxa", **attributes}
    return node("businessRuleTask", name, **{f"camunda__{k}": v for k, v in given.items() if v})


def walk(task: str, table: str = TABLE) -> Walk:
    """Make a walk that asks, decides, and asks again as long as the answer is 0."""
    return Walk(
        diagram=diagram(
            start()
            + ask()
            + task
            + '<bpmn:exclusiveGateway id="x" default="x_end"/>'
            + when("x", "ask", "taxa == 0")
            + end(),
            flows="start>ask>rules>x>end",
        ),
        files={"frete.dmn": table},
    )


@pytest.mark.cell("businessRuleTask")
@pytest.mark.cell("businessRuleTask/@camunda:decisionRef")
@pytest.mark.cell("businessRuleTask/@camunda:mapDecisionResult")
@pytest.mark.cell("businessRuleTask/@camunda:resultVariable")
def test_a_business_rule_task_decides_each_time_it_is_reached_and_waits_for_nothing() -> None:
    road = walk(rules(mapDecisionResult="singleEntry"))
    assert road.start() == ["ask"]
    assert road.complete("ask", peso=1, destino="AC") == ["ask"]
    assert road.variables() == {"peso": 1, "destino": "AC", "taxa": 0}
    assert ["rules", "completed"] in road.moves[-1]
    assert road.complete("ask", peso=12, destino="SP") == []
    assert road.completed
    assert road.variables()["taxa"] == 25.5


@pytest.mark.cell("businessRuleTask/@camunda:mapDecisionResult")
@pytest.mark.parametrize(
    ("mapping", "kept"),
    [
        ("", [{"valor": 25.5}]),
        ("resultList", [{"valor": 25.5}]),
        ("singleResult", {"valor": 25.5}),
        ("collectEntries", [25.5]),
        ("singleEntry", 25.5),
    ],
)
def test_a_business_rule_task_keeps_what_its_mapping_says(mapping: str, kept: object) -> None:
    road = walk(rules(mapDecisionResult=mapping))
    road.start()
    road.complete("ask", peso=12, destino="SP")
    assert road.variables()["taxa"] == kept


def test_a_decision_that_cannot_be_made_refuses_the_command_and_names_its_place() -> None:
    road = walk(rules())
    road.start()
    before = road.tokens_saved
    with pytest.raises(DecisionFailed, match=r"«frete» .* «frete/peso»: a string is no number"):
        road.complete("ask", peso="heavy", destino="SP")
    assert road.tokens_saved == before
    with pytest.raises(DecisionFailed, match=r"«frete/leve, frete/norte»: only one rule"):
        road.complete("ask", peso=1, destino="AM")


def test_a_decision_may_say_that_it_is_the_one_deployed_beside_it() -> None:
    road = walk(rules(decisionRefBinding="deployment"))
    road.start()
    assert road.complete("ask", peso=12, destino="SP") == []


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (rules(decisionRef="outra"), "No decision «outra» is deployed beside the diagram"),
        (rules(decisionRef=""), "No decision"),
        (rules(resultVariable=""), "needs camunda:resultVariable"),
        (rules(resultVariable="a.b"), "needs camunda:resultVariable"),
        (rules(mapDecisionResult="first"), "mapDecisionResult is one of"),
        (rules(decisionRefBinding="latest"), "decisionRefBinding"),
    ],
)
def test_a_business_rule_task_without_its_decision_is_refused(task: str, said: str) -> None:
    with pytest.raises(DeploymentRefused, match=said):
        walk(task)


def test_what_is_wrong_with_table_and_diagram_is_told_together() -> None:
    with pytest.raises(DeploymentRefused) as caught:
        walk(rules(mapDecisionResult="first"), TABLE.replace("&lt; 5", "&lt; "))
    assert [finding.element_id for finding in caught.value.findings] == [
        "frete/leve/leve_peso",
        "rules",
    ]


#: One decision for each parcel; what it says goes into a list.
EACH = (
    '<bpmn:multiInstanceLoopCharacteristics {order}camunda:collection="pacotes" '
    'camunda:elementVariable="peso"><bpmn:loopDataOutputRef>taxas</bpmn:loopDataOutputRef>'
    '<bpmn:outputDataItem id="taxa"/></bpmn:multiInstanceLoopCharacteristics>'
)
AGAIN = (
    "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>${peso &lt; 5}</bpmn:loopCondition>"
    "</bpmn:standardLoopCharacteristics>"
)


def repeated(marker: str, *, result: str = "taxa") -> Walk:
    """Make a walk that decides as often as a marker says, twice over, and asks between."""
    task = node(
        "businessRuleTask",
        "rules",
        marker,
        camunda__decisionRef="frete",
        camunda__resultVariable=result,
        camunda__mapDecisionResult="singleEntry",
    )
    text = diagram(
        start()
        + '<bpmn:exclusiveGateway id="m"/>'
        + task
        + ask()
        + '<bpmn:exclusiveGateway id="x" default="x_end"/>'
        + when("x", "m", "mais")
        + end(),
        flows="start>m>rules>ask>x>end",
    )
    return Walk(diagram=text, files={"frete.dmn": TABLE})


@pytest.mark.cell("businessRuleTask/parallel")
@pytest.mark.cell("businessRuleTask/sequential")
@pytest.mark.parametrize("order", ["", 'isSequential="true" '])
def test_a_decision_for_each_of_a_list_collects_what_they_say(order: str) -> None:
    road = repeated(EACH.format(order=order))
    assert road.start(pacotes=[1, 12, 20], destino="SP") == ["ask"]
    assert road.variables()["taxas"] == [0, 25.5, 41.5]
    assert road.complete("ask", mais=True, pacotes=[5]) == ["ask"]
    assert road.variables()["taxas"] == [11.5]
    assert road.complete("ask", mais=False) == []
    assert road.completed


@pytest.mark.cell("businessRuleTask/standard-loop")
def test_a_decision_is_made_again_while_its_condition_holds() -> None:
    rising = TABLE.replace("<text>0</text>", "<text>peso + 1</text>")
    road = repeated(AGAIN, result="peso")
    road.definition = Walk(diagram=road.diagram, files={"frete.dmn": rising}).definition
    assert road.start(peso=1, destino="SP") == ["ask"]
    assert road.variables()["peso"] == 5
    assert road.complete("ask", mais=True, peso=3) == ["ask"]
    assert road.variables()["peso"] == 5
    assert road.complete("ask", mais=False) == []
    assert road.completed
