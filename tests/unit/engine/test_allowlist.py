"""What a diagram may not hold is refused at deploy, with its place."""

import pytest

from engine.definitions import check
from engine.errors import DeploymentRefused, OperatorTwice
from engine.operators import Operator, OperatorRegistry

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="tests">'
)
_EXTERNAL = 'camunda:type="external"'


def _registry() -> OperatorRegistry:
    operators = OperatorRegistry()
    operators.add(
        Operator(topic="t", function=dict, inline=False, queue="background", inputs={}, summary="")
    )
    return operators


def _diagram(node: str, flow: str = "") -> str:
    """Make start → node x → end."""
    return (
        f'{_HEAD}<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>{node}'
        '<bpmn:endEvent id="e"/><bpmn:sequenceFlow id="s_x" sourceRef="s" targetRef="x"/>'
        f'<bpmn:sequenceFlow id="x_e" sourceRef="x" targetRef="e">{flow}</bpmn:sequenceFlow>'
        "</bpmn:process></bpmn:definitions>"
    )


def _refusal(text: str) -> DeploymentRefused:
    with pytest.raises(DeploymentRefused) as caught:
        check({"p.bpmn": text}, _registry())
    return caught.value


def _timer(inside: str) -> str:
    return (
        '<bpmn:intermediateCatchEvent id="x"><bpmn:timerEventDefinition id="x_t">'
        f"{inside}</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    )


def test_a_diagram_of_allowed_parts_is_accepted() -> None:
    node = f'<bpmn:serviceTask id="x" {_EXTERNAL} camunda:topic="t"/>'
    assert check({"p.bpmn": _diagram(node)}, _registry()).process == "p"


@pytest.mark.parametrize(
    ("node", "element_id", "rule"),
    [
        (_timer("<bpmn:timeDuration>${a +}</bpmn:timeDuration>"), "x_t", "expression"),
        ('<bpmn:serviceTask id="x" camunda:class="br.gov.Link"/>', "x", "no-code"),
        (
            f'<bpmn:serviceTask id="x" {_EXTERNAL} camunda:topic="t" camunda:expression="${{a}}"/>',
            "x",
            "no-code",
        ),
        ('<bpmn:serviceTask id="x" camunda:delegateExpression="${b}"/>', "x", "no-code"),
        (
            (
                '<bpmn:userTask id="x"><bpmn:extensionElements>'
                '<camunda:taskListener event="create" class="L"/>'
                "</bpmn:extensionElements></bpmn:userTask>"
            ),
            "x",
            "no-code",
        ),
        (f'<bpmn:serviceTask id="x" {_EXTERNAL} camunda:topic="unknown"/>', "x", "topic"),
        (f'<bpmn:serviceTask id="x" {_EXTERNAL}/>', "x", "topic"),
        ('<bpmn:scriptTask id="x"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>', "x", ""),
        ('<bpmn:receiveTask id="x"/>', "x", "message"),
        ('<bpmn:complexGateway id="x"/>', "x", "element"),
        ('<bpmn:transaction id="x"/>', "x", "element"),
        (
            (
                '<bpmn:intermediateCatchEvent id="x"><bpmn:linkEventDefinition id="x_l"/>'
                "</bpmn:intermediateCatchEvent>"
            ),
            "x",
            "event",
        ),
        (
            (
                '<bpmn:intermediateThrowEvent id="x"><bpmn:cancelEventDefinition id="x_c"/>'
                "</bpmn:intermediateThrowEvent>"
            ),
            "x",
            "event",
        ),
    ],
)
def test_what_is_not_executed_is_refused_with_its_place(
    node: str, element_id: str, rule: str
) -> None:
    found = _refusal(_diagram(node)).findings
    assert [
        finding for finding in found if finding.element_id == element_id and rule in finding.rule
    ]


@pytest.mark.parametrize(
    "event", ["compensateEventDefinition", "cancelEventDefinition", "linkEventDefinition"]
)
def test_an_end_event_that_would_be_passed_over_in_silence_is_refused(event: str) -> None:
    text = _diagram('<bpmn:userTask id="x"/>').replace(
        '<bpmn:endEvent id="e"/>',
        f'<bpmn:endEvent id="e"><bpmn:{event} id="e_x"/></bpmn:endEvent>',
    )
    assert [finding.element_id for finding in _refusal(text).findings] == ["e"]


@pytest.mark.parametrize("condition", ["a == 1", "", "${a ==}", "${a} && ${b}"])
def test_a_condition_is_one_expression_in_braces(condition: str) -> None:
    flow = f"<bpmn:conditionExpression>{condition.replace('&', '&amp;')}</bpmn:conditionExpression>"
    (finding,) = _refusal(_diagram('<bpmn:exclusiveGateway id="x"/>', flow)).findings
    assert (finding.element_id, finding.rule) == ("x_e", "expression")


def test_every_finding_is_told_at_once() -> None:
    node = '<bpmn:serviceTask id="x" camunda:class="A" camunda:delegateExpression="${b}"/>'
    refusal = _refusal(_diagram(node))
    assert len(refusal.findings) == 3
    assert str(refusal).count("\n") == 3


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d [<!ENTITY % a SYSTEM "http://127.0.0.1:1/a.dtd">]>',
    ],
)
def test_a_document_type_with_entities_is_refused_unread(doctype: str) -> None:
    (finding,) = _refusal(doctype + _diagram('<bpmn:userTask id="x"/>')).findings
    assert (finding.element_id, finding.rule) == ("p.bpmn", "xml")


def test_a_file_that_is_no_xml_or_too_large_is_refused() -> None:
    for text in ("<bpmn:definitions", "no xml", "<a>" + "x" * 1_500_000 + "</a>"):
        assert _refusal(text).findings[0].rule == "xml"


def test_a_file_has_one_diagram_of_one_executable_process() -> None:
    with pytest.raises(DeploymentRefused, match="one diagram"):
        check({}, _registry())
    text = _diagram('<bpmn:userTask id="x"/>').replace('isExecutable="true"', "")
    assert _refusal(text).findings[0].rule == "process"


def test_two_service_tasks_cannot_claim_one_topic() -> None:
    operators = _registry()
    with pytest.raises(OperatorTwice, match="«t»"):
        operators.add(operators.get("t"))
