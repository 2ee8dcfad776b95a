"""A user task names a form that is deployed with its diagram, or is refused with its place."""

import pytest

from engine.definitions import check
from engine.errors import DeploymentRefused
from engine.operators import OperatorRegistry

from .schemas import component, file_of

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="http://example.org">
  <bpmn:process id="p" isExecutable="true" camunda:historyTimeToLive="P1D">
    <bpmn:startEvent id="s"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="pedir" name="Pedir" camunda:formRef="{form}">
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="e"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="pedir"/>
    <bpmn:sequenceFlow id="f2" sourceRef="pedir" targetRef="e"/>
  </bpmn:process>
</bpmn:definitions>"""


def _rules(form: str, files: dict[str, str]) -> list[tuple[str, str]]:
    try:
        check({"p.bpmn": DIAGRAM.replace("{form}", form), **files}, OperatorRegistry())
    except DeploymentRefused as refused:
        return [(each.element_id, each.rule) for each in refused.findings]
    return []


def test_a_form_that_is_there_may_be_named() -> None:
    assert _rules("pedido", file_of(component("textfield", "a"))) == []


@pytest.mark.parametrize("name", ["outro", "Pedido"])
def test_a_form_that_is_not_there_is_told_with_its_task(name: str) -> None:
    assert _rules(name, file_of(component("textfield", "a"))) == [("pedir", "form")]


def test_a_form_that_is_wrong_is_told_once_and_not_as_missing() -> None:
    found = _rules("pedido", file_of(component("html", id="x")))
    assert found == [("pedido#x", "form-component-html")]
